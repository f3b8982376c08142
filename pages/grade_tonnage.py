"""Grade against tonnage of estimates, a series for each family of reporting codes; both axes are logarithmic."""

import math
from dataclasses import dataclass
from typing import Any

from pages.addresses import page_of, resource_of_kind
from pages.estimates import family_name
from pages.values import number, significant

WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 34, 12, 40
#: Sums of rare earths by which ore is graded, the customary one first.
_SUMS = ("TREO", "REO", "TREE", "REE")
_FEWEST = 2
_PREFIXES = ((1e9, " Gt"), (1e6, " Mt"), (1e3, " kt"), (1.0, " t"))


@dataclass(frozen=True)
class GradedPoint:
    """An estimate on the chart."""

    x: float
    y: float
    href: str
    words: str


@dataclass(frozen=True)
class Series:
    """The estimates under one family of codes; `number` chooses the mark."""

    number: int
    name: str
    points: tuple[GradedPoint, ...]


@dataclass(frozen=True)
class GradeTonnage:
    """The chart and its axes."""

    series: tuple[Series, ...]
    tonnes: tuple[tuple[float, str], ...]
    grades: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT


def grade_tonnage(estimates: list[dict[str, Any]]) -> GradeTonnage | None:
    """Draw the estimates that state both ore and a grade of rare earths; None if there are too few."""
    stated = [(one, one["ore_tonnes"], grade) for one in estimates if one.get("ore_tonnes") and (grade := _grade(one))]
    if len(stated) < _FEWEST:
        return None
    across = _Axis([tonnes for _, tonnes, _ in stated], _LEFT, WIDTH - _RIGHT)
    up = _Axis([grade["mass_fraction"] for _, _, grade in stated], HEIGHT - _BOTTOM, _TOP)
    found: dict[str, list[GradedPoint]] = {}
    for one, tonnes, grade in stated:
        words = f"{_name(one)}: {_tonnes(tonnes)}, {grade['analyte']['slug']} {significant(grade['mass_fraction'] * 100)} %"
        href = page_of(resource_of_kind("estimate"), one["slug"])
        point = GradedPoint(across.at(tonnes), up.at(grade["mass_fraction"]), href, words)
        found.setdefault(family_name(one["reporting_code"]), []).append(point)
    series = tuple(Series(index, name, tuple(points)) for index, (name, points) in enumerate(sorted(found.items())))
    return GradeTonnage(
        series,
        tuple((across.at(step), _tonnes(step)) for step in across.steps),
        tuple((up.at(step), f"{significant(step * 100)} %") for step in up.steps),
    )


class _Axis:
    """A logarithmic axis over whole powers of ten."""

    def __init__(self, values: list[float], begin: float, end: float) -> None:
        self.low, self.high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        if self.low == self.high:
            self.high += 1
        self.begin, self.end = begin, end

    def at(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    @property
    def steps(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def _grade(one: dict[str, Any]) -> dict[str, Any] | None:
    """Return the grade of rare earths of an estimate, by the customary sum that it states."""
    by_analyte = {grade["analyte"]["slug"]: grade for grade in one.get("grades") or () if grade.get("analyte")}
    return next((by_analyte[name] for name in _SUMS if name in by_analyte and by_analyte[name]["mass_fraction"]), None)


def _name(one: dict[str, Any]) -> str:
    of = (one.get("of") or {}).get("name")
    measure = one.get("measure") or one["slug"]
    return f"{of}, {measure}" if of else str(measure)


def _tonnes(tonnes: float) -> str:
    whole, unit = next(((size, unit) for size, unit in _PREFIXES if tonnes >= size), (1.0, " t"))
    return number(float(f"{tonnes / whole:.4g}")) + unit
