"""Saving a place: what follows from how it was entered, its datum, tables of corners, files, and what stays as it is."""

import json
import re
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client

from registry.models import Deposit, License
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.curation.test_save import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "uncertainty"),
    [
        ("42°40′ с.ш., 76°10′ в.д.", (9270.0, "printed_precision")),
        ("42.666666666666664, 76.16666666666667", (9270.0, "printed_precision")),
        ("POINT (76.16666666666667 42.666666666666664)", (None, "not_stated")),
    ],
)
def test_a_place_is_typed_in_any_notation(text: str, uncertainty: tuple[float | None, str], admin: Curator) -> None:
    deposit = records.deposit()
    place = {"location": text, "location_kind": "reported", "coordinates_as_printed": text}
    assert admin.send(kinds.address(deposit), place).status_code == 302
    saved = Deposit.objects.get(pk=deposit.pk)
    assert saved.location.coords == pytest.approx((76 + 1 / 6, 42 + 2 / 3)) and saved.coordinates_as_printed == text
    assert (saved.location_uncertainty_m, saved.uncertainty_basis) == uncertainty
    stated = {"location_uncertainty_m": "250", "uncertainty_basis": "stated"}
    assert admin.send(kinds.address(deposit), stated).status_code == 302
    saved.refresh_from_db()
    assert (saved.location_uncertainty_m, saved.uncertainty_basis) == (250.0, "stated")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("42°40′ N 76°10′ E", ("reported", None, 9270.0, "printed_precision")),
        ("13478123 4732123", ("reported", 28413, 0.5, "printed_precision")),
        ("42°40′12″ 76°10′30″ СК-42", ("reported", 4284, 15.4, "printed_precision")),
        ("geo:42.67,76.17;u=560", ("digitised", None, None, "not_stated")),
        ("https://yandex.ru/maps/?ll=76.17%2C42.67", ("digitised", None, None, "not_stated")),
        ("POINT (76.17 42.67)", ("mapped", None, None, "not_stated")),
    ],
)
def test_the_first_save_needs_nothing_but_the_location(text: str, kept: tuple[Any, ...], admin: Curator) -> None:
    assert admin.send("/admin/registry/deposit/add/", {"name": "Akbulak", "location": text}).status_code == 302
    saved = Deposit.objects.get()
    assert (saved.location_kind, saved.source_srid, saved.location_uncertainty_m, saved.uncertainty_basis) == kept
    assert saved.coordinates_as_printed == (text if kept[0] == "reported" else None)
    place = saved.location.coords
    assert admin.send(kinds.address(saved), {"description": "seen again"}).status_code == 302
    saved.refresh_from_db()
    assert saved.location.coords == place, "what is shown reads back in WGS 84, whatever the source's datum"


def test_the_stated_system_is_applied_and_the_text_says_so(admin: Curator) -> None:
    deposit = records.deposit()
    admin.send(kinds.address(deposit), {"location": "4732123 478123", "source_srid": "28413", "location_kind": "mapped"})
    deposit.refresh_from_db()
    assert deposit.location.coords == pytest.approx((74.73232, 42.72378), abs=1e-4)
    assert (deposit.location_kind, deposit.location_uncertainty_m) == ("mapped", 0.5)
    answer = admin.post("/admin/read-place/", {"kind": "point", "text": "42°40′12″ 76°10′30″", "srid": "4284"}).json()
    assert re.search(r"moved \d+ m to WGS 84", answer["understood"]) and (answer["kind"], answer["srid"]) == ("reported", 4284)


def test_an_outline_is_pasted_and_taken_away(admin: Curator) -> None:
    licence = records.license_(name="A licence")
    square = {"type": "Polygon", "coordinates": [[[75, 42], [76, 42], [76, 43], [75, 42]]]}
    assert admin.send(kinds.address(licence), {"area": json.dumps(square)}).status_code == 302
    area = License.objects.get(pk=licence.pk).area
    assert area.geom_type == "MultiPolygon" and area.extent == (75, 42, 76, 43)
    assert "Self-intersection" in refused(admin.send(kinds.address(licence), {"area": "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))"}))
    assert admin.send(kinds.address(licence), {"area": ""}).status_code == 302
    assert License.objects.get(pk=licence.pk).area is None


