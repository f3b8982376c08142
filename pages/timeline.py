"""Dated events and holders of a right through time, as a list and as a picture of bars."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from api.resources.resource import Resource
from pages.addresses import page_of, resource_of_kind
from pages.facts import fields_of
from pages.footnotes import Citations, Footnote, Footnotes
from pages.labels import in_sentence, label_of
from pages.values import named

WIDTH = 640
_ROW, _LEFT = 26, 8
#: Dates of the record itself that are milestones, in the order in which they happen.
_MILESTONES = ("announced", "adopted", "applied", "granted", "in_force", "expires", "ended")


@dataclass(frozen=True)
class Moment:
    """Something that happened: when, what, and who says so."""

    date: str
    kind: str
    text: str
    footnotes: tuple[Footnote, ...]


@dataclass(frozen=True)
class Bar:
    """A party and the time for which it is stated, in pixels; an open end where no source gives one."""

    name: str
    href: str
    role: str
    period: str
    x: float
    width: float
    y: int
    is_open: bool


@dataclass(frozen=True)
class Timeline:
    """Events in order, bars of parties, and the years below them."""

    moments: tuple[Moment, ...]
    bars: tuple[Bar, ...]
    years: tuple[tuple[float, str], ...]
    height: int
    width: int = WIDTH


def timeline(resource: Resource, record: dict[str, Any], footnotes: Footnotes) -> Timeline | None:
    """Return the timeline of a record; None if it has neither events nor dated parties."""
    moments = _milestones(record, Citations(footnotes, record.get("citations") or []))
    for event in record.get("events") or ():
        citations = Citations(footnotes, event.get("citations") or [])
        notes = {note.number: note for one in citations.all for note in [footnotes.add(one)]}
        kind = _event_words(resource, event)
        moments.append(Moment(event.get("date") or "", kind, event.get("text") or "", tuple(notes.values())))
    moments.sort(key=lambda moment: moment.date or "9999")
    bars, years = _bars(resource, record)
    if not moments and not bars:
        return None
    return Timeline(tuple(moments), tuple(bars), tuple(years), len(bars) * _ROW + 24)


def _milestones(record: dict[str, Any], citations: Citations) -> list[Moment]:
    if not record.get("events"):
        return []
    return [
        Moment(record[name], label_of(name), "", tuple(citations.supporting(name))) for name in _MILESTONES if record.get(name)
    ]


def _bars(resource: Resource, record: dict[str, Any]) -> tuple[list[Bar], list[tuple[float, str]]]:
    dated = [row for row in record.get("parties") or () if row.get("start") or row.get("end")]
    if not dated:
        return [], []
    dates = [_year(row[name]) for row in dated for name in ("start", "end") if row.get(name)]
    first, last = int(min(dates)) - 1, int(max(dates)) + 2
    per_year = (WIDTH - 2 * _LEFT) / (last - first)
    roles, bars = _child(resource, "parties", "role"), []
    for number, row in enumerate(dated):
        start = _year(row["start"]) if row.get("start") else first
        end = _year(row["end"]) if row.get("end") else last
        organization = row.get("organization") or {}
        bars.append(
            Bar(
                name=organization.get("name") or gettext("private holder"),
                href=page_of(resource_of_kind("organization"), organization.get("slug")),
                role=in_sentence(named(roles, str(row.get("role") or ""), None)),
                period=f"{row.get('start') or '?'} – {row.get('end') or gettext('no end stated')}",
                x=round(_LEFT + (start - first) * per_year, 1),
                width=round(max(3.0, (end - start) * per_year), 1),
                y=number * _ROW,
                is_open=not row.get("end"),
            )
        )
    step = max(1, (last - first) // 8)
    return bars, [(round(_LEFT + (year - first) * per_year, 1), str(year)) for year in range(first, last + 1, step)]


def _child(resource: Resource, name: str, column: str) -> Any:
    """Return the field of a row in a list, which knows its codes."""
    declared = dict(fields_of(resource)).get(name)
    return getattr(getattr(declared, "child", declared), "fields", {}).get(column)


def _event_words(resource: Resource, event: dict[str, Any]) -> str:
    column = "kind" if event.get("kind") else "status"
    model = resource.model._meta.get_field("events").related_model
    return named(_child(resource, "events", column), str(event.get(column) or ""), model)  # type: ignore[arg-type]


def _year(date: str) -> float:
    """Return a partial date as years: 2014-07 is 2014.5."""
    year, month, day = ([*map(int, date.split("-")), 1, 1])[:3]
    return year + (month - 1) / 12 + (day - 1) / 365
