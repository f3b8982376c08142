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
from registry.models import Citation, Source
from registry.models.base import Record
from registry.uses import uses_of
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
    found = [(called(use.title.replace("license", "licence")), use.users([record.pk])) for use in uses_of(type(record))]
    listed = [(title, list(light(users).order_by("-pk")[: MOST + 1])) for title, users in found]
    if isinstance(record, Source):
        listed.append((gettext("cited by"), _citing(record)))
    return [
        Linked(title, tuple((label(user), change_url(user, site)) for user in users[:MOST]), len(users) > MOST)
        for title, users in listed
        if users
    ]


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
