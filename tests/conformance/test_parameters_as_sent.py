"""Parameters as people and their programs send them: boxes of web maps, identifiers of any kind, several columns to sort by."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from api.query.order import columns_of
from api.resources.resource import Resource, resource_named
from tests.conformance.described import content
from tests.conformance.walks import NAMES, RESOURCES, address, published, slugs, walk

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
A, ITEMS = "/api/v1", "/ogc/collections/{}/items"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("-300,-60,300,75", "-180,-60,180,75"),
        ("420,40,450,55", "60,40,90,55"),
        ("100,-60,260,75", "100,-60,-100,75"),
        ("-290,40,-270.5,55", "70,40,89.5,55"),
        ("437.25,42,437.25,43", "77.25,42,77.25,43"),
        ("0,-90,360,90", "-180,-90,180,90"),
    ],
)
def test_a_box_of_a_web_map_is_read_around_the_earth(api: Any, sent: str, meant: str) -> None:
    for name in ("deposits", "countries"):
        path = f"{A}/{name}/?limit=1000&fields=slug&bbox="
        expected = slugs(api.json(f"{path}{meant}")["results"])
        assert slugs(api.json(f"{path}{sent}")["results"]) == expected
        items = f"{ITEMS.format(name)}?limit=1000&properties=slug&bbox="
        ids = [one["id"] for one in api.json(f"{items}{sent}")["features"]]
        assert ids == [one["id"] for one in api.json(f"{items}{meant}")["features"]]
    assert api.json(f"{A}/deposits/?bbox=99999,1,99999,2", 400)["parameter"] == "bbox"


def test_a_point_beyond_the_antimeridian_is_the_same_point(api: Any) -> None:
    near = [api.json(f"{A}/deposits/?near={x},42.8&limit=3")["results"] for x in ("76.2", "436.2", "-283.8")]
    assert near[0] == near[1] == near[2]
    assert api.json(f"{A}/locate/?lon=436.2&lat=42.8")["countries"] == api.json(f"{A}/locate/?lon=76.2&lat=42.8")["countries"]


@every_resource
def test_every_identifier_that_a_record_shows_finds_it(api: Any, resource: Resource) -> None:
    some = list(published(resource).order_by("id").values("slug", "uid")[:3])
    one, *_ = some
    uids, names = ",".join(str(r["uid"]) for r in some), ",".join(r["slug"].swapcase() for r in some)
    expected = [r["slug"] for r in some]
    assert slugs(walk(api, resource, fields="slug", uid=uids)) == expected
    assert slugs(walk(api, resource, fields="slug", slug=names)) == expected
    assert walk(api, resource, uid=uuid4()) == walk(api, resource, slug="no-such-record") == []
    assert api.json(address(resource, uid="x"), 400)["parameter"] == "uid"
    for base, slash in ((f"{A}/{resource.name}", "/"), (ITEMS.format(resource.name), "")):
        for code in (one["uid"], str(one["uid"]).upper()):
            moved = api.get(f"{base}/{code}{slash}")
            assert moved.status_code == 301, (base, moved.content)
            assert urlsplit(moved["Location"]).path == f"{base}/{one['slug']}{slash}"
        assert api.get(f"{base}/{uuid4()}{slash}").status_code == 404


@pytest.mark.parametrize(
    ("path", "slug"),
    [("countries/KAZ", "KZ"), ("countries/kaz", "KZ"), ("countries/398", "KZ"), ("regions/143", "central-asia")],
)
def test_other_codes_lead_to_their_record(api: Any, path: str, slug: str) -> None:
    moved = api.get(f"{A}/{path}/?fields=name")
    assert moved.status_code == 301
    assert moved["Location"] == f"{A}/{path.partition('/')[0]}/{slug}/?fields=name"
    assert moved.json()["allowed"] == [slug]


def test_filters_take_every_code_of_a_record(api: Any) -> None:
    uid = api.json(f"{A}/countries/KZ/")["uid"]
    expected = api.json(f"{A}/deposits/?country=KZ&fields=slug")["results"]
    for code in ("KAZ", "398", uid):
        assert api.json(f"{A}/deposits/?country={code}&fields=slug")["results"] == expected
        assert api.get(f"{A}/deposits/?within={code}").status_code == 200
    source = api.json(f"{A}/sources/?limit=1")["results"][0]
    by_uid, by_slug = (api.json(f"{A}/deposits/?source={source[key]}&fields=slug")["results"] for key in ("uid", "slug"))
    assert by_uid == by_slug


def test_drafts_are_found_by_no_identifier(api: Any) -> None:
    resource = resource_named("deposits")
    record = resource.model._default_manager.get(slug="kundybai")  # type: ignore[attr-defined]
    type(record).objects.filter(pk=record.pk).update(record_status="withdrawn")
    assert api.get(f"{A}/deposits/{record.uid}/").status_code == 404
    assert walk(api, resource, uid=record.uid) == walk(api, resource, slug=record.slug) == []


@pytest.mark.parametrize("resource", [r for r in RESOURCES if r.geometry], ids=lambda r: r.name)
def test_located_tells_known_places_from_unknown(api: Any, resource: Resource) -> None:
    for wanted in (True, False):
        rows = published(resource).filter(**{f"{resource.geometry}__isnull": not wanted}).order_by("id")
        expected = list(rows.values_list("slug", flat=True))
        assert slugs(walk(api, resource, located=str(wanted).lower(), fields="slug", limit=1000)) == expected


def test_countries_are_found_by_place_and_are_light_unless_their_shapes_are_asked_for(api: Any) -> None:
    assert slugs(api.json(f"{A}/countries/?fields=slug&bbox=76,42.7,76.1,42.8")["results"]) == ["KG"]
    whole = api.get(f"{A}/countries/?limit=1000")
    assert len(whole.content) < 200_000
    for name in ("countries", "regions", "disputed-areas"):
        (record,) = api.json(f"{A}/{name}/?limit=1")["results"]
        assert "geometry" not in record
        assert "geometry" in api.json(f"{A}/{name}/?limit=1&fields=slug,geometry")["results"][0]
        assert api.json(f"{A}/{name}/?limit=1&format=geojson")["features"][0]["geometry"]
        assert "geometry" in api.json(f"{A}/{name}/{record['slug']}/")


def _value(record: dict[str, Any], column: str) -> Any:
    value = record[column]
    if isinstance(value, dict):
        value = value["slug"]
    return value.lower() if isinstance(value, str) and column in ("slug", "country", "deposit") else value


def _sorted(records: list[dict[str, Any]], order: str) -> list[str]:
    """Sort as the API does: unknown values last either way; of equals the first in the list, or the last."""
    columns = order.split(",")
    rows = list(reversed(records)) if columns[0].startswith("-") else list(records)
    for column in reversed(columns):
        name = column.removeprefix("-")
        known = [r for r in rows if r[name] is not None]
        known.sort(key=lambda r: _value(r, name), reverse=False)
        if column.startswith("-"):
            # A stable sort in descending order.
            known = sorted([r for r in rows if r[name] is not None], key=lambda r: _value(r, name), reverse=True)
        rows = known + [r for r in rows if r[name] is None]
    return slugs(rows)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("deposits", "country,-slug"),
        ("deposits", "-country,discovery_year"),
        ("deposits", "discovery_year,-country,slug"),
        ("deposits", "-discovery_year,-location_uncertainty_m,country"),
        ("deposits", "slug"),
        ("licenses", "country,-granted,slug"),
        ("licenses", "-granted,expires"),
        ("licenses", "status,-granted"),
        ("deposits", "-development_status,deposit_type,country"),
        ("estimates", "-effective,ore_tonnes,slug"),
        ("countries", "-slug"),
    ],
)
def test_a_list_is_sorted_by_several_columns_at_any_depth(api: Any, name: str, order: str) -> None:
    resource = resource_named(name)
    columns = {column.removeprefix("-") for column in order.split(",")}
    chosen = ",".join({"slug", *columns})
    expected = _sorted(walk(api, resource, limit=1000, fields=chosen), order)
    assert slugs(walk(api, resource, limit=4, fields="slug", order=order)) == expected
    repeated = "&".join(f"order={column}" for column in order.split(","))
    assert slugs(api.json(f"{A}/{name}/?limit=50&fields=slug&{repeated}")["results"]) == expected[:50]
    exported = content(api.get(f"{A}/{name}/export/?format=csv&bom=false&fields=slug&order={order}")).decode()
    assert [line.split(",")[0] for line in exported.splitlines()[1:]] == expected
    items = api.json(f"{ITEMS.format(name)}?limit=50&properties=slug&sortby={order}")["features"]
    assert [one["id"] for one in items] == expected[:50]


def test_an_order_that_cannot_be_is_refused(api: Any) -> None:
    for wrong in ("country,country", "id,name", "nothing", "name,", "name,slug,country,discovery_year,updated_at,parent"):
        assert api.json(f"{A}/deposits/?order={wrong}", 400)["parameter"] == "order", wrong


@every_resource
def test_a_record_is_sorted_by_what_it_shows(api: Any, resource: Resource) -> None:
    shown = set(resource.summary().fields) | {"id"}  # type: ignore[attr-defined]
    live = set(resource.live().fields) if resource.live else set()  # type: ignore[attr-defined]
    assert set(columns_of(resource)) <= shown | live
    for name in columns_of(resource):
        assert (
            api.get(address(resource, limit=1, order=f"-{name},slug" if name not in ("id", "slug") else name)).status_code
            == 200
        )


def test_an_export_is_asked_for_by_post(api: Any) -> None:
    shape = {"type": "Polygon", "coordinates": [[[60, 40], [90, 40], [90, 55], [60, 55], [60, 40]]]}
    body = {"format": "csv", "fields": ["slug", "name"], "country": ["KZ", "KG"], "intersects": shape, "bom": False}
    posted = api.post(f"{A}/deposits/export/", body, content_type="application/json")
    query = "format=csv&fields=slug,name&country=KZ,KG&bom=false&intersects=POLYGON((60 40,90 40,90 55,60 55,60 40))"
    assert posted.status_code == 200
    assert content(posted) == content(api.get(f"{A}/deposits/export/?{query}"))
    for wrong, parameter in (({"contry": "KZ"}, "contry"), ({"limit": 1}, "limit")):
        refused = api.post(f"{A}/deposits/export/", wrong, content_type="application/json")
        assert (refused.status_code, refused.json()["parameter"]) == (400, parameter)
    assert api.post(f"{A}/deposits/export/?country=KZ", {}, content_type="application/json").status_code == 400


def test_facets_are_counted_beside_the_records(api: Any) -> None:
    page = api.json(f"{A}/deposits/?limit=1&count=exact&facet=country")
    assert page["count"] == published(resource_named("deposits")).count()
    assert page["facets"]["country"]["values"]
