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
_LEFT, _MOST_YEARS = 14, 10
#: Dates of the record itself that are milestones, in the order in which they happen.
_MILESTONES = ("announced", "adopted", "applied", "granted", "in_force", "expires", "ended")


@dataclass(frozen=True)
class TimelineEvent:
    """Something that happened: when, what, and who says so."""

    date: str
    kind: str
    text: str
    footnotes: tuple[Footnote, ...]


@dataclass(frozen=True)
class TimelineBar:
    """A party and the time for which it is stated, in pixels; an open end where no source gives one."""

    name: str
    href: str
    role: str
    period: str
    x: float
    width: float
    is_open: bool
    #: Whether it is the term of the licence itself.
    is_term: bool = False


@dataclass(frozen=True)
class Axis:
    """The years of a picture of bars, from the first to the last."""

    first: int
    last: int
    width: int = WIDTH

    def x(self, year: float) -> float:
        """Return the pixel of a moment in years."""
        return round(_LEFT + (year - self.first) * (WIDTH - 2 * _LEFT) / (self.last - self.first), 1)

    @property
    def years(self) -> list[tuple[float, str]]:
        """Return round years with their pixels."""
        span = self.last - self.first
        step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1_000) if span / step <= _MOST_YEARS)
        return [(self.x(year), str(year)) for year in range(self.first - self.first % -step, self.last + 1, step)]


@dataclass(frozen=True)
class Timeline:
    """Events in order, and bars of parties with their axis."""

    moments: tuple[TimelineEvent, ...]
    bars: tuple[TimelineBar, ...]
    axis: Axis | None


def timeline(resource: Resource, record: dict[str, Any], footnotes: Footnotes) -> Timeline | None:
    """Return the timeline of a record; None if it has neither events nor dated parties."""
    moments = _milestones(record, Citations(footnotes, record.get("citations") or []))
    for event in record.get("events") or ():
        citations = Citations(footnotes, event.get("citations") or [])
        notes = {note.number: note for one in citations.all for note in [footnotes.add(one)]}
        kind = _event_words(resource, event)
        moments.append(TimelineEvent(event.get("date") or "", kind, event.get("text") or "", tuple(notes.values())))
    moments.sort(key=lambda moment: moment.date or "9999")
    dated = [row for row in record.get("parties") or () if row.get("start") or row.get("end")]
    axis = axis_of([row[name] for row in dated for name in ("start", "end") if row.get(name)])
    bars = party_bars(resource, dated, axis) if axis else []
    return Timeline(tuple(moments), tuple(bars), axis) if moments or bars else None


def axis_of(dates: list[str]) -> Axis | None:
    """Return the axis on which all dates lie; None for none."""
    years = [_year(date) for date in dates]
    return Axis(int(min(years)) - 1, int(max(years)) + 2) if years else None


def party_bars(resource: Resource, parties: list[dict[str, Any]], axis: Axis) -> list[TimelineBar]:
    """Draw the parties of a record; one without any date takes the whole axis, open at both ends."""
    roles = _child(resource, "parties", "role")
    bars = []
    for row in parties:
        organization = row.get("organization") or {}
        bars.append(
            bar_of(
                organization.get("name") or gettext("private holder"),
                page_of(resource_of_kind("organization"), organization.get("slug")),
                in_sentence(named(roles, str(row.get("role") or ""), None)),
                row.get("start") or "",
                row.get("end") or "",
                axis,
            )
        )
    return bars


def bar_of(name: str, href: str, role: str, begin: str, end: str, axis: Axis, is_term: bool = False) -> TimelineBar:
    """Draw the time between two partial dates; an unknown one leaves that end open."""
    start, finish = _year(begin) if begin else axis.first, _year(end) if end else axis.last
    x = axis.x(start)
    return TimelineBar(
        name=name,
        href=href,
        role=role,
        period=f"{begin or '?'} – {end or gettext('no end stated')}" if begin or end else gettext("no dates stated"),
        x=x,
        width=round(max(3.0, axis.x(finish) - x), 1),
        is_open=not (begin and end),
        is_term=is_term,
    )


def _milestones(record: dict[str, Any], citations: Citations) -> list[TimelineEvent]:
    if not record.get("events"):
        return []
    return [
        TimelineEvent(record[name], label_of(name), "", tuple(citations.supporting(name)))
        for name in _MILESTONES
        if record.get(name)
    ]


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
