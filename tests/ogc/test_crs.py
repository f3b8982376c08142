"""Part 2: answers and queries in other coordinate reference systems, with the axes in the order of the EPSG register."""

import math
from typing import Any

import pytest
from django.contrib.gis.geos import Polygon

from api.ogc.crs import ALL, WORLD
from registry.models import Deposit
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.ogc.walks import CRS84, LOCATED, RESOURCES, epsg, ids, items, walk

pytestmark = pytest.mark.django_db
KUNDYBAI = (60.830278, 51.993611)


def place(api: Any, crs: str, slug: str = "kundybai") -> list[float]:
    response = api.get(f"/ogc/collections/deposits/items/{slug}?crs={crs}")
    assert response["Content-Crs"] == f"<{crs}>"
    coordinates: list[float] = response.json()["geometry"]["coordinates"]
    return coordinates


def test_every_advertised_system_works_for_the_whole_collection(api: Any) -> None:
    shared = api.json("/ogc/collections")["crs"]
    assert shared[0] == CRS84 and epsg(4326) in shared
    for one in api.json("/ogc/collections")["collections"]:
        alone = api.json(f"/ogc/collections/{one['id']}")["crs"]
        assert one["crs"][0] == "#/crs" and [*shared, *one["crs"][1:]] == alone
        assert one.get("storageCrs") == (CRS84 if one["id"] in {r.name for r in LOCATED} else None)
        whole = ids(walk(api, one["id"], limit=1000))
        for uri in alone:
            features = list(walk(api, one["id"], limit=1000, crs=uri))
            assert ids(features) == whole, (one["id"], uri)
        for uri in set(ALL) - set(alone):
            for parameter in ("crs", "bbox_crs", "filter_crs"):
                problem = assert_problem(api.get(items(one["id"], **{parameter: uri})), 400, parameter.replace("_", "-"))
                assert problem["allowed"] == alone
                assert ALL[uri].title in problem["detail"]


@pytest.fixture
def central_asia(db: None) -> None:
    """Keep the deposits that the zones around 69° east reach, and no others."""
    outside = Deposit.objects.exclude(geometry__coveredby=Polygon.from_bbox((55, 36, 80, 60))).filter(geometry__isnull=False)
    outside.update(record_status="withdrawn")


def test_a_zone_is_offered_while_every_record_lies_in_it(api: Any, central_asia: None) -> None:
    offered = api.json("/ogc/collections/deposits")["crs"]
    assert {epsg(code) for code in (32642, 28412, 4284)} < set(offered)
    assert epsg(32638) not in offered, "its area ends at 66° east"
    assert epsg(32642) not in api.json("/ogc/collections/countries")["crs"]
    assert epsg(32642) in api.get("/ogc/collections/deposits?f=html").content.decode()
    whole = ids(walk(api, "deposits"))
    assert ids(walk(api, "deposits", crs=epsg(32642))) == whole
    records.deposit(at=(-120, 40))
    assert epsg(32642) not in api.json("/ogc/collections/deposits")["crs"]


def test_the_default_is_longitude_first(api: Any) -> None:
    response = api.get("/ogc/collections/deposits/items/kundybai")
    assert response["Content-Crs"] == f"<{CRS84}>"
    assert response.json()["geometry"]["coordinates"] == list(KUNDYBAI)
    for name in (r.name for r in RESOURCES):
        assert api.get(items(name, limit=1))["Content-Crs"] == f"<{CRS84}>"


def test_the_axes_are_in_the_order_of_the_register(api: Any, central_asia: None) -> None:
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


def test_pulkovo_1942_is_another_datum(api: Any, central_asia: None) -> None:
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


@pytest.fixture
def within(request: Any, db: None) -> str:
    """Name a system, with every deposit withdrawn that it cannot show."""
    crs = ALL[request.param]
    outside = Deposit.objects.exclude(geometry__coveredby=Polygon.from_bbox(crs.area)).filter(geometry__isnull=False)
    outside.update(record_status="withdrawn")
    return str(request.param)


