"""Rows without what lists and choices never show: shapes, rendered documents, folded texts."""

from functools import cache
from typing import Any

from django.contrib.gis.db.models.fields import BaseSpatialField
from django.db import models

from registry.fields import DocumentField
from registry.models import (
    Citation,
    CommodityMember,
    DisagreementMember,
    FindingSubject,
    FrameworkEvent,
    GapSearch,
    GapSubject,
    License,
    LicenseEvent,
    LicenseSite,
    OrganizationMember,
    OrganizationParent,
    ProspectingObject,
    RegionMember,
    ResourceEstimate,
)

#: What `str()` of a record asks of other tables.
_LABELLED_BY: dict[type[models.Model], tuple[str, ...]] = {
    ProspectingObject: ("country",),
    License: ("country",),
    LicenseEvent: ("license", "license__country"),
    FrameworkEvent: ("framework",),
    Citation: ("source",),
    CommodityMember: ("group", "member"),
    RegionMember: ("region", "country"),
    ResourceEstimate: ("deposit", "prospecting_object", "prospecting_object__country"),
    FindingSubject: (),
    GapSubject: (),
    GapSearch: ("source",),
    OrganizationParent: ("organization", "parent"),
    OrganizationMember: ("group", "country", "organization"),
    DisagreementMember: (),
    LicenseSite: ("deposit", "prospecting_object", "prospecting_object__country"),
}


@cache
def heavy_fields(model: Any) -> tuple[str, ...]:
    """Name the columns of `model` that are large and never shown in a list."""
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, BaseSpatialField | DocumentField) or field.name == "folded" or is_heavy_generated(field)
    )


def is_heavy_generated(field: Any) -> bool:
    """Return whether a column is a shape that the database derives."""
    return isinstance(field, models.GeneratedField) and isinstance(field.output_field, BaseSpatialField)


def light(rows: "models.QuerySet[Any]", *related: str) -> "models.QuerySet[Any]":
    """Load rows, and the records they point at through `related`, without their heavy columns."""
    model: Any = rows.model
    paths = dict.fromkeys((*related, *_LABELLED_BY.get(model, ())))
    for path in tuple(paths):
        paths |= dict.fromkeys(f"{path}__{further}" for further in _LABELLED_BY.get(_target(model, path), ()))
    deferred = [
        *heavy_fields(model),
        *(f"{path}__{name}" for path in paths for name in heavy_fields(_target(model, path))),
    ]
    return rows.select_related(*paths).defer(*deferred) if paths else rows.defer(*deferred)


def _target(model: Any, path: str) -> Any:
    """Return the model to which a path of foreign keys leads."""
    for step in path.split("__"):
        model = model._meta.get_field(step).related_model
    return model


def labelled(model: type[models.Model]) -> "models.QuerySet[Any]":
    """Return the rows of `model`, ready for `str()` without further queries."""
    return light(model._base_manager.all())
