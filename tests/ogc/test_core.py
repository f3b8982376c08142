"""Part 1: landing page, conformance, collections and items, derived from the declarations."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from api.resources.resource import Resource
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.conformance.walks import address, published
from tests.conformance.walks import walk as walk_rest
from tests.ogc.walks import LOCATED, NAMES, RESOURCES, ids, items, walk

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)


def links(document: Any, rel: str) -> list[dict[str, str]]:
    return [link for link in document["links"] if link["rel"] == rel]


def test_the_landing_page_leads_everywhere(api: Any) -> None:
    document = api.json("/ogc/")
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        found = links(document, rel)
        assert found, rel
        for link in found:
            answer = api.get(link["href"])
            assert answer.status_code == 200, link
            assert answer["Content-Type"].split(";")[0] == link["type"].split(";")[0], link


@pytest.mark.parametrize("path", ["/ogc/", *[f"/ogc/collections/{name}" for name in NAMES], "/ogc/collections"])
def test_every_link_answers_in_the_format_it_names(api: Any, path: str) -> None:
    document = api.json(path)
    for link in document["links"]:
        answer = api.get(link["href"])
        assert answer.status_code == 200, link
        assert answer["Content-Type"].split(";")[0] == link["type"].split(";")[0], link
        assert link["title"]


@every_resource
def test_items_lead_to_what_filters_may_name(api: Any, resource: Resource) -> None:
    (link,) = links(api.json(items(resource, limit=1)), "http://www.opengis.net/def/rel/ogc/1.0/queryables")
    assert link["type"] == "application/schema+json"
    assert api.json(link["href"])["$id"] == link["href"]


def test_every_resource_is_a_collection(api: Any) -> None:
    document = api.json("/ogc/collections")
    assert [one["id"] for one in document["collections"]] == NAMES
    for one, resource in zip(document["collections"], RESOURCES, strict=True):
        alone = api.json(f"/ogc/collections/{resource.name}")
        assert {**one, "crs": None, "links": None} == {**alone, "crs": None, "links": None}
        assert one["description"] == resource.description
        assert one["itemType"] == "feature"
        assert ("extent" in one and "spatial" in one["extent"]) == (
            resource.geometry is not None and published(resource).filter(**{f"{resource.geometry}__isnull": False}).exists()
        )


def test_the_extent_holds_every_place_and_nothing_more(api: Any) -> None:
    for resource in LOCATED:
        corners: list[list[float]] = [[], []]

        def reach(part: Any, corners: list[list[float]] = corners) -> None:
            if isinstance(part[0], list):
                for one in part:
                    reach(one)
            else:
                corners[0].append(part[0])
                corners[1].append(part[1])

        for feature in walk(api, resource, limit=1000):
            if feature["geometry"]:
                reach(feature["geometry"]["coordinates"])
        extent = api.json(f"/ogc/collections/{resource.name}").get("extent", {})
        if not corners[0]:
            assert "spatial" not in extent
            continue
        (box,) = extent["spatial"]["bbox"]
        assert box == pytest.approx([min(corners[0]), min(corners[1]), max(corners[0]), max(corners[1])], abs=1e-6)


@every_resource
def test_items_are_the_records_of_the_list(api: Any, resource: Resource) -> None:
    features = list(walk(api, resource, limit=7))
    assert ids(features) == [record["slug"] for record in walk_rest(api, resource, limit=1000)]
    for feature in features:
        assert feature["type"] == "Feature"
        assert feature["properties"]["slug"] == feature["id"]
        assert set(feature) == {"type", "id", "geometry", "properties"}


@every_resource
def test_an_item_is_what_items_show(api: Any, resource: Resource) -> None:
    page = api.json(items(resource, limit=3))
    for feature in page["features"]:
        single = api.json(f"/ogc/collections/{resource.name}/items/{feature['id']}")
        assert {key: value for key, value in single.items() if key != "links"} == feature
        assert links(single, "self") and links(single, "alternate") and links(single, "collection")
        assert api.json(f"/ogc/collections/{resource.name}/items/{feature['id'].upper()}")["id"] == feature["id"]


@every_resource
def test_properties_are_plain(api: Any, resource: Resource) -> None:
    record = api.json(address(resource, limit=1))["results"][0]
    feature = api.json(items(resource, limit=1))["features"][0]
    for name, value in feature["properties"].items():
        told = record[name]
        if isinstance(told, list):
            assert value == [one.get("slug", one) if isinstance(one, dict) else one for one in told]
        else:
            assert value == (told.get("slug", told) if isinstance(told, dict) else told)


@every_resource
def test_numbers_and_pages(api: Any, resource: Resource) -> None:
    number = published(resource).count()
    page = api.json(items(resource, limit=1))
    assert (page["numberReturned"], page["numberMatched"]) == (1, number)
    assert api.json(items(resource, limit=1, count="exact"))["numberMatched"] == number
    assert len(links(page, "next")) == (number > 1)
    response = api.get(items(resource, limit=1))
    assert ('rel="next"' in response.headers.get("Link", "")) == (number > 1)
    # The standard: a limit above the maximum is not an error, however large.
    for most in (1_001, 2**31, 10**40):
        assert api.json(items(resource, limit=most))["numberReturned"] == min(number, 1_000)


@pytest.mark.parametrize("limit", [("COUNTED", 10), ("COUNTED_AMONG", 10)])
def test_more_than_is_counted_unasked_has_no_number(api: Any, limit: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    from api.ogc import views

    monkeypatch.setattr(views, *limit)
    number = published(RESOURCES[0]).count()
    assert number > 10
    assert "numberMatched" not in api.json(items("deposits", limit=1))
    assert api.json(items("deposits", limit=1, count="exact"))["numberMatched"] == number
    assert api.json(items("deposits", limit=2, filter="slug = 'kundybai'"))["numberMatched"] == 1


@pytest.mark.parametrize("name", ["deposits", "countries", "commodities"])
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("nonsense=1", "nonsense"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("f=xml", "f"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=0,91,1,92", "bbox"),
        ("bbox=0,10,1,5", "bbox"),
        ("bbox-crs=nonsense", "bbox-crs"),
        ("crs=nonsense", "crs"),
        ("filter-crs=nonsense", "filter-crs"),
        ("filter-lang=sql", "filter-lang"),
        ("filter=nonsense%20%3D%201", "filter"),
        ("filter=%28", "filter"),
        ("filter=x&filter-lang=cql2-json", "filter"),
        ("datetime=yesterday", "datetime"),
        ("datetime=2024-01-01/2023-01-01", "datetime"),
        ("datetime=..", "datetime"),
        ("datetime=1/2/3", "datetime"),
        ("sortby=nonsense", "sortby"),
        ("properties=nonsense", "properties"),
        ("cursor=nonsense", "cursor"),
        ("count=estimate", "count"),
        ("limit=1&limit=2", "limit"),
        ("order=name", "order"),
        ("format=json", "format"),
        ("%00=1", ""),
        ("filter=%00", "filter"),
    ],
)
def test_what_is_wrong_is_named(api: Any, name: str, query: str, parameter: str) -> None:
    assert_problem(api.get(f"{items(name)}?{query}"), 400, parameter)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "api",
        "conformance",
        "collections",
        "collections/deposits",
        "collections/deposits/queryables",
        "collections/deposits/sortables",
        "collections/deposits/schema",
        "collections/deposits/items/kundybai",
    ],
)
def test_no_address_ignores_a_parameter(api: Any, path: str) -> None:
    assert_problem(api.get(f"/ogc/{path}?nonsense=1"), 400, "nonsense")
    assert_problem(api.get(f"/ogc/{path}?f=xml"), 400, "f")


@pytest.mark.parametrize(
    "path",
    [
        "nonsense",
        "collections/nonsense",
        "collections/nonsense/items",
        "collections/nonsense/queryables",
        "collections/deposit",
        "collections/deposits/items/nonsense",
        "collections/deposits/items/%00",
        "collections/%00",
        "collections/deposits/items/a/b",
        "collections/deposits/items/" + "x" * 3000,
    ],
)
def test_what_is_not_there(api: Any, path: str) -> None:
    assert_problem(api.get(f"/ogc/{path}"), 404)


def test_drafts_are_nowhere(api: Any) -> None:
    before = api.json(items("deposits", limit=1))["numberMatched"]
    hidden = records.deposit(record_status="draft", at=(10, 10), name="Xyzzy unpublished")
    shown = records.deposit(parent=hidden)
    assert api.json(items("deposits", limit=1))["numberMatched"] == before + 1
    assert_problem(api.get(f"/ogc/collections/deposits/items/{hidden.slug}"), 404)
    assert api.json(items("deposits", filter="name = 'Xyzzy unpublished'"))["features"] == []
    # A link to a draft is unknown: equal to nothing, unequal to nothing, null.
    same = f"slug = '{shown.slug}' AND "
    assert api.json(items("deposits", filter=f"{same}parent = '{hidden.slug}'"))["features"] == []
    assert api.json(items("deposits", filter=f"{same}NOT parent = 'x'"))["features"] == []
    assert ids(api.json(items("deposits", filter=f"{same}parent IS NULL"))["features"]) == [shown.slug]
    assert "Xyzzy" not in api.get("/ogc/collections/deposits/items?limit=1000&f=html").content.decode()


@every_resource
def test_sorting(api: Any, resource: Resource) -> None:
    names = list(api.json(f"/ogc/collections/{resource.name}/sortables")["properties"])
    assert set(names) >= {"slug", *(order for order in resource.orders if order != "id")}
    for name in names:
        for sign in ("", "-"):
            rest = [record["slug"] for record in api.json(address(resource, limit=12, order=sign + name))["results"]]
            assert ids(api.json(items(resource, limit=12, sortby=sign + name))["features"]) == rest
    assert ids(api.json(items(resource, limit=1, sortby="+updated_at"))["features"]) == ids(
        api.json(items(resource, limit=1, sortby="updated_at"))["features"]
    )
    two = api.json(address(resource, limit=12, order="updated_at,-slug"))["results"]
    assert ids(api.json(items(resource, limit=12, sortby="+updated_at,-slug"))["features"]) == [
        record["slug"] for record in two
    ]
    assert_problem(api.get(items(resource, sortby="id")), 400, "sortby")


@every_resource
def test_choosing_properties(api: Any, resource: Resource) -> None:
    for feature in api.json(items(resource, limit=2, properties="updated_at,slug"))["features"]:
        assert list(feature["properties"]) == ["slug", "updated_at"]


def test_the_filters_of_the_list_work_too(api: Any) -> None:
    for query in ("country=KZ", "commodity=REE&limit=1000", "search=Кундыбай", "within=central-asia", "region=143"):
        rest = {r["slug"] for r in api.json(f"/api/v1/deposits/?limit=1000&{query.replace('&limit=1000', '')}")["results"]}
        joined = f"{query}&limit=1000" if "limit" not in query else query
        assert set(ids(api.json(f"/ogc/collections/deposits/items?{joined}")["features"])) == rest


def test_pages_follow_by_the_address_alone(api: Any) -> None:
    page = api.json(items("deposits", limit=5, filter="country = 'KZ'", sortby="-name", properties="name"))
    (following,) = links(page, "next")
    query = urlsplit(following["href"]).query
    assert "filter=country" in query and "sortby=-name" in query and "limit=5" in query
    second = api.json(following["href"])
    assert not set(ids(second["features"])) & set(ids(page["features"]))
    assert list(second["features"][0]["properties"]) == ["name"]
