"""Licences over a deposit or object, each with its term and its holders through time on one axis."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from api.query.list_query import read_query
from api.resources.resource import Resource, resource_named
from pages.addresses import page_of
from pages.beside import Beside
from pages.facts import fields_of
from pages.labels import in_sentence
from pages.timeline import Axis, TimelineBar, axis_of, bar_of, party_bars
from pages.values import named
from registry.models import License

_STATED, _AROUND = "licences stated", "licences around"
_LISTED = {"limit": "30"}
_BEGIN, _END = ("granted", "applied"), ("ended", "expires")


@dataclass(frozen=True)
class LicenceOver:
    """A licence: what it is, why it is listed, and bars for its term and its parties."""

    name: str
    href: str
    words: str
    is_stated: bool
    bars: tuple[TimelineBar, ...]


@dataclass(frozen=True)
class LicencesOver:
    """The licences, and the axis of their bars; no axis where none is dated."""

    licences: tuple[LicenceOver, ...]
    axis: Axis | None


def ask_licences(record: dict[str, Any], beside: Beside) -> None:
    """Ask for the licences that a source links to the record, and those whose outline contains its point."""
    licences = resource_named("licenses")
    beside.ask_records(_STATED, licences, [one["slug"] for one in record.get("license_links") or ()])
    if "license_links" in record and record.get("longitude") is not None:
        point = f"POINT({record['longitude']} {record['latitude']})"
        beside.ask_list(_AROUND, read_query(licences, {"intersects": point, **_LISTED}))


def licences(beside: Beside) -> LicencesOver | None:
    """Return the licences over a record; None if there are none."""
    stated = {one["slug"]: one for one in beside.listed(_STATED)}
    every = stated | {one["slug"]: one for one in beside.listed(_AROUND) if one["slug"] not in stated}
    if not every:
        return None
    resource = resource_named("licenses")
    axis = axis_of([date for one in every.values() for date in _dates(one)])
    return LicencesOver(tuple(_licence(resource, one, slug in stated, axis) for slug, one in every.items()), axis)


def _term(one: dict[str, Any]) -> tuple[str, str]:
    """Return when a licence began and when it ended or will expire; "" for what is not stated."""
    begin, end = (next((one[name] for name in names if one.get(name)), "") for names in (_BEGIN, _END))
    return begin, end


def _dates(one: dict[str, Any]) -> list[str]:
    return [date for date in (*_term(one), *(row.get(name) for row in one["parties"] for name in ("start", "end"))) if date]


def _licence(resource: Resource, one: dict[str, Any], is_stated: bool, axis: Axis | None) -> LicenceOver:
    fields = dict(fields_of(resource))
    kind, status = (in_sentence(named(fields[name], one[name], License)) for name in ("kind", "status"))
    bars: list[TimelineBar] = []
    if axis:
        begin, end = _term(one)
        if begin or end:
            bars.append(bar_of(gettext("Term"), "", "", begin, end, axis, is_term=True))
        bars += party_bars(resource, one["parties"], axis)
    return LicenceOver(one["name"], page_of(resource, one["slug"]), f"{kind}, {status}", is_stated, tuple(bars))