@pytest.mark.parametrize("within", list(ALL), indirect=True, ids=lambda uri: uri.rpartition("/")[2])
def test_a_box_in_a_system_finds_what_the_answer_shows_there(api: Any, within: str) -> None:
    crs = ALL[within]
    longitude = (crs.area[0] + crs.area[2]) / 2 if crs.area != WORLD else 61.0
    slug = records.deposit(at=(longitude, 51.0)).slug
    first, second = place(api, within, slug)
    margin = 0.01 if crs.projection is None or crs.projection.decimals == 7 else 1000
    box = f"{first - margin},{second - margin},{first + margin},{second + margin}"
    found = ids(walk(api, "deposits", bbox=box, bbox_crs=within, filter="geometry IS NOT NULL"))
    assert slug in found
    beside = f"{first + margin},{second + margin},{first + 2 * margin},{second + 2 * margin}"
    assert slug not in ids(walk(api, "deposits", bbox=beside, bbox_crs=within, filter="geometry IS NOT NULL"))
    # The same in a filter, as a box and as a shape.
    west, south, east, north = (float(part) for part in box.split(","))
    for shape in (
        f"BBOX({box})",
        f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))",
    ):
        found = ids(walk(api, "deposits", filter=f"S_WITHIN(geometry,{shape})", filter_crs=within))
        assert slug in found, shape


@pytest.mark.parametrize("within", list(ALL), indirect=True, ids=lambda uri: uri.rpartition("/")[2])
def test_a_box_is_exact_however_large(api: Any, within: str) -> None:
    """Compare with the coordinates of the response, for boxes whose outline in degrees is curved or crosses itself."""
    crs = ALL[within]
    located = {f["id"]: f["geometry"] for f in walk(api, "deposits", limit=1000, crs=within, filter="geometry IS NOT NULL")}
    points = {slug: one["coordinates"] for slug, one in located.items() if one["type"] == "Point"}
    assert len(points) == len(located) > 3
    firsts, seconds = (sorted(point[axis] for point in points.values()) for axis in (0, 1))
    degrees = crs.projection is None or crs.projection.decimals == 7
    wide = 0 if crs.area == WORLD else 1 if degrees else 20_000_000
    middle = firsts[len(firsts) // 2], seconds[len(seconds) // 2]
    step = 1e-6 if degrees else 100
    for west, south, east, north in (
        (firsts[0] - wide - step, seconds[0] - wide - step, firsts[-1] + wide + step, seconds[-1] + wide + step),
        (firsts[0] - step, seconds[0] - wide - step, middle[0] + step, seconds[-1] + wide + step),
        (firsts[0] - wide - step, middle[1] - step, firsts[-1] + wide + step, seconds[-1] + step),
    ):
        expected = {slug for slug, (x, y, *_) in points.items() if west <= x <= east and south <= y <= north}
        box = f"{west!r},{south!r},{east!r},{north!r}"
        found = set(ids(walk(api, "deposits", bbox=box, bbox_crs=within, filter="geometry IS NOT NULL")))
        assert found == expected, box


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
    assert problem["allowed"] == api.json("/ogc/collections/deposits")["crs"]


@pytest.mark.parametrize(
    ("code", "box"),
    [
        (32642, "1e9,1e12,1e10,1e13"),
        (3857, "1e300,0,1e301,1"),
        (28412, "9e9,9e9,9.1e9,9.1e9"),
        (28412, "-1e7,-1e7,-9e6,-9e6"),
        (4326, "100,0,110,1"),
        (3857, "10,10,0,20"),
        (4284, "0,0,10,10"),
    ],
)
def test_boxes_that_no_place_has(api: Any, code: int, box: str, central_asia: None) -> None:
    problem = assert_problem(api.get(items("deposits", bbox=box, bbox_crs=epsg(code))), 400, "bbox")
    assert "self" not in problem["detail"].lower()
    assert_problem(
        api.get(items("deposits", filter=f"S_INTERSECTS(geometry,BBOX({box}))", filter_crs=epsg(code))), 400, "filter"
    )


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (
            "POLYGON((0 0,9e6 0,9e6 9e6,0 9e6,0 0))",
            "extends beyond the area in which WGS 84 / UTM zone 42N can be used: 48 to 90 longitude",
        ),
        ("POINT(1e300 1e300)", "extends beyond"),
        ("POLYGON((3e5 4e6,6e5 5e6,6e5 4e6,3e5 5e6,3e5 4e6))", "Self-intersection"),
    ],
)
def test_a_shape_that_a_system_cannot_hold_is_explained(api: Any, shape: str, said: str, central_asia: None) -> None:
    response = api.get(items("deposits", filter=f"S_INTERSECTS(geometry,{shape})", filter_crs=epsg(32642)))
    assert said in assert_problem(response, 400, "filter")["detail"]


def test_a_box_over_the_antimeridian_in_latitude_first(api: Any) -> None:
    slug = records.deposit(at=(179.9, 10)).slug
    assert slug in ids(walk(api, "deposits", bbox="9,179,11,-179", bbox_crs=epsg(4326), filter="geometry IS NOT NULL"))
