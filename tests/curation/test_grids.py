"""Positions as the region prints them: UTM, MGRS, Gauss–Krüger, links of web maps; each with its datum and its precision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mgrs import MGRS

from registry.geo.coordinates import CoordinatesError, Entered, read_coordinates
from registry.geo.systems import system_of
from registry.geo.uncertainty import printed_uncertainty

#: A point near Bishkek in UTM, and the same figures in Gauss–Krüger, computed by PROJ.
UTM = (42.7413, 74.7327)
KRUGER = (42.72378, 74.73232)


@pytest.mark.parametrize(
    "text",
    [
        "43N 478123 4732123",
        "43T 478123 4732123",
        "43N 478 123 4 732 123",
        "478123 4732123 43N",
        "478123mE 4732123mN 43T",
        "UTM zone 43N, E 478123, N 4732123",
        "UTM 43 north; easting 478123; northing 4732123",
        "UTM43N 478123/4732123",
        "зона 43N 478123 4732123 WGS-84",
        "43T DH 78123 32123",
        "MGRS 43TDH7812332123",
        "43tdh 7812332123",
    ],
)
def test_utm_and_mgrs_in_any_notation(text: str) -> None:
    read = read_coordinates(text)
    assert (read.latitude, read.longitude) == pytest.approx(UTM, abs=1e-4)
    assert (read.srid, read.uncertainty_m, read.moved_m) == (32643, 0.5, None)
    assert "printed to the metre" in read.in_words or "a square of 1 m" in read.in_words


@pytest.mark.parametrize(
    ("text", "srid"),
    [
        ("13478123 4732123", None),
        ("4732123 13478123", None),
        ("13 478 123; 4 732 123", None),
        ("X=4732123 Y=13478123", None),
        ("X 4732123, Y 13478123", 28413),
        ("Х: 4732123 м, У: 13478123 м", None),
        ("СК-42 зона 13 X=4732123 Y=478123", None),
        ("Gauss–Krüger zone 13: 478123 4732123", None),
        ("Гаусса-Крюгера, зона 13, 478123, 4732123 (Пулково 1942)", None),
        ("478123 4732123", 28413),
        ("4732123 13478123", 4284),
        ("EPSG:28413 13478123 4732123", None),
    ],
)
def test_gauss_kruger_with_and_without_the_zone_in_the_easting(text: str, srid: int | None) -> None:
    read = read_coordinates(text, srid)
    assert (read.latitude, read.longitude) == pytest.approx(KRUGER, abs=1e-4)
    assert (read.srid, read.uncertainty_m) == (28413, 0.5)
    assert read.moved_m and 30 < read.moved_m < 150 and f"moved {read.moved_m:.0f} m to WGS 84" in read.in_words


def test_the_datum_of_the_source_moves_degrees_too() -> None:
    plain, moved = read_coordinates("42°40′12″ с.ш. 76°10′30″ в.д."), read_coordinates("42°40′12″ с.ш. 76°10′30″ в.д.", 4284)
    assert (plain.moved_m, plain.srid, moved.srid) == (None, None, 4284)
    assert moved.moved_m and "from Pulkovo 1942, moved" in moved.in_words and moved.uncertainty_m == plain.uncertainty_m == 15.4
    assert read_coordinates("42°40′12″ 76°10′30″, СК-42").latitude == moved.latitude
    assert read_coordinates("42.67, 76.175 WGS 84", 4284).latitude == plain.latitude
    assert read_coordinates("3478123 4732123", 7694).source == "Kyrg-06 / zone 3"


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("43N 478120 4732130", 5.0),
        ("43N 478100 4732100", 50.0),
        ("43N 478000 4732000", 500.0),
        ("43N 478123.4 4732123.5", 0.05),
        ("13478000 4732120", 5.0),
        ("43T DH 781 321", 50.0),
        ("43T DH 7 3", 5000.0),
        ("43T DH", 50000.0),
    ],
)
def test_the_print_of_metres_shows_the_uncertainty(text: str, metres: float) -> None:
    shown = printed_uncertainty(text, "reported")
    assert (shown.location_uncertainty_m, shown.uncertainty_basis) == (metres, "printed_precision")
    assert printed_uncertainty("478100 4732100", "reported", 32643).location_uncertainty_m == 50.0


@pytest.mark.parametrize(
    ("text", "srid", "reason"),
    [
        ("478123 4732123", None, "Write its zone"),
        ("UTM 478123 4732123", None, "needs its zone"),
        ("zone 13 12478123 4732123", None, "between 13 100 000 and 13 900 000 with the zone.*read were 12 478 123"),
        ("zone 13 95000 4732123", None, "Zone 13 needs an easting between 100 000 and 900 000"),
        ("СК-42 зона 40 478123 4732123", None, "zones 4 to 32; 40"),
        ("зона 13 478123 4732123", 28414, "EPSG:28414 is zone 14"),
        ("43S 478123 4000000", None, "southern hemisphere, or the band S"),
        ("43R 478123 4732123", None, "band from 24° N to 32° N"),
        ("61N 478123 4732123", None, "zones 1 to 60"),
        ("43N 478123 4732123", 4284, "read on WGS 84, and EPSG:4284"),
        ("13478123 4732123", 4326, "EPSG:4326 is stated"),
        (f"{'9' * 140} {'9' * 140}", None, "too large"),
        (f"{'9' * 140} {'9' * 140}", 32643, "too large"),
        ("43T DH 7812 321", None, "as many digits"),
        ("43T DA 78123 32123 1", None, "not part|as many digits"),
        ("50T DH 78123 32123", None, "no square DH in zone 50T"),
        ("13478123 4732123 Kutessay", None, "“Kutessay” is not part"),
        ("42.67 76.17 СК-42 WGS 84", None, "keep one"),
        ("42.67 76.17", 999999, "EPSG:999999 is not a system"),
        ("42.67 76.17 EPSG:5773", None, "is not a system"),
    ],
)
def test_what_cannot_be_in_a_grid_says_what_was_read_and_what_to_do(text: str, srid: int | None, reason: str) -> None:
    with pytest.raises(CoordinatesError, match=reason):
        read_coordinates(text, srid)


@pytest.mark.parametrize(
    "text",
    [
        "https://www.openstreetmap.org/#map=12/42.67/76.17",
        "https://www.openstreetmap.org/?mlat=42.67&mlon=76.17#map=5/10/20",
        "https://www.google.com/maps/@42.67,76.17,12z",
        "https://www.google.com/maps/place/Ak-Tyuz/@40.1,70.2,17z/data=!3m1!4b1!4m5!3m4!1s0x0:0x0!8m2!3d42.67!4d76.17",
        "https://maps.google.com/?q=42.67,76.17",
        "https://www.google.kz/maps/search/?api=1&query=42.67%2C76.17",
        "https://yandex.ru/maps/?ll=76.17%2C42.67&z=12",
        "https://yandex.kz/maps/10309/bishkek/?ll=70.1%2C40.2&pt=76.17%2C42.67&z=12",
        "https://yandex.com/maps/?whatshere%5Bpoint%5D=76.17%2C42.67&whatshere%5Bzoom%5D=17",
        "https://2gis.kg/bishkek/geo/76.17,42.67",
        "geo:42.67,76.17",
        "geo:0,0?q=42.67,76.17(Ak-Tyuz)",
        "geo:42.67,76.17,1800;crs=wgs84;u=560",
    ],
)
def test_links_of_maps(text: str) -> None:
    read = read_coordinates(text)
    assert (read.latitude, read.longitude, read.entered) == (42.67, 76.17, Entered.ON_MAP)
    assert read.uncertainty_m == (560.0 if "u=" in text else None), "the digits of a link are no print"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://maps.app.goo.gl/Ab12", "shows no coordinates. Open it"),
        ("https://yandex.ru/maps/-/CDabc", "Yandex Maps shows no coordinates"),
        ("https://example.org/42.67,76.17", "“example.org” is no map"),
        ("https://[::1/", "cannot be read"),
        ("geo:42.67;76.17", "latitude first"),
        ("geo:95,76", "between −90 and 90"),
        ("geo:42,76;crs=ck42", "in WGS 84"),
    ],
)
def test_links_without_a_place_are_refused(text: str, reason: str) -> None:
    with pytest.raises(CoordinatesError, match=reason):
        read_coordinates(text)


@given(st.integers(1, 60), st.integers(200_000, 800_000), st.integers(500_000, 9_000_000))
def test_utm_reads_back(zone: int, easting: int, northing: int) -> None:
    read = read_coordinates(f"UTM zone {zone} north {easting} {northing}")
    longitude, latitude, _ = system_of(32600 + zone).place(easting, northing)
    assert (read.latitude, read.longitude, read.moved_m) == (latitude, longitude, None)


@given(st.integers(8, 32), st.integers(200_000, 800_000), st.integers(3_800_000, 7_900_000), st.booleans())
def test_gauss_kruger_reads_back_with_and_without_the_zone(zone: int, easting: int, northing: int, prefixed: bool) -> None:
    bare = read_coordinates(f"zone {zone}: X {northing} Y {easting}")
    whole = read_coordinates(f"{zone * 1_000_000 + easting} {northing}") if prefixed else bare
    assert (bare.latitude, bare.longitude, bare.srid) == (whole.latitude, whole.longitude, 28400 + zone)


@given(st.floats(-79, 83), st.floats(-179, 179))
def test_squares_of_mgrs_read_back_to_their_middle(latitude: float, longitude: float) -> None:
    reference = MGRS().toMGRS(latitude, longitude)
    read = read_coordinates(reference)
    assert (read.latitude, read.longitude) == pytest.approx((latitude, longitude), abs=1e-4)


def test_letters_that_a_pattern_takes_for_others() -> None:
    with pytest.raises(CoordinatesError, match="band from 24° S"):
        read_coordinates("43\u212a 478123 4732123")


@given(
    st.text(alphabet="0123456789 NSTXYEUМЗ.,;:зонаUTMGKСК-42 \u212aſ٣", max_size=50),
    st.sampled_from([None, 4284, 28413, 32643, 7]),
)
def test_no_text_like_a_grid_breaks_the_reader(text: str, srid: int | None) -> None:
    try:
        read = read_coordinates(text, srid)
    except CoordinatesError:
        return
    assert abs(read.latitude) <= 90 and abs(read.longitude) <= 180 and read.in_words
