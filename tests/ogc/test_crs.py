"""Part 2: answers and questions in other coordinate reference systems, with the axes in the order of the EPSG register."""

import math
from typing import Any

import pytest

from api.ogc.crs import ALL
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.ogc.reading import CRS84, LOCATED, RESOURCES, epsg, ids, items, walk

pytestmark = pytest.mark.django_db
KUNDYBAI = (60.830278, 51.993611)


def place(api: Any, crs: str, slug: str = "kundybai") -> list[float]:
    response = api.get(f"/ogc/collections/deposits/items/{slug}?crs={crs}")
    assert response["Content-Crs"] == f"<{crs}>"
    coordinates: list[float] = response.json()["geometry"]["coordinates"]
    return coordinates


def test_every_collection_names_its_systems(api: Any) -> None:
    document = api.json("/ogc/collections")
    assert document["crs"] == list(ALL)
    assert document["crs"][0] == CRS84
    for one in document["collections"]:
        assert one["crs"] == ["#/crs"]
        assert one.get("storageCrs") == (CRS84 if one["id"] in {r.name for r in LOCATED} else None)


def test_the_default_is_longitude_first(api: Any) -> None:
    response = api.get("/ogc/collections/deposits/items/kundybai")
    assert response["Content-Crs"] == f"<{CRS84}>"
    assert response.json()["geometry"]["coordinates"] == list(KUNDYBAI)
    for name in (r.name for r in RESOURCES):
        assert api.get(items(name, limit=1))["Content-Crs"] == f"<{CRS84}>"


def test_the_axes_are_in_the_order_of_the_register(api: Any) -> None:
    longitude, latitude = KUNDYBAI
    assert place(api, CRS84) == [longitude, latitude]
    assert place(api, epsg(4326)) == [latitude, longitude]
    radius = 6378137
    x, y = radius * math.radians(longitude), radius * math.asinh(math.tan(math.radians(latitude)))
    assert place(api, epsg(3857)) == pytest.approx([x, y], abs=0.01)
    easting, northing = place(api, epsg(32641))
    assert 300_000 < easting < 400_000
    assert 5_700_000 < northing < 5_800_000
    northing, easting = place(api, epsg(28410))
    assert 5_700_000 < northing < 5_800_000
    assert 10_700_000 < easting < 10_800_000, "the zone stands before the easting"


def test_pulkovo_1942_is_another_datum(api: Any) -> None:
    """Compare with the seven parameters of EPSG:5043 (GOST R 51794-2001) by hand, to ten metres."""
    latitude, longitude = place(api, epsg(4284))
    a, f = 6378137.0, 1 / 298.257223563
    phi, lam = math.radians(KUNDYBAI[1]), math.radians(KUNDYBAI[0])
    e2 = f * (2 - f)
    n = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    x, y, z = n * math.cos(phi) * math.cos(lam), n * math.cos(phi) * math.sin(lam), n * (1 - e2) * math.sin(phi)
    second = math.pi / 180 / 3600
    dx, dy, dz, rx, ry, rz, m = 23.57, -140.95, -79.8, 0.0, 0.35 * second, 0.79 * second, -0.22e-6
    # To WGS 84 the position vector turns and shifts; the way back is the opposite to first order.
    back = (
        x - dx - (m * x - rz * y + ry * z),
        y - dy - (rz * x + m * y - rx * z),
        z - dz - (-ry * x + rx * y + m * z),
    )
    ak, fk = 6378245.0, 1 / 298.3
    ek = fk * (2 - fk)
    p = math.hypot(back[0], back[1])
    phi_k = math.atan2(back[2], p * (1 - ek))
    for _ in range(6):
        nk = ak / math.sqrt(1 - ek * math.sin(phi_k) ** 2)
        phi_k = math.atan2(back[2] + ek * nk * math.sin(phi_k), p)
    metres = 111_000
    assert abs(latitude - math.degrees(phi_k)) * metres < 10
    assert abs(longitude - math.degrees(math.atan2(back[1], back[0]))) * metres * math.cos(phi) < 10
    assert abs(longitude - KUNDYBAI[0]) * metres > 20, "the datums differ by more than that"


@pytest.mark.parametrize("uri", list(ALL), ids=lambda uri: uri.rpartition("/")[2])
def test_a_box_in_a_system_finds_what_the_answer_shows_there(api: Any, uri: str) -> None:
    crs = ALL[uri]
    area = crs.projection.area if crs.projection and crs.projection.area else (50.0, 0.0, 70.0, 80.0)
    longitude, latitude = (area[0] + area[2]) / 2 if crs.projection and crs.projection.area else 61.0, 51.0
    slug = records.deposit(at=(longitude, latitude)).slug
    first, second = place(api, uri, slug)
    margin = 0.01 if crs.projection is None or crs.projection.decimals == 7 else 1000
    box = f"{first - margin},{second - margin},{first + margin},{second + margin}"
    found = ids(walk(api, "deposits", bbox=box, bbox_crs=uri, filter="geometry IS NOT NULL"))
    assert slug in found
    beside = f"{first + margin},{second + margin},{first + 2 * margin},{second + 2 * margin}"
    assert slug not in ids(walk(api, "deposits", bbox=beside, bbox_crs=uri, filter="geometry IS NOT NULL"))
    # The same in a filter, as a box and as a shape.
    west, south, east, north = (float(part) for part in box.split(","))
    for shape in (
        f"BBOX({box})",
        f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))",
    ):
        within = ids(walk(api, "deposits", filter=f"S_WITHIN(geometry,{shape})", filter_crs=uri))
        assert slug in within, shape


def test_short_ways_of_naming_a_system(api: Any) -> None:
    for given in (
        "EPSG:4326",
        "epsg:4326",
        "urn:ogc:def:crs:EPSG::4326",
        f"<{epsg(4326)}>",
        epsg(4326).replace("http", "https"),
    ):
        assert api.get(items("deposits", limit=1, crs=given))["Content-Crs"] == f"<{epsg(4326)}>"
    assert api.get(items("deposits", limit=1, crs="OGC:CRS84"))["Content-Crs"] == f"<{CRS84}>"
    problem = assert_problem(api.get(items("deposits", crs=epsg(2056))), 400, "crs")
    assert problem["allowed"] == list(ALL)


def test_what_reaches_beyond_a_zone_is_told(api: Any) -> None:
    problem = assert_problem(api.get(items("deposits", limit=1000, crs=epsg(32642))), 400, "crs")
    assert "bbox" in problem["detail"]
    near = api.json(items("deposits", crs=epsg(32642), bbox="60,37,80,56"))
    assert any(feature["geometry"] for feature in near["features"])


@pytest.mark.parametrize(
    ("crs", "box"),
    [
        (epsg(32642), "1e9,1e12,1e10,1e13"),
        (epsg(3857), "1e300,0,1e301,1"),
        (epsg(28410), "9e9,9e9,9.1e9,9.1e9"),
        (epsg(4326), "100,0,110,1"),
        (epsg(3857), "10,10,0,20"),
    ],
)
def test_boxes_that_no_place_has(api: Any, crs: str, box: str) -> None:
    assert_problem(api.get(items("deposits", bbox=box, bbox_crs=crs)), 400, "bbox")


def test_a_box_over_the_antimeridian_in_latitude_first(api: Any) -> None:
    slug = records.deposit(at=(179.9, 10)).slug
    assert slug in ids(walk(api, "deposits", bbox="9,179,11,-179", bbox_crs=epsg(4326), filter="geometry IS NOT NULL"))
