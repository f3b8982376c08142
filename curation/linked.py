"""Where a record is used: the records and rows that point at it."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext

from curation.labels import label
from curation.light import light
from registry.kinds import CITED
from registry.models import Citation
from registry.models.base import Record
from registry.targets import belongs_to
from registry.triggers import TouchParent, triggers_of
from registry.words import called

MOST = 8


@dataclass(frozen=True)
class Linked:
    """One kind of use, with the first few records."""

    title: str
    records: tuple[tuple[str, str], ...]
    more: bool


def linked_to(record: Record, site: AdminSite) -> list[Linked]:
    """List where a record is used, by kind; one query each."""
    found = []
    for relation in type(record)._meta.related_objects:
        model: Any = relation.related_model
        name = relation.field.name
        if model.__name__.endswith("History") or relation.hidden:
            continue
        if issubclass(model, Record):
            owners = list(light(model._base_manager.filter(**{name: record.pk})).order_by("-pk")[: MOST + 1])
            title = called(str(relation.related_name or model._meta.verbose_name_plural).replace("_", " "))
        elif (column := _owner(model)) not in ("", name):
            rows = model._base_manager.filter(**{name: record.pk}).order_by("-pk").values(f"{column}_id")
            target: Any = model._meta.get_field(column).related_model
            title = called(str(target._meta.verbose_name_plural).replace("license", "licence"))
            owners = list(light(target._base_manager.filter(pk__in=rows)).order_by("-pk")[: MOST + 1])
        elif model is Citation and name == "source":
            title, owners = gettext("cited by"), _citing(record)
        else:
            continue
        if owners:
            links = tuple((label(owner), change_url(owner, site)) for owner in owners[:MOST])
            found.append(Linked(title, links, len(owners) > MOST))
    return found


def _owner(model: type[models.Model]) -> str:
    """Return the key of the record that a row is a part of, which gets a new version with it; "" if it is of several kinds."""
    parents = [column for one in triggers_of(model) if isinstance(one, TouchParent) for column in one.parents]
    return next((column for column in parents if column not in belongs_to(model)), "")


def _citing(source: Record) -> list[models.Model]:
    """Return the records that cite a source."""
    targets = tuple(CITED)
    rows = light(Citation.objects.filter(source=source.pk), *targets).order_by("-pk")[: MOST + 1]
    found = [next(getattr(row, name) for name in targets if getattr(row, f"{name}_id") is not None) for row in rows]
    return list(dict.fromkeys(found))


def change_url(record: Any, site: AdminSite) -> str:
    """Return the address of a record's page; "" if it has none."""
    if not site.is_registered(type(record)):
        return ""
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
