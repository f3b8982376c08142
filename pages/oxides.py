"""Light and heavy oxides of a deposit under a scheme that the reader chooses, computed from the grades that sources state."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from api.errors import BadParameter
from api.query.list_query import read_query
from api.resources.resource import Resource, resource_named
from pages.addresses import page_of, resource_of_kind
from pages.beside import Beside
from pages.footnotes import Citations, Footnote, Footnotes
from pages.values import significant
from registry.ree_sums import SUMS, Oxide, OxideSum, Scheme, StatedGrade, SumInput, is_of_one_element, oxide_sums, share

#: The scheme of the page's address, if it names none.
DEFAULT_SCHEME = "usgs"
_SCHEMES, _OXIDES = "schemes", "oxides"
#: Sums that sources state themselves; nothing can be computed from them.
_STATED_SUMS = frozenset(("TREO", "REO", "TREE", "REE", "LREE", "MREE", "HREE"))


@dataclass(frozen=True)
class SchemeChoice:
    """A scheme that the reader may choose."""

    slug: str
    name: str
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class ComputedSum:
    """A sum as a row: its value, or the lower bound and what is missing; and how it is made up."""

    name: str
    value: str
    at_least: str
    formula: str
    missing: str


@dataclass(frozen=True)
class ComputedEstimate:
    """The sums of one estimate, with the sources of its grades."""

    slug: str
    name: str
    sums: tuple[ComputedSum, ...]
    heavy_share: str
    footnotes: tuple[Footnote, ...]


@dataclass(frozen=True)
class Oxides:
    """The part of the page: the scheme, and the estimates whose grades are of single elements."""

    schemes: tuple[SchemeChoice, ...]
    scheme: SchemeChoice | None
    estimates: tuple[ComputedEstimate, ...]
    #: Sums that sources state where they give no single element.
    stated_sums: str


def ask_oxides(resource: Resource, record: dict[str, Any], beside: Beside) -> None:
    """Ask for the schemes and the oxides, if any estimate grades a single element."""
    analytes = {grade["analyte"]["slug"] for one in _estimates(resource, record) for grade in _grades(one)}
    if analytes - _STATED_SUMS:
        beside.ask_list(_SCHEMES, read_query(resource_named("ree-schemes"), {"limit": "100"}))
        beside.ask_list(_OXIDES, read_query(resource_named("commodities"), {"kind": "oxide", "ree": "true", "limit": "100"}))


def oxides(
    resource: Resource, record: dict[str, Any], beside: Beside, chosen: str | None, footnotes: Footnotes
) -> Oxides | None:
    """Compute the sums of a record's estimates; None if no source grades rare earths. Raises BadParameter."""
    estimates = _estimates(resource, record)
    known = [Oxide(one["slug"], one["element"]["slug"], float(one["oxide_factor"])) for one in beside.listed(_OXIDES)]
    graded = [one for one in estimates if any(is_of_one_element(g["analyte"]["slug"], known) for g in _grades(one))]
    stated = sorted({g["analyte"]["slug"] for one in estimates for g in _grades(one)} & _STATED_SUMS)
    if not graded:
        return Oxides((), None, (), ", ".join(stated)) if stated else None
    schemes = {
        one["slug"]: Scheme(one["slug"], one["name"], {e["slug"]: e["ree_class"] for e in one["classes"]})
        for one in beside.listed(_SCHEMES)
    }
    slug = chosen or (DEFAULT_SCHEME if DEFAULT_SCHEME in schemes else next(iter(schemes), ""))
    if slug not in schemes:
        raise BadParameter("There is no such scheme of light and heavy rare earths.", "scheme", sorted(schemes))
    resource_of_schemes = resource_of_kind("ree_scheme")
    choices = tuple(
        SchemeChoice(one.slug, one.name, page_of(resource_of_schemes, one.slug), one.slug == slug) for one in schemes.values()
    )
    computed = tuple(_computed(one, known, schemes[slug], footnotes) for one in graded)
    return Oxides(choices, next(one for one in choices if one.is_chosen), computed, "")


def _estimates(resource: Resource, record: dict[str, Any]) -> list[dict[str, Any]]:
    return [record] if resource.kind == "estimate" else record.get("estimates") or []


def _grades(estimate: dict[str, Any]) -> list[dict[str, Any]]:
    return [grade for grade in estimate.get("grades") or () if grade.get("analyte")]


def _computed(estimate: dict[str, Any], known: list[Oxide], scheme: Scheme, footnotes: Footnotes) -> ComputedEstimate:
    stated = [StatedGrade(g["analyte"]["slug"], g["mass_fraction"], g["comparator"]) for g in _grades(estimate)]
    sums = oxide_sums(stated, known, scheme)
    heavy = share(sums)
    return ComputedEstimate(
        slug=estimate["slug"],
        name=estimate.get("measure") or estimate["slug"],
        sums=tuple(_row(one) for one in sums),
        heavy_share=_percent(heavy) if heavy is not None else "",
        footnotes=tuple(Citations(footnotes, estimate.get("citations") or []).supporting("grades")),
    )


def _row(one: OxideSum) -> ComputedSum:
    about = gettext("about %(number)s")
    return ComputedSum(
        name=one.name,
        value=""
        if one.value is None
        else about % {"number": _percent(one.value)}
        if one.is_approximate
        else _percent(one.value),
        at_least=_percent(one.at_least) if one.value is None and one.inputs else "",
        formula=" + ".join(map(_term, one.inputs)) if one.name in SUMS else "",
        missing=", ".join(one.missing),
    )


def _term(one: SumInput) -> str:
    """Write what an element adds, as it is computed: `Y 0.0594 % × 1.26994 = Y2O3 0.0754 %`."""
    if one.factor == 1:
        return f"{one.analyte} {_percent(one.fraction)}"
    return f"{one.oxide} {_percent(one.oxide_fraction)} ({one.analyte} {_percent(one.fraction)} × {significant(one.factor, 6)})"


def _percent(fraction: float) -> str:
    return f"{significant(fraction * 100)} %"
