"""Grade against tonnage of the estimates of the chosen records, one chart for each family of reporting codes."""

import math
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from api.database.connection import fetch
from api.query.selection import selected, statement
from api.resources.resource import Resource
from pages.addresses import page_of
from pages.explore.selection import Selection
from registry.sql import identifier, sql
from registry.vocabularies.estimates import CodeFamily, family_of

#: So many of the largest estimates are drawn.
_MOST = 400
#: The sums of rare-earth oxides that sources state, by which ores are compared.
_ANALYTES = ["TREO", "REO"]
_WIDTH, _HEIGHT = 100.0, 60.0


@dataclass(frozen=True)
class Point:
    """An estimate: where it is on the chart, and what it says."""

    x: float
    y: float
    words: str
    href: str


@dataclass(frozen=True)
class Tick:
    """A line of the grid with its value."""

    at: float
    words: str


@dataclass(frozen=True)
class GradeChart:
    """The estimates under one family of codes, on logarithmic scales."""

    label: str
    points: tuple[Point, ...]
    tonnes: tuple[Tick, ...]
    grades: tuple[Tick, ...]


def grade_charts(selection: Selection) -> list[GradeChart]:
    """Draw the estimates that state ore and a grade of rare-earth oxides; figures of two families are never drawn together."""
    resource = selection.resource
    if "code_family" not in resource.filters.declared:
        return []
    query = selection.list_query()
    rows = fetch(
        sql(
            "SELECT e.reporting_code, e.ore_tonnes, g.mass_fraction * 100, r.slug, r.name, e.effective"
            " FROM registry_resourceestimate e JOIN registry_grade g ON g.estimate_id = e.id"
            " JOIN registry_commodity a ON a.id = g.analyte_id AND a.slug = ANY ({analytes})"
            " JOIN {table} r ON r.id = e.{back} JOIN ({chosen}) c(id) ON c.id = r.id"
            " WHERE e.record_status = 'published' AND e.ore_tonnes > 0 AND g.mass_fraction > 0"
            " ORDER BY e.ore_tonnes DESC, e.id LIMIT {most}",
            analytes=_ANALYTES,
            table=identifier(resource.table),
            back=identifier(f"{resource.kind}_id"),
            chosen=statement(query, selected(query).values("id")),
            most=_MOST,
        )
    )
    by_family: dict[str, list[tuple[Any, ...]]] = {}
    for code, *row in rows:
        by_family.setdefault(family_of(code), []).append(tuple(row))
    return [_chart(resource, family, by_family[family]) for family in CodeFamily.values if family in by_family]


def _chart(resource: Resource, family: str, rows: list[tuple[Any, ...]]) -> GradeChart:
    left, right = _decades([tonnes for tonnes, *_ in rows])
    bottom, top = _decades([grade for _, grade, *_ in rows])

    def x(tonnes: float) -> float:
        return round(_WIDTH * (math.log10(tonnes) - left) / (right - left), 2)

    def y(grade: float) -> float:
        return round(_HEIGHT * (1 - (math.log10(grade) - bottom) / (top - bottom)), 2)

    points = tuple(
        Point(
            x(tonnes),
            y(grade),
            f"{label}{f', {effective}' if effective else ''}: {_tonnes(tonnes)}, {grade:.3g} %",
            page_of(resource, slug),
        )
        for tonnes, grade, slug, label, effective in rows
    )
    return GradeChart(
        gettext(CodeFamily(family).label),
        points,
        tuple(Tick(x(10.0**power), _tonnes(10.0**power)) for power in range(left, right + 1)),
        tuple(Tick(y(10.0**power), f"{10.0**power:g} %") for power in range(bottom, top + 1)),
    )


def _decades(values: list[float]) -> tuple[int, int]:
    least, most = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return least, most if most > least else least + 1


def _tonnes(tonnes: float) -> str:
    for size, unit in ((1e9, gettext("Gt")), (1e6, gettext("Mt")), (1e3, gettext("kt"))):
        if tonnes >= size:
            return f"{tonnes / size:.3g} {unit}"
    return f"{tonnes:.3g} {gettext('t')}"
