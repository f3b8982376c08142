"""Records for tests: each made published and cited, with as little as its rules allow."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from registry.entries import names_of
from registry.kinds import RECORD_KINDS, kind_named, kind_of_model
from registry.models import (
    Citation,
    Commodity,
    Country,
    Deposit,
    Disagreement,
    DisagreementMember,
    Finding,
    Gap,
    GapSearch,
    License,
    Organization,
    PolicyFramework,
    ProspectingObject,
    ReeScheme,
    Region,
    ResourceEstimate,
    Source,
)

_numbers: Iterator[int] = count(1)
#: Codes that ISO 3166 leaves to its users, so that no real country is met; some are left to tests that name a code.
USER_CODES = [*(f"Q{chr(letter)}" for letter in range(77, 91)), *(f"X{chr(letter)}" for letter in range(65, 91)), "AA", "ZZ"]
_FREE_CODES = [code for code in USER_CODES if code not in ("XA", "XB", "XC", "XX", "QQ", "QX", "ZZ")]
#: A number of their own: as many countries in a row as there are codes have different ones.
_countries: Iterator[int] = count()
PUBLISHED = "published"


def slug(prefix: str) -> str:
    return f"{prefix}-{next(_numbers)}"


def square(west: float, south: float, size: float = 1.0) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + size, south + size)), srid=4326)


def source(**given: Any) -> Source:
    return Source.objects.create(**{"slug": slug("source"), "title": "A report", "record_status": PUBLISHED, **given})


#: Kind of record → what it needs beside a slug and a name.
_NEEDED: dict[str, dict[str, Any]] = {"region": {"scheme": "custom"}, "commodity": {"kind": "other"}}


def everything(model: Any) -> list[str]:
    """Name all that a record of a model can state, now or later."""
    return list(names_of(model))


def made(kind: str, /, *, cited: bool = True, **given: Any) -> Any:
    """Make a record of any kind that needs no more than a name; cited, if its kind must be."""
    declared = kind_named(kind)
    model: Any = declared.model
    defaults = {"slug": slug(kind.replace("_", "-")), "record_status": PUBLISHED, **_NEEDED.get(kind, {})}
    if not model._meta.get_field(model.label_field).null:
        defaults.setdefault(model.label_field, f"A {kind.replace('_', ' ')}")
    record = model.objects.create(**{**defaults, **given})
    if cited and declared.must_be_cited:
        Citation.objects.create(source=source(), locator="p. 1", fields=everything(model), **{declared.cited_as: record})
    return record


def country(**given: Any) -> Country:
    number = next(_countries) % len(_FREE_CODES)
    letters = _FREE_CODES[number]
    defaults = {
        "slug": letters,
        "iso3": f"{letters}X",
        "m49": f"{900 + number}",
        "name": f"Country {number}",
        "record_status": PUBLISHED,
    }
    return Country.objects.create(**{**defaults, **given})


def region(**given: Any) -> Region:
    return made("region", **given)


def commodity(**given: Any) -> Commodity:
    return made("commodity", **{"slug": slug("C"), **given})


def organization(**given: Any) -> Organization:
    return made("organization", **given)


def deposit(*, at: tuple[float, float] | None = None, **given: Any) -> Deposit:
    if at:
        given = {"location": Point(*at, srid=4326), "location_kind": "reported", **given}
    return made("deposit", **given)


def prospecting_object(**given: Any) -> ProspectingObject:
    return made("prospecting_object", **given)


def estimate(**given: Any) -> ResourceEstimate:
    if "prospecting_object" not in given and not given.get("deposit"):
        given["deposit"] = deposit()
    return made("estimate", **given)


def license_(**given: Any) -> License:
    return made("license", **given)


def framework(**given: Any) -> PolicyFramework:
    return made("policy_framework", **given)


def finding(**given: Any) -> Finding:
    defaults: dict[str, Any] = {
        "slug": slug("finding"),
        "text": "Something is so.",
        "topic": "policy",
        "modality": "asserted",
        "record_status": PUBLISHED,
    }
    if "source" not in given:
        defaults["source"] = source()
    return Finding.objects.create(**{**defaults, **given})


def ree_scheme(**given: Any) -> ReeScheme:
    return made("ree_scheme", **given)


def gap(**given: Any) -> Gap:
    record = made("gap", **given)
    GapSearch.objects.create(gap=record, place="the maps of a survey")
    return record


def disagreement(*sides: dict[str, Any], **given: Any) -> Disagreement:
    defaults = {"slug": slug("disagreement"), "title": "A question", "about": "name", "record_status": PUBLISHED}
    record = Disagreement.objects.create(**{**defaults, **given})
    for side in sides or ({"finding": finding()}, {"finding": finding()}):
        DisagreementMember.objects.create(disagreement=record, **side)
    return record


_MAKERS: dict[str, Callable[..., Any]] = {
    "deposit": deposit,
    "estimate": estimate,
    "commodity": commodity,
    "country": country,
    "source": source,
    "finding": finding,
    "gap": gap,
    "disagreement": disagreement,
}
#: Kind of record → what makes one.
MAKERS: dict[str, Callable[..., Any]] = {kind.name: _MAKERS.get(kind.name) or partial(made, kind.name) for kind in RECORD_KINDS}


def maker_of(model: Any) -> Callable[..., Any]:
    """Find what makes a record of a model."""
    kind = kind_of_model(model)
    assert kind is not None, model
    return MAKERS[kind.name]
