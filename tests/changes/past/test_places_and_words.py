"""Lists and items of the past are what they were: the same requests, before records are edited and after."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.db import transaction

from api.changes import log
from api.resources.resource import resource_named
from registry.kinds import kind_of_model
from registry.merging import record_merge
from registry.models import Citation, Deposit, DepositCommodity, License, Name, Organization, ProspectingObject, Source
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.conformance.walks import RESOURCES, address
from tests.conftest import ApiClient
from tests.databases import clone, database

LISTS = {
    "deposits": [
        "bbox=66,37,80,46",
        "bbox=66,37,80,46&limit=2",
        "bbox=170,-60,-100,60",
        "bbox=66,42,66,43",
        "within=KZ",
        "within=central-asia&count=exact",
        "within=central-asia&worldview=un&limit=3",
        "near=76.2,42.8&radius_km=900",
        "near=76.2,42.8&limit=5",
        "near=76.2,42.8&limit=3&radius_km=3",
        "near=-179.9,60&limit=3",
        "near=20,89.9&limit=3",
        "intersects=POLYGON((60 35,90 35,90 55,60 55,60 35))",
        "search=Кутессай",
        "search=renamed",
        "search=kundybai",
        "search=bayan obo",
        "located=false&country=KZ,KG",
        "country=KZ&count=exact",
        "commodity=REE&limit=4",
        "commodity__isnull=true",
        "commodity__not=REE",
        "discovery_year__gte=1950",
        "source__isnull=true",
        "bbox=66,37,80,46&format=geojson",
        "within=KZ&format=csv",
        "limit=7",
    ],
    "licenses": ["search=stans", "bbox=60,30,90,55", "within=KG&count=exact", "organization__isnull=true", "near=75,42"],
    "prospecting-objects": ["bbox=40,30,90,60", "within=KZ", "search=kuirektykol", "region=central-asia"],
    "organizations": ["search=Kazatomprom", "parent__isnull=true&limit=5", "country=KZ"],
    "estimates": ["search=Кутессай", "deposit=kutessay-ii"],
    "sources": ["search=rare earth"],
    "findings": ["search=refining", "deposit=kutessay-ii"],
    "countries": ["bbox=76,42.7,76.1,42.8", "search=Қазақстан"],
    "policy-frameworks": ["search=critical minerals", "region=central-asia"],
}
ITEMS = {
    "deposits": [
        "filter=country='KZ' AND development_status<>'x'",
        "filter=S_INTERSECTS(geometry,BBOX(66,37,80,46))",
        "filter=discovery_year > 1950 AND S_WITHIN(geometry,BBOX(60,35,90,55))",
        "filter=NOT S_INTERSECTS(geometry,BBOX(66,37,80,46))&limit=5",
        "filter=A_CONTAINS(commodities,('Nd'))",
        "filter=commodity IS NULL",
        "filter=name LIKE 'K%' OR discovery_year > 1960&limit=4",
        "bbox=66,37,80,46&limit=3",
        "bbox=66,37,80,46&crs=http://www.opengis.net/def/crs/EPSG/0/3857&limit=3",
        "search=Кутессай",
    ],
    "licenses": ["datetime=2005-01-01/2012-01-01", "filter=granted IS NOT NULL&bbox=60,30,90,55"],
}


@pytest.fixture(scope="module")
def db(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Commit here, in a copy of the seed, so that every edit has a time of its own."""
    with django_db_blocker.unblock(), clone(seeded_database, f"{seeded_database}_then") as name, database(name):
        log.era()
        yield


