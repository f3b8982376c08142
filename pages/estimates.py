"""Estimates of a deposit as tables, one for each family of reporting codes; never added up."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from api.resources.estimates import EstimateItem
from pages.footnotes import Citations, Footnote, Footnotes
from pages.labels import in_sentence
from pages.values import named, number
from registry.models import ResourceEstimate
from registry.vocabularies.estimates import CodeFamily, ReportingCode, code_family

#: A table stays readable: more rows are one click away.
_MOST = 100
_COMPARATORS = {"gt": "> ", "gte": "≥ ", "lt": "< ", "lte": "≤ "}
_UNITS = {
    "pct": "%",
    "ppm": gettext_lazy("ppm"),
    "g_t": gettext_lazy("g/t"),
    "kg_t": gettext_lazy("kg/t"),
}


@dataclass(frozen=True)
class Estimate:
    """One estimate as a row of a table."""

    slug: str
    measure: str
    zone: str
    stated_as: str
    code: str
    effective: str
    ore: str
    grades: tuple[str, ...]
    contained: str
    cutoff: str
    printed: str
    footnotes: tuple[Footnote, ...]

    @property
    def details(self) -> str:
        """Return what tells it from its neighbours, below its name."""
        cutoff = gettext("cut-off %(grade)s") % {"grade": self.cutoff} if self.cutoff else ""
        return " · ".join(filter(None, (self.stated_as if self.measure else "", self.zone, self.code, cutoff)))


@dataclass(frozen=True)
class Family:
    """The estimates under one family of reporting codes."""

    name: str
    estimates: tuple[Estimate, ...]
    #: How many the page leaves out.
    more: int = 0


def families(given: list[dict[str, Any]], footnotes: Footnotes) -> list[Family]:
    """Sort estimates into families of codes, each by date, the newest first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in sorted(given, key=lambda one: str(one.get("effective") or ""), reverse=True):
        found.setdefault(family_name(one["reporting_code"]), []).append(one)
    order = [gettext(family.label) for family in CodeFamily]
    return [
        Family(name, tuple(_estimate(one, footnotes) for one in found[name][:_MOST]), max(0, len(found[name]) - _MOST))
        for name in order
        if name in found
    ]


def family_name(code: str) -> str:
    """Name the family of a reporting code, whose figures may be set beside one another."""
    return gettext(code_family(code).label)


def _estimate(one: dict[str, Any], footnotes: Footnotes) -> Estimate:
    fields = _fields()
    citations = Citations(footnotes, one.get("citations") or [])
    stated_as = [
        named(fields[name], one[name], ResourceEstimate)
        for name in ("stage", "category")
        if one.get(name) not in (None, "", "unspecified", "unknown")
    ]
    basis = one.get("contained_basis")
    commodity = (one.get("commodity") or {}).get("slug") or ""
    contained = _tonnes(one, "contained_tonnes")
    notes = {note.number: note for c in citations.all if c["relation"] == "supports" for note in [footnotes.add(c)]}
    return Estimate(
        slug=one["slug"],
        measure=one.get("measure") or "",
        zone=one.get("zone") or "",
        stated_as=", ".join((*stated_as[:1], *map(in_sentence, stated_as[1:]))),
        code=""
        if one["reporting_code"] == ReportingCode.UNSPECIFIED
        else named(fields["reporting_code"], one["reporting_code"], ResourceEstimate),
        effective=one.get("effective") or "",
        ore=_tonnes(one, "ore_tonnes"),
        grades=tuple(_grade(grade) for grade in one.get("grades") or ()),
        contained=f"{contained} {basis if basis in ('REO', 'REE') else commodity}".strip() if contained else "",
        cutoff=one.get("cutoff_as_printed") or "",
        printed=one.get("text_as_printed") or "",
        footnotes=tuple(notes.values()),
    )


@cache
def _fields() -> dict[str, Any]:
    return dict(EstimateItem().fields)


def _tonnes(one: dict[str, Any], name: str) -> str:
    text = _between(one, name)
    return gettext("%(number)s t") % {"number": text} if text else ""


def _grade(grade: dict[str, Any]) -> str:
    return (
        f"{(grade.get('analyte') or {}).get('slug', '')} {_between(grade, 'value')} {_UNITS.get(grade['unit'], grade['unit'])}"
    )


def _between(row: dict[str, Any], name: str) -> str:
    """Write a value with its comparator, or the bounds that a source gives."""
    value, low, high = row.get(name), row.get(f"{name}_low"), row.get(f"{name}_high")
    if value is None and low is None and high is None:
        return ""
    if value is not None:
        text = _compared(row.get("comparator") or "", number(value))
        return f"{text} ({number(low)}–{number(high)})" if low is not None and high is not None else text
    if low is not None and high is not None:
        return f"{number(low)}–{number(high)}"
    return f"≥ {number(low)}" if low is not None else f"≤ {number(high or 0)}"


def _compared(comparator: str, figure: str) -> str:
    if comparator == "approx":
        return gettext("about %(number)s") % {"number": figure}
    return _COMPARATORS.get(comparator, "") + figure
