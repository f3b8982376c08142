"""The nearest records: the same as a look at every record, measured on the ellipsoid, at the poles and the antimeridian too."""

import random
from typing import Any

import orjson
import pytest
from django.db import connection
from pyproj import Geod

from api.query import rows
from api.query.list_query import read_query
from api.query.nearness import surrounding
from api.resources.resource import resource_named
from tests import records

pytestmark = pytest.mark.django_db
#: Places where degrees mislead: the antimeridian, the poles, far north, and an ordinary one.
PLACES = ((179.9, 10.0), (-179.95, -60.0), (0.0, 89.9), (120.0, -89.99), (30.0, 72.0), (76.2, 42.8), (0.0, 0.0))


def nearest(place: tuple[float, float], **given: str) -> list[tuple[str, float]]:
    query = read_query(resource_named("deposits"), {"near": f"{place[0]},{place[1]}", **given})
    return [(str(orjson.loads(row.document)["slug"]), round(row.distance_m or 0, 3)) for row in rows.nearest(query)]


def every(place: tuple[float, float], radius_m: float = 3e7, name: str = "") -> list[tuple[str, float]]:
    """Measure every record, and sort."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT slug, metres FROM (SELECT slug, id, ST_Distance(geography(geometry), geography(ST_Point(%s, %s, 4326)))"
            " AS metres FROM registry_deposit WHERE record_status = 'published' AND geometry IS NOT NULL"
            " AND strpos(name, %s) > 0) d WHERE metres <= %s ORDER BY metres, id",
            [*place, name, radius_m],
        )
        return [(slug, round(metres, 3)) for slug, metres in cursor.fetchall()]


def test_the_nearest_are_those_that_a_look_at_every_record_gives(api: Any) -> None:
    chance = random.Random(3)
    for x, y in PLACES:
        for number in range(9):
            lon, lat = x + chance.uniform(-9, 9), max(-90.0, min(90.0, y + chance.uniform(-4, 4)))
            lon = chance.uniform(-180, 180) if abs(y) > 85 else (lon + 180) % 360 - 180
            name = chance.choice(("Alpha", "Beta"))
            if number:
                records.deposit(name=name, at=(lon, lat))
            else:
                footprint = records.square(min(lon, 170), min(lat, 80))
                records.deposit(name=name, footprint=footprint, location_kind="mapped")
    records.deposit(name="Alpha nowhere")
    records.deposit(name="Alpha draft", at=(0, 1), record_status="draft")
    for place in PLACES:
        whole = every(place)
        assert len(whole) == 63
        for limit in (1, 5, 20, 100):
            assert nearest(place, limit=str(limit)) == whole[:limit], (place, limit)
        assert nearest(place, radius_km="900", limit="7") == every(place, 900_000)[:7]
        assert nearest(place, search="alpha", limit="4") == every(place, name="Alpha")[:4]
        assert nearest(place, search="nothing") == []
        at = api.json(f"/api/v1/locate/?lon={place[0]}&lat={place[1]}&nearest=5")["deposits"]
        assert [(one["slug"], one["distance_km"]) for one in at] == [(s, round(m / 1000, 3)) for s, m in whole[:5]]


def test_a_distance_is_that_of_the_ellipsoid(api: Any) -> None:
    deposit = records.deposit(at=(70, 41))
    _, _, metres = Geod(ellps="WGS84").inv(70, 40, 70, 41)
    assert 111_000 < metres < 111_100, "on a sphere it would be 111.195 km"
    given = "near=70,40&radius_km=111.1"
    (listed,) = api.json(f"/api/v1/deposits/?{given}")["results"]
    (asked,) = api.json("/api/v1/questions/nearest/?lon=70&lat=40&radius_km=111.1")["results"]
    (at,) = api.json("/api/v1/locate/?lon=70&lat=40")["deposits"]
    assert listed["slug"] == at["slug"] == deposit.slug
    for found in (listed, asked, at):
        assert found["distance_km"] == pytest.approx(metres / 1000, abs=0.001)


def test_all_within_a_radius_lies_in_the_box_around_it() -> None:
    measured = Geod(ellps="WGS84")
    for (longitude, latitude), radius_m in ((place, radius) for place in PLACES for radius in (10.0, 3e4, 2e6, 1.2e7)):
        west, south, east, north = surrounding(longitude, latitude, radius_m)
        for azimuth in range(0, 360, 5):
            x, y, _ = measured.fwd(longitude, latitude, azimuth, radius_m)
            assert west <= x <= east and south <= y <= north, (longitude, latitude, radius_m, azimuth)