@pytest.fixture(scope="module")
def edited(db: None) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Ask, edit, and ask the same of the past; a record that has been withdrawn since is not shown of any time."""
    with transaction.atomic():
        gone = records.deposit(name="Kundybai gone", at=(75.0, 42.5), discovery_year=1900)
        twin, licence = (
            records.deposit(name="Kundybai twin", at=(75.1, 42.6)),
            records.license_(area=records.square(75, 42, 0.2)),
        )
    before, then = _answers(), datetime.now(UTC).isoformat().replace("+", "%2B")
    with transaction.atomic():
        Deposit.objects.filter(slug="kutessay-ii").update(location=Point(10, 50, srid=4326), name="Renamed")
        Name.objects.filter(deposit__slug="kutessay-ii").exclude(text="Кутессай-II").delete()
        Name.objects.filter(deposit__slug="kutessay-ii").update(text="Renamed")
        DepositCommodity.objects.filter(deposit__slug="kundybai").delete()
        moved = Deposit.objects.published().filter(country__slug="KZ", location__isnull=False).order_by("id")[:5]
        Deposit.objects.filter(pk__in=[one.pk for one in moved]).update(location=Point(76, 43, srid=4326), discovery_year=1999)
        edits = [*moved, Deposit.objects.get(slug="kutessay-ii"), *License.objects.published().filter(country__slug="KG")]
        edits += ProspectingObject.objects.published().filter(country__slug="KZ")
        for one in edits:
            kind: Any = kind_of_model(type(one))
            Citation.objects.create(
                source=records.source(), locator="p. 2", fields=records.everything(type(one)), **{kind.cited_as: one}
            )
        Organization.objects.filter(slug="kazatomprom").update(name="Another name")
        License.objects.filter(pk=licence.pk).update(area=records.square(10, 10, 0.2))
        License.objects.published().filter(country__slug="KG").update(granted="2021")
        ProspectingObject.objects.published().filter(country__slug="KZ").update(stage="unknown")
        Source.objects.filter(slug="itic-report").update(title="Refining of rare earth metals")
        records.deposit(name="Kundybai new", at=(76.5, 42.9))
        records.estimate(deposit=Deposit.objects.get(slug="kutessay-ii"))
    user = get_user_model()._default_manager.create_user(username="merger", password="long-enough-1", is_superuser=True)
    record_merge(record=twin, into=Deposit.objects.get(slug="kundybai"), user=user, reason="one pit")
    with transaction.atomic():
        Deposit.objects.filter(pk=gone.pk).update(record_status="withdrawn")
    return gone.slug, before, _answers(then)


def _answers(then: str = "") -> dict[str, Any]:
    api, found = ApiClient(), {}
    for form, requests in (("/api/v1/{}/?{}", LISTS), ("/ogc/collections/{}/items?{}", ITEMS)):
        for name, queries in requests.items():
            for query in queries:
                asked = form.format(name, quote(query, safe="=&,():/")) + (f"&as_of={then}" if then else "")
                response = api.get(asked)
                assert response.status_code == 200, (asked, response.content)
                found[form.format(name, query)] = response.content.decode()
    return found


def _without(gone: str, text: str) -> Any:
    """Leave out what links to other pages, and the record that has been withdrawn."""
    if not text.startswith("{"):
        return [line for line in text.splitlines() if gone not in line]
    body = json.loads(text)
    for name in ("next", "position", "links"):
        body.pop(name, None)
    rows = next(name for name in ("results", "features") if name in body)
    shown = [one for one in body[rows] if (one.get("slug") or one.get("id")) != gone]
    if body.get("numberMatched", 0) > body.get("numberReturned", 0):
        # It may be on another page.
        del body["numberMatched"]
    for name in ("count", "numberMatched", "numberReturned"):
        if name in body:
            body[name] -= len(body[rows]) - len(shown)
    body[rows] = [json.dumps(one) for one in shown]
    return body


def test_a_request_of_the_past_gets_what_it_got_then(edited: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    gone, before, after = edited
    limited = [asked for asked in before if gone in before[asked] and "limit=" in asked]
    different = {
        asked: (_without(gone, text), _without(gone, after[asked]))
        for asked, text in before.items()
        if asked not in limited and _without(gone, text) != _without(gone, after[asked])
    }
    assert different == {}
    assert not any(gone in text for text in after.values())
    assert len(limited) < 6 and any(gone in text for text in before.values())
    # The edits are seen by the present.
    assert sum(text != _answers()[asked] for asked, text in before.items()) > 20


def test_pages_of_the_past_follow_each_other(edited: tuple[str, dict[str, Any], dict[str, Any]], api: Any) -> None:
    now = datetime.now(UTC).isoformat().replace("+", "%2B")
    for query in ("bbox=66,37,80,46", "search=kundybai", "within=KZ", "country=KZ"):
        following, seen = f"/api/v1/deposits/?limit=2&as_of={now}&{query}", []
        while following:
            page = api.json(following)
            seen += [one["slug"] for one in page["results"]]
            following = page["next"] and page["next"].removeprefix("http://testserver")
        assert seen == [one["slug"] for one in api.json(f"/api/v1/deposits/?limit=1000&{query}")["results"]]


def test_what_rests_on_other_records_is_refused_by_name(db: None, api: Any) -> None:
    items = "/ogc/collections/deposits/items?as_of=2026-01-01&"
    for query, name in (
        ("filter=disputed", "filter"),
        ("filter=independent_sources > 1", "filter"),
        ("filter=estimate__reporting_code='JORC'", "filter"),
        ("sortby=name", "sortby"),
        ("disputed=true", "disputed"),
        ("on=2020-01-01", "on"),
    ):
        assert assert_problem(api.get(f"{items}{quote(query, safe='=&')}"), 400, name)["allowed"]
    assert_problem(api.get(f"{items}as_of=2999-01-01"), 400, "as_of")
    for resource in RESOURCES:
        assert_problem(api.get(address(resource, as_of="2026-01-01", facet="slug")), 400, "facet")
    assert resource_named("deposits").located
