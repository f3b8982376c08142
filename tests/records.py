"""Records for tests: each made published and cited, with as little as its rules allow."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from registry.models import (
    Citation,
    Commodity,
    Country,
    Deposit,
    Disagreement,
    DisagreementMember,
    Finding,
    License,
    Organization,
    PolicyFramework,
    ProspectingObject,
    Region,
    ResourceEstimate,
    Source,
)

_numbers: Iterator[int] = count(1)
PUBLISHED = "published"


def slug(prefix: str) -> str:
    return f"{prefix}-{next(_numbers)}"


def square(west: float, south: float, size: float = 1.0) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, west + size, south + size)), srid=4326)


def source(**given: Any) -> Source:
    return Source.objects.create(**{"slug": slug("source"), "title": "A report", "record_status": PUBLISHED, **given})


def _cited(record: Any, column: str, cited: bool) -> Any:
    if cited:
        Citation.objects.create(source=source(), locator="p. 1", **{column: record})
    return record


def country(**given: Any) -> Country:
    # Codes that ISO 3166 leaves to its users, so that no real country is met.
    number = next(_numbers)
    letters = f"X{chr(65 + number % 26)}" if number % 40 < 26 else f"Q{chr(77 + number % 40 - 26)}"
    defaults = {
        "slug": letters,
        "iso3": f"{letters}Q",
        "m49": f"{900 + number % 100}",
        "name": f"Country {number}",
        "record_status": PUBLISHED,
    }
    return Country.objects.create(**{**defaults, **given})


def region(**given: Any) -> Region:
    defaults = {"slug": slug("region"), "name": "A region", "scheme": "custom", "record_status": PUBLISHED}
    return Region.objects.create(**{**defaults, **given})


def commodity(**given: Any) -> Commodity:
    defaults = {"slug": slug("C"), "name": "a commodity", "kind": "other", "record_status": PUBLISHED}
    return Commodity.objects.create(**{**defaults, **given})


def organization(*, cited: bool = True, **given: Any) -> Organization:
    defaults = {"slug": slug("organization"), "name": "A company", "record_status": PUBLISHED}
    return _cited(Organization.objects.create(**{**defaults, **given}), "organization", cited)


def deposit(*, cited: bool = True, at: tuple[float, float] | None = None, **given: Any) -> Deposit:
    defaults: dict[str, Any] = {"slug": slug("deposit"), "name": "A deposit", "record_status": PUBLISHED}
    if at:
        defaults |= {"location": Point(*at, srid=4326), "location_kind": "reported"}
    return _cited(Deposit.objects.create(**{**defaults, **given}), "deposit", cited)


def prospecting_object(*, cited: bool = True, **given: Any) -> ProspectingObject:
    defaults = {"slug": slug("object"), "record_status": PUBLISHED}
    return _cited(ProspectingObject.objects.create(**{**defaults, **given}), "prospecting_object", cited)


def estimate(*, cited: bool = True, **given: Any) -> ResourceEstimate:
    if "prospecting_object" not in given:
        given.setdefault("deposit", None) or given.update(deposit=deposit())
    defaults = {"slug": slug("estimate"), "record_status": PUBLISHED}
    return _cited(ResourceEstimate.objects.create(**{**defaults, **given}), "estimate", cited)


def license_(*, cited: bool = True, **given: Any) -> License:
    defaults = {"slug": slug("license"), "record_status": PUBLISHED}
    return _cited(License.objects.create(**{**defaults, **given}), "license", cited)


def framework(*, cited: bool = True, **given: Any) -> PolicyFramework:
    defaults = {"slug": slug("framework"), "title": "A law", "record_status": PUBLISHED}
    return _cited(PolicyFramework.objects.create(**{**defaults, **given}), "policy_framework", cited)


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


def disagreement(*sides: dict[str, Any], **given: Any) -> Disagreement:
    defaults = {"slug": slug("disagreement"), "title": "A question", "about": "name", "record_status": PUBLISHED}
    record = Disagreement.objects.create(**{**defaults, **given})
    for side in sides or ({"finding": finding()}, {"finding": finding()}):
        DisagreementMember.objects.create(disagreement=record, **side)
    return record


#: Kind of record → what makes one; the kinds are those of the resources.
MAKERS = {
    "deposit": deposit,
    "estimate": estimate,
    "prospecting_object": prospecting_object,
    "license": license_,
    "policy_framework": framework,
    "country": country,
    "region": region,
    "commodity": commodity,
    "organization": organization,
    "source": source,
    "finding": finding,
    "disagreement": disagreement,
}
