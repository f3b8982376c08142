"""Country shapes: those of another scale agree, borders are shared, and places lie where they should."""

import json
from functools import cache

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection

from registry import models as m
from registry.seeding.boundaries import Boundaries, read_boundaries
from registry.seeding.reader import read_files
from tests.seed.conftest import FIXTURES, shared

FILE = FIXTURES / "boundaries.topojson"


@cache
def shapes() -> Boundaries:
    return read_boundaries(FILE)


@cache
def codes() -> dict[str, str]:
    (file,) = read_files(FIXTURES, ["reference/countries"])
    return {card["slug"]: card["m49"] for card in file.content["countries"]}


def shape(iso2: str) -> GEOSGeometry:
    return shapes().shapes[codes()[iso2]]


def test_the_file_is_small_and_says_whose_view_it_is() -> None:
    assert FILE.stat().st_size < 2_000_000
    assert shapes().source == "Natural Earth, de facto view (npm world-atlas 2.0.2)"
    topology = json.loads(FILE.read_text(encoding="utf-8"))
    assert {"Kosovo", "N. Cyprus", "Somaliland", "Baikonur"} <= set(topology["left_out"])
    assert set(shapes().shapes) | set(topology["without_shape"]) == set(codes().values())


def test_every_shape_is_valid_and_in_range() -> None:
    for code, one in shapes().shapes.items():
        assert one.valid_reason == "Valid Geometry", code
        west, south, east, north = one.extent
        assert -180 <= west < east <= 180 and -90 <= south < north <= 90


def test_neighbours_share_the_points_of_their_border() -> None:
    for one, other in (("KZ", "KG"), ("KZ", "UZ"), ("TJ", "AF"), ("CN", "MN")):
        common = shape(one).intersection(shape(other))
        assert common.area < 1e-6 and common.length > 3, (one, other)


def test_areas_agree_with_the_shapes_of_another_scale() -> None:
    """Natural Earth 1:50m, another version; small islands and moved borders differ."""
    collection = json.loads(shared("data/boundaries/ne_50m_admin_0_countries.geojson").read_text(encoding="utf-8"))
    by_code = {f["properties"].get("ADM0_A3"): f["geometry"] for f in collection["features"]}
    iso3 = {card["iso3"]: card["slug"] for card in read_files(FIXTURES, ["reference/countries"])[0].content["countries"]}
    compared = 0
    for code, geometry in by_code.items():
        if code in iso3 and codes()[iso3[code]] in shapes().shapes:
            other = GEOSGeometry(json.dumps(geometry))
            if other.area > 1 and code != "RUS":
                assert shape(iso3[code]).area == pytest.approx(other.area, rel=0.05), code
                compared += 1
    assert compared > 120


def test_russia_and_fiji_are_cut_at_the_180th_meridian() -> None:
    assert shape("RU").contains(Point(-175, 66.5)) and shape("RU").contains(Point(175, 67))
    assert 2500 < shape("RU").area < 3500
    assert 1 < shape("FJ").area < 3
    assert shape("AQ").contains(Point(0, -89))


@pytest.mark.parametrize(
    ("lon", "lat", "iso2"),
    [
        (71.45, 51.17, "KZ"),
        (74.6, 42.87, "KG"),
        (68.78, 38.56, "TJ"),
        (58.38, 37.95, "TM"),
        (69.24, 41.3, "UZ"),
        (10.75, 59.95, "NO"),
        (2.35, 48.86, "FR"),
        (17.08, -22.57, "NA"),
        (109.97, 41.78, "CN"),
        (-115.53, 35.48, "US"),
        (-45.98, 60.97, "GL"),
    ],
)
def test_capitals_and_mines_lie_in_their_countries(lon: float, lat: float, iso2: str) -> None:
    assert [code for code, one in shapes().shapes.items() if one.contains(Point(lon, lat))] == [codes()[iso2]]


def test_the_registry_holds_them(whole: None) -> None:
    assert m.Country.objects.filter(boundary__isnull=False).count() == len(shapes().shapes)
    kazakhstan = m.Country.objects.get(slug="KZ")
    assert kazakhstan.boundary_source == shapes().source and kazakhstan.boundary_date == shapes().date
    assert m.Region.objects.get(slug="central-asia").boundary.contains(kazakhstan.boundary.point_on_surface)
    assert m.Deposit.objects.get(slug="kundybai").located_in == [kazakhstan.pk]


def test_a_new_region_comes_with_the_shape_that_the_database_would_give_it(whole: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug, ST_Area(boundary), ST_Area(registry_region_shape(id)) FROM registry_region WHERE slug <> 'world'"
        )
        areas = cursor.fetchall()
    assert len(areas) == 30
    for slug, held, united in areas:
        assert held == pytest.approx(united, rel=1e-9), slug
