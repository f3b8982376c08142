"""The columns of a list, which a curator may choose: they are a parameter of its URL."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext

from curation.labels import field_label
from curation.light import heavy_fields

COLUMNS = "columns"


@dataclass(frozen=True)
class Choice:
    """A column that can be chosen."""

    name: str
    label: str
    is_shown: bool


def chosen_names(request: HttpRequest) -> list[str]:
    """Return the columns that a URL names, in its order."""
    return [name for value in request.GET.getlist(COLUMNS) for name in value.split(",") if name]


def plain_columns(page: Any, request: HttpRequest) -> list[str]:
    """Name the fields of the form that a list can show: no shapes, no rows."""
    model = page.model
    heavy = heavy_fields(model)
    fields = {field.name: field for field in model._meta.concrete_fields if field.name not in heavy}
    named = flatten_fieldsets(page.get_fieldsets(request))
    return [name for name in named if name in fields and not isinstance(fields[name], ArrayField | models.JSONField)]


def choices(page: Any, request: HttpRequest, usual: Iterable[str], shown: Iterable[str]) -> list[Choice]:
    """List what can be chosen: the usual columns first, then every plain field."""
    names = dict.fromkeys((*usual, *plain_columns(page, request), "slug"))
    named, present = {field.name: field for field in page.model._meta.concrete_fields}, set(shown)
    return [
        Choice(name, _label(page, name, named), name in present)
        for name in names
        if name not in ("called", page.model.label_field)
    ]


def _label(page: Any, name: str, named: dict[str, Any]) -> str:
    if name in named:
        return str(field_label(named[name]))
    return str(getattr(getattr(page, name), "short_description", gettext(name)))


def related(model: Any, names: Iterable[str]) -> list[str]:
    """Name the records that columns show, which are loaded with the list."""
    keys = {field.name for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)}
    return [name for name in names if name in keys]
