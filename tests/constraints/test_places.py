"""Geometry: what the database refuses, what it derives."""

from typing import Any

import pytest
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.db import DataError, IntegrityError, transaction

from registry.models import Country, Deposit, License, RegionMember
from registry.vocabularies import PLACED, LocationKind
from tests import records
from tests.constraints.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "wrong",
    [
        "POINT(0 0)",
        "POINT(200 10)",
        "POINT(10 95)",
        "POINT EMPTY",
        "POINT(-180.1 0)",
    ],
)
def test_a_point_is_in_range_and_not_null_island(wrong: str) -> None:
    with refused("location"), transaction.atomic():
        records.deposit(location=GEOSGeometry(f"SRID=4326;{wrong}"), location_kind="reported")


def test_not_a_number_is_no_coordinate() -> None:
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        records.deposit(location=Point(float("nan"), 5.0, srid=4326), location_kind="reported")


def test_an_outline_is_valid() -> None:
    bow_tie = MultiPolygon(Polygon(((0, 0), (2, 2), (2, 0), (0, 2), (0, 0))), srid=4326)
    with refused("area_sound"), transaction.atomic():
        records.license_(area=bow_tie)


@pytest.mark.parametrize("kind", LocationKind.values)
def test_kind_of_location_and_geometry_agree(kind: str) -> None:
    placed = kind in PLACED
    with transaction.atomic():
        records.deposit(location=Point(60, 50, srid=4326) if placed else None, location_kind=kind)
    with refused("location_kind_place"), transaction.atomic():
        records.deposit(location=None if placed else Point(60, 50, srid=4326), location_kind=kind)


@pytest.mark.parametrize(
    "uncertainty",
    [
        {"location_uncertainty_m": 100.0},
        {"location_uncertainty_m": 0.0, "uncertainty_basis": "stated"},
        {"location_uncertainty_m": -5.0, "uncertainty_basis": "stated"},
        {"uncertainty_basis": "stated"},
    ],
)
def test_an_uncertainty_is_positive_and_has_a_basis(uncertainty: dict[str, Any]) -> None:
    with refused("uncertainty"), transaction.atomic():
        records.deposit(at=(60, 50), **uncertainty)


def test_an_uncertainty_belongs_to_a_place() -> None:
    with refused("uncertainty"), transaction.atomic():
        records.deposit(location_uncertainty_m=10.0, uncertainty_basis="stated")


def test_a_location_without_a_known_uncertainty_says_so() -> None:
    unstated = records.deposit(at=(60, 50), uncertainty_basis=None)
    unstated.refresh_from_db()
    assert (unstated.location_uncertainty_m, unstated.uncertainty_basis) == (None, "not_stated")
    type(unstated).objects.filter(pk=unstated.pk).update(location=None, location_kind="unknown")
    unstated.refresh_from_db()
    assert unstated.uncertainty_basis is None


def test_the_geometry_is_the_outline_where_there_is_one() -> None:
    both = records.deposit(at=(60, 50), footprint=records.square(60, 50))
    both.refresh_from_db()
    assert both.geometry.geom_type == "MultiPolygon"
    point = records.deposit(at=(60, 50))
    point.refresh_from_db()
    assert point.geometry.geom_type == "Point"


def test_a_place_is_found_in_the_countries_whose_shape_holds_it() -> None:
    west = records.country(boundary=records.square(60, 40, 10))
    east = records.country(boundary=records.square(70, 40, 10))
    inside = records.deposit(at=(65, 45), country=west)
    across = records.deposit(footprint=records.square(69.5, 45), location_kind="mapped", country=west)
    outside = records.deposit(at=(0, 45), country=west)
    for deposit, expected in ((inside, [west.pk]), (across, sorted([west.pk, east.pk])), (outside, [])):
        deposit.refresh_from_db()
        assert deposit.located_in == expected


def test_a_moved_border_finds_its_records_anew() -> None:
    country = records.country(boundary=records.square(60, 40, 10))
    deposit = records.deposit(at=(75, 45), country=country)
    deposit.refresh_from_db()
    assert deposit.located_in == []
    Country.objects.filter(pk=country.pk).update(boundary=records.square(70, 40, 10))
    deposit.refresh_from_db()
    assert deposit.located_in == [country.pk]
    assert deposit.version == 1, "derived, not curated"
    Country.objects.filter(pk=country.pk).update(boundary=None)
    deposit.refresh_from_db()
    assert deposit.located_in == []


def test_the_shape_of_a_region_is_the_union_of_its_members() -> None:
    one, two = (records.country(boundary=records.square(west, 40, 10)) for west in (60, 70))
    region = records.region()
    RegionMember.objects.bulk_create(RegionMember(region=region, country=c) for c in (one, two))
    region.refresh_from_db()
    assert region.boundary.extent == (60, 40, 80, 50)
    RegionMember.objects.filter(country=two).delete()
    region.refresh_from_db()
    assert region.boundary.extent == (60, 40, 70, 50)
    Country.objects.filter(pk=one.pk).update(boundary=records.square(0, 0, 5))
    region.refresh_from_db()
    assert region.boundary.extent == (0, 0, 5, 5)


def test_the_area_of_a_licence_is_computed_on_the_ellipsoid() -> None:
    licence = records.license_(area=records.square(60, 50, 1))
    licence.refresh_from_db()
    # One degree by one degree from 50° N: 7,885 km² between the graticule lines of WGS 84.
    assert licence.computed_area_km2 == pytest.approx(7885, rel=0.002)
    wide = License.objects.get(pk=records.license_(area=records.square(0, 50, 30)).pk)
    narrow = sum(
        License.objects.get(pk=records.license_(area=records.square(0, 50 + n, 1)).pk).computed_area_km2 for n in range(30)
    )
    assert wide.computed_area_km2 == pytest.approx(narrow * 30, rel=0.001), "long sides follow the parallels"


def test_deposits_without_a_place_are_records_too() -> None:
    assert Deposit.objects.get(pk=records.deposit(location_kind="admin_only").pk).geometry is None