CORNERS = """СК-42
1 42°40′12″ с.ш. 76°10′30″ в.д.
2 42°40′12″ с.ш. 76°14′30″ в.д.
3 42°38′00″ с.ш. 76°14′30″ в.д.
Площадь 1115 га"""


def test_a_table_of_corners_is_shown_with_both_areas_and_saved(admin: Curator) -> None:
    licence = records.license_(name="A licence")
    answer = admin.post("/admin/read-place/", {"kind": "outline", "text": CORNERS, "declared": ""}).json()
    assert re.search(r"3 corners in Pulkovo 1942, moved \d+ m", answer["understood"])
    assert re.search(r"11\.1\d km² on the ellipsoid, 0\.\d% less than the declared 11\.15 km²", answer["areas"])
    assert (answer["declared_area_km2"], answer["areas_differ"]) == (11.15, False)
    wrong = admin.post("/admin/read-place/", {"kind": "outline", "text": CORNERS, "declared": "40"}).json()
    assert "less than the declared 40 km²" in wrong["areas"] and wrong["areas_differ"]
    assert admin.send(kinds.address(licence), {"area": CORNERS}).status_code == 302
    licence.refresh_from_db()
    assert licence.area.num_points == 4 and licence.computed_area_km2 == pytest.approx(11.1, abs=0.1)


def test_an_outline_of_a_deposit_says_how_it_was_entered(admin: Curator) -> None:
    ring = {"type": "Polygon", "coordinates": [[[75, 42], [76, 42], [76, 43], [75, 42]]]}
    for name, entered, kind in (("A", "on_map", "digitised"), ("B", "from_file", "mapped")):
        text = json.dumps({"type": "Feature", "properties": {"entered": entered}, "geometry": ring})
        assert admin.send("/admin/registry/deposit/add/", {"name": name, "footprint": text}).status_code == 302
        assert Deposit.objects.latest("pk").location_kind == kind


def test_a_file_is_read_at_the_field(admin: Curator) -> None:
    ring = "76.1,42.3 76.2,42.3 76.2,42.4 76.1,42.3"
    outline = (
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    )
    kml = f"<kml><Placemark><name>Ак-Тюз</name>{outline}</Placemark></kml>"
    send = {"content_type": "application/octet-stream", "headers": {"X-File-Name": "%D0%90.kml"}}
    (shape,) = admin.post("/admin/read-shape-file/?kind=outline", kml, **send).json()["shapes"]
    assert shape["label"] == "Ак-Тюз" and json.loads(shape["text"])["properties"] == {"entered": "from_file", "file": "А.kml"}
    assert admin.send("/admin/registry/license/add/", {"number": "7", "area": shape["text"], "country": records.country().pk})
    assert License.objects.get().area.extent == (76.1, 42.3, 76.2, 42.4)
    for kind, content, reason in (
        ("point", kml, "“А.kml” has no point; it has Polygon."),
        ("outline", "a,b\n1,2", "which has no shapes"),
        ("outline", "x" * 2_700_000, "larger than 2.5 MB"),
    ):
        assert reason in admin.post(f"/admin/read-shape-file/?kind={kind}", content, **send).json()["error"]
    assert Client().post("/admin/read-shape-file/", kml, **send).status_code == 302


def test_saving_leaves_a_place_as_it_is_to_the_last_digit(admin: Curator) -> None:
    point = Point(76.1338600000001, 1 / 3, srid=4326)
    deposit = records.deposit(location=point, location_kind="reported")
    assert admin.send(kinds.address(deposit), {"description": "new"}).status_code == 302
    assert Deposit.objects.get(pk=deposit.pk).location.coords == point.coords
