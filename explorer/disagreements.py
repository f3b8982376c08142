"""One disagreement as the front page shows it: every side, what it says, who says so."""

import math
from dataclasses import dataclass
from typing import Any

import orjson
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.query.composed import records
from api.query.rows import one
from api.resources.resource import all_resources, resource_named
from explorer.language import DEFAULT, language, numerals
from registry.kinds import PARTS_OF_RECORDS, kind_named

_cache = VersionedCache(100)
#: Shown first: four tonnages of one deposit. If it is ever gone, the first of all takes its place.
FEATURED = "kut-tonnage"
#: How many a reader can leaf through.
MOST = 50_000
_COMPARATORS = {
    "gt": gettext_lazy("more than %(number)s t"),
    "lt": gettext_lazy("less than %(number)s t"),
    "approx": gettext_lazy("about %(number)s t"),
}


@dataclass(frozen=True)
class DisagreementSide:
    """What one side says: in figures where it gives any, as text, and by whom."""

    figure: str
    words: str
    details: tuple[str, ...]
    address: str | None
    sources: tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Disagreement:
    """A question with its sides, and the slugs of the queries before and after it."""

    slug: str
    title: str
    about: str
    note: str
    sides: tuple[DisagreementSide, ...]
    number: int
    of: int
    before: str
    after: str


def disagreement(slug: str | None = None) -> Disagreement | None:
    """Return the disagreement of that slug, or the featured one; None if there is none at all."""
    slugs = _cache.get("slugs", _slugs)
    if not slugs:
        return None
    chosen = slug if slug in slugs else FEATURED if FEATURED in slugs else slugs[0]
    return _cache.get((language(), chosen), lambda: _read(chosen, slugs))


def _slugs() -> list[str]:
    rows = records(resource_named("disagreements")).order_by("id").values("slug")[:MOST]
    sql, values = rows.query.sql_with_params()
    return [slug for (slug,) in fetch(sql, values)]


def _read(slug: str, slugs: list[str]) -> Disagreement | None:
    raw = one(resource_named("disagreements"), slug)
    if raw is None:
        return None
    document, _, live, _ = raw
    record, members = orjson.loads(document), orjson.loads(live)["members"]
    place = slugs.index(slug)
    return Disagreement(
        slug=slug,
        title=record["title"],
        about=record["about"],
        note=record["note"],
        sides=tuple(side(member["side"]) for member in members),
        number=place + 1,
        of=len(slugs),
        before=slugs[place - 1],
        after=slugs[(place + 1) % len(slugs)],
    )


def side(given: dict[str, Any]) -> DisagreementSide:
    """Put one side of a disagreement, as the API gives it, into words."""
    says, kind = given["says"], given["kind"]
    figure, details = _figure(kind, says)
    words = given["words"] or ""
    part = PARTS_OF_RECORDS.get(kind)
    resource = {r.kind: r.name for r in all_resources()}.get(part.part_of if part else kind)
    return DisagreementSide(
        figure=figure,
        words="" if words == figure else words,
        details=tuple(text for text in details if text),
        address=reverse(f"pages:{resource}-record", args=[given["slug"]]) if resource and given["slug"] else None,
        sources=tuple(given["sources"]),
    )


def _figure(kind: str, says: dict[str, Any]) -> tuple[str, list[str]]:
    """Return what is said in figures, and the small print that belongs to it."""
    if kind == "estimate":
        return _tonnage(says)
    if kind == "citation":
        return stated(says.get("stated_value")), []
    if kind in PARTS_OF_RECORDS:
        return says.get("date") or "", [_words(kind, says, "kind" if says.get("kind") else "status")]
    if kind == "finding":
        return _value(says), [gettext("as of %(date)s") % {"date": says["as_of"]} if "as_of" in says else ""]
    if "count" in says:
        count = says["count"]
        return ngettext("%(number)s object", "%(number)s objects", count) % {"number": numerals(f"{count:,}")}, []
    return says.get("locality") or says.get("published") or (_words(kind, says, "status") if "status" in says else ""), []


def _tonnage(says: dict[str, Any]) -> tuple[str, list[str]]:
    basis = says.get("contained_basis")
    known = basis in ("REO", "REE")
    contained = gettext("contained %(basis)s") % {"basis": basis} if known else gettext("contained, unspecified")
    amounts = [(says.get("contained_tonnes"), contained), (says.get("ore_tonnes"), gettext("ore"))]
    plain = gettext("%(number)s t")
    given = [(_COMPARATORS.get(says.get("comparator", ""), plain) % {"number": amount(n)}, what) for n, what in amounts if n]
    figure, what = given[0] if given else ("", "")
    details = [what, *(f"{figure} {what}" for figure, what in given[1:])]
    codes = [
        _words("estimate", says, name) for name in ("reporting_code", "category", "stage") if says.get(name) != "unspecified"
    ]
    return figure, [*details, *codes, says.get("effective") or ""]


def _value(says: dict[str, Any]) -> str:
    low, value, high = (says.get(name) for name in ("value_low", "value", "value_high"))
    number = amount(value) if value is not None else "–".join(amount(n) for n in (low, high) if n is not None)
    unit = says.get("unit") or ""
    return (f"{number}%" if unit == "percent" else f"{number} {unit}".strip()) if number else ""


def amount(number: float) -> str:
    """Write a number as people do: thousands apart, round millions as text."""
    if number >= 1_000_000 and number % 10_000 == 0:
        return gettext("%(number)s million") % {"number": numerals(f"{number / 1_000_000:g}")}
    return numerals(f"{number:,.0f}" if number == math.floor(number) else f"{number:,g}")


def stated(value: Any) -> str:
    """Write what a source states: a point by its latitude and longitude, a text in quotation marks."""
    match value:
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return position(f"{abs(latitude):.4f}", latitude >= 0, f"{abs(longitude):.4f}", longitude >= 0)
        case str():
            return f"“{value}”"
    return orjson.dumps(value).decode() if value else ""


def position(latitude: str, is_north: bool, longitude: str, is_east: bool) -> str:
    """Write a position as people do: degrees with letters, latitude first."""
    north = gettext("%(degrees)s° N") if is_north else gettext("%(degrees)s° S")
    east = gettext("%(degrees)s° E") if is_east else gettext("%(degrees)s° W")
    return f"{north % {'degrees': numerals(latitude)}}, {east % {'degrees': numerals(longitude)}}"


def _words(kind: str, says: dict[str, Any], column: str) -> str:
    """Put a code into words: in English as it is, in another language by its label."""
    code = says.get(column)
    plain = str(code or "").replace("_", " ").replace("+", " + ")
    if not plain or language() == DEFAULT:
        return plain
    choices = dict(getattr(kind_named(kind).model._meta.get_field(column), "choices", None) or ())
    label = gettext(str(choices.get(code, plain)))
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
