"""Country shapes: those of another scale agree, borders are shared, and places lie where they should."""

import json
from functools import cache

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.db import connection

from registry import models as m
from registry.kinds import RECORD_KINDS
from registry.seeding.boundaries import Boundaries, read_boundaries
from registry.seeding.reader import read_files
from registry.triggers import LOCATED
from tests.seed.conftest import FIXTURES, shared

FILE = FIXTURES / "boundaries.topojson"


@cache
def shapes() -> Boundaries:
    return read_boundaries(FILE)


@cache
def codes() -> dict[str, str]:
    (file,) = read_files(FIXTURES, ["reference/countries"])
    return {card["slug"]: card["m49"] for card in file.content["countries"]}


@cache
def areas() -> list[str]:
    (file,) = read_files(FIXTURES, ["reference/disputed_areas"])
    return [card["slug"] for card in file.content["disputed_areas"]]


def shape(iso2: str) -> GEOSGeometry:
    return shapes().shapes[codes()[iso2]]


def test_the_file_is_small_and_says_whose_view_it_is() -> None:
    assert FILE.stat().st_size < 2_000_000
    assert shapes().source == "Natural Earth, de facto view (npm world-atlas 2.0.2)"
    topology = json.loads(FILE.read_text(encoding="utf-8"))
    assert topology["left_out"] == ["Vatican"] and topology["without_shape"] == [codes()["VA"]]
    assert set(shapes().shapes) | set(topology["without_shape"]) == set(codes().values()) | set(areas())


def test_every_shape_is_valid_and_in_range() -> None:
    for code, one in shapes().shapes.items():
        assert one.valid_reason == "Valid Geometry", code
        west, south, east, north = one.extent
        assert -180 <= west < east <= 180 and -90 <= south < north <= 90


def test_neighbours_share_the_points_of_their_border() -> None:
    for one, other in (("KZ", "KG"), ("KZ", "UZ"), ("TJ", "AF"), ("CN", "MN")):
        common = shape(one).intersection(shape(other))
        assert common.area < 1e-6 and common.length > 3, (one, other)


#: Countries whose territories overseas the other data draw as a part of them.
OVERSEAS = {"FRA": ("GF", "GP", "MQ", "RE", "YT"), "NOR": ("SJ", "BV")}


def test_areas_agree_with_the_shapes_of_another_scale() -> None:
    """Natural Earth 1:50m, another version; small islands and moved borders differ."""
    collection = json.loads(shared("data/boundaries/ne_50m_admin_0_countries.geojson").read_text(encoding="utf-8"))
    by_code = {f["properties"].get("ADM0_A3"): f["geometry"] for f in collection["features"]}
    iso3 = {card["iso3"]: card["slug"] for card in read_files(FIXTURES, ["reference/countries"])[0].content["countries"]}
    compared = 0
    for code, geometry in by_code.items():
        if code in iso3 and codes()[iso3[code]] in shapes().shapes:
            other = GEOSGeometry(json.dumps(geometry))
            ours = sum(shape(iso2).area for iso2 in (iso3[code], *OVERSEAS.get(code, ())))
            if other.area > 1 and code != "RUS":
                assert ours == pytest.approx(other.area, rel=0.05), code
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
        (63.3, 45.9, "KZ"),  # Baikonur, leased
        (-75.115, 19.933, "CU"),  # Guantanamo Bay, leased
        (32.928, 35.089, "CY"),  # the buffer zone
        (-52.8, 4.2, "GF"),
        (-61.6, 16.2, "GP"),
        (55.5, -21.1, "RE"),
        (15.6, 78.2, "SJ"),
        (-68.3, 12.2, "BQ"),
        (105.65, -10.49, "CX"),
    ],
)
def test_capitals_and_mines_lie_in_their_countries(lon: float, lat: float, iso2: str) -> None:
    assert [code for code, one in shapes().shapes.items() if one.contains(Point(lon, lat))] == [codes()[iso2]]


#: The largest waters and the river mouths that land surrounds: the shapes have no other hole.
SPECK = 1e-6
WATERS = ((50.7, 42.0), (-84.4, 78.08), (-45.5, -1.47), (-44.8, -1.74), (113.6, 72.75))


def test_no_land_is_left_out() -> None:
    """A hole between the shapes of countries and disputed areas is water."""
    whole = MultiPolygon([part for one in shapes().shapes.values() for part in one]).unary_union
    holes = [hole for part in whole for ring in list(part)[1:] if (hole := Polygon(ring)).area > SPECK]
    land = [hole.centroid.coords for hole in holes if min(hole.centroid.distance(Point(place)) for place in WATERS) > 3]
    assert land == []


@pytest.mark.parametrize(
    ("lon", "lat", "slug", "iso2"),
    [
        (34.1, 45.1, "crimea", "RU"),
        (35.8, 33.0, "golan-heights", "IL"),
        (-13.2, 27.15, "western-sahara", "MA"),
        (-12.593, 24.2, "western-sahara", "EH"),
        (74.8, 34.1, "jammu-and-kashmir-and-ladakh", "IN"),
        (74.3, 35.9, "azad-kashmir-and-gilgit-baltistan", "PK"),
        (79.3, 35.2, "aksai-chin", "CN"),
        (94.0, 28.0, "arunachal-pradesh", "IN"),
        (28.4, 9.7, "abyei", "SD"),
        (-59.5, 6.0, "essequibo", "GY"),
        (21.0, 42.6, "kosovo", None),
        (44.0, 9.6, "somaliland", None),
        (33.5, 35.25, "northern-cyprus", None),
    ],
)
def test_disputed_areas_lie_where_they_are_administered(lon: float, lat: float, slug: str, iso2: str | None) -> None:
    found = {code for code, one in shapes().shapes.items() if one.contains(Point(lon, lat))}
    assert found == {slug, *([codes()[iso2]] if iso2 else [])}


@pytest.mark.parametrize(
    ("lon", "lat"),
    [(32.0, 49.5), (36.5, 33.5), (-10.0, 29.0), (77.2, 28.6), (72.0, 33.0), (85.0, 35.0), (-58.1, 6.5), (20.5, 44.8)],
)
def test_the_land_beside_them_is_undisputed(lon: float, lat: float) -> None:
    assert not [slug for slug in areas() if shapes().shapes[slug].contains(Point(lon, lat))]


def test_the_registry_holds_them(whole: None) -> None:
    assert m.Country.objects.filter(boundary__isnull=False).count() == len(shapes().shapes) - len(areas())
    assert m.DisputedArea.objects.filter(boundary__isnull=False).count() == len(areas())
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


@pytest.mark.django_db
def test_the_trigger_and_the_functions_locate_alike() -> None:
    """The trigger has the queries of its own; what is asked of a place or of the past goes through the functions."""
    same = " AND ".join(f"{column} IS NOT DISTINCT FROM {call.format(place='g')}" for column, call in LOCATED.items())
    for kind in RECORD_KINDS:
        if kind.located_by:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT count(*), count(*) FILTER (WHERE {same}), count(*) FILTER (WHERE located_in <> '{{}}')"
                    f' FROM (SELECT *, {kind.located_by} AS g FROM "{kind.table}") t WHERE g IS NOT NULL'
                )
                rows, alike, inside = cursor.fetchone()
            assert rows == alike and (inside or not rows), kind.name
