"""Coordinates in every notation that people use: what they mean, how sure they are, and why some are refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.geo.coordinates import CoordinatesError, read_coordinates
from registry.geo.shapes import read_outline, read_point
from registry.geo.uncertainty import NOT_STATED, printed_uncertainty
from registry.geo.written import distance, plain, sexagesimal

HALF_MINUTE = 927.0
SITE = (42 + 41 / 60, 76 + 9 / 60)


@pytest.mark.parametrize(
    "text",
    [
        "42°41′ N, 76°09′ E",
        "42° 41' N 76° 09' E",
        "42º41’N;76º09’E",
        "N42°41′ E76°09′",
        "76°09′ E 42°41′ N",
        "42 41 N 76 09 E",
        "42 41, 76 09",
        "42 41 76 09",
        "42d41m 76d09m",
        "42 deg 41 min N, 76 deg 9 min E",
        "42:41 76:09",
        "4241N 07609E",
        "42°41′ с.ш., 76°09′ в.д.",
        "42° 41' с. ш. 76° 09' в. д.",
        "с.ш. 42°41′ в.д. 76°09′",
        "42°41' северной широты и 76°09' восточной долготы",
        "42 град 41 мин с.ш. 76 град 9 мин в.д.",
        "Широта 42°41′, долгота 76°09′",
        "Longitude: 76°09′ Latitude: 42°41′",
        "latitude 42°41′ north, longitude 76°09′ east.",
        "солтүстік ендік 42°41′, шығыс бойлық 76°09′",
    ],
)
def test_degrees_and_minutes_in_any_notation(text: str) -> None:
    read = read_coordinates(text)
    assert (read.latitude, read.longitude) == pytest.approx(SITE)
    assert read.precision and read.precision.name == "the minute"
    assert read.uncertainty_m == HALF_MINUTE


@pytest.mark.parametrize(
    "text",
    [
        "42.67, 76.17",
        "42.67 76.17",
        "76.17 E 42.67 N",
        "42,67 76,17",
        "42,67; 76,17",
        "42,67, 76,17",
        "N42.67° E76.17°",
        "lat 42.67, lon 76.17",
        "широта 42,67 долгота 76,17",
        "(42.67, 76.17)",
        "76.17 42.67 N",
    ],
)
def test_decimal_degrees_in_any_notation(text: str) -> None:
    read = read_coordinates(text)
    assert (read.latitude, read.longitude) == (42.67, 76.17)
    assert read.precision and read.precision.name == "2 decimals of a degree"


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("42°40′12,5″ с.ш. 76°10′30,2″ в.д.", 42.6701388889, 76.1750555556),
        ("424012N 0761030E", 42.67, 76.175),
        ("42 40 12 76 10 30", 42.67, 76.175),
        ("42d40m12s 76d10m30s", 42.67, 76.175),
        ("42d40m12sS 76d10m30sW", -42.67, -76.175),
        ("42°40'12S 76°10'30W", -42.67, -76.175),
        ("33°52′ ю.ш., 70°30′ з.д.", -33.8666666667, -70.5),
        ("-42.67, -76.17", -42.67, -76.17),
        ("−42.67 –76.17", -42.67, -76.17),
        ("+42.67-076.17/", 42.67, -76.17),
        ("120.5 42.1", 42.1, 120.5),
        ("42, 76", 42, 76),
        ("42,76", 42, 76),
        ("42.67 N 76.17", 42.67, 76.17),
    ],
)
def test_other_ways_to_write_them(text: str, latitude: float, longitude: float) -> None:
    read = read_coordinates(text)
    assert (read.latitude, read.longitude) == pytest.approx((latitude, longitude))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "one latitude and one longitude"),
        ("Kutessay", "not part of a coordinate"),
        ("42.67", "one latitude and one longitude"),
        ("1 2 3 4 5 6 7", "one latitude and one longitude"),
        ("42 70 N 76 10 E", "less than 60"),
        ("42.5 30 N 76 10 E", "last part"),
        ("95 N 76 E", "between −90 and 90"),
        ("95 190", "between −90 and 90"),
        ("42 N 181 E", "between −180 and 180"),
        ("42 N 43 N", "Both values are a latitude"),
        ("42 N S 76 E", "two directions"),
        ("-42 S 76 E", "not both"),
        ("42,10,76,17", "not clear"),
        ("42.67-76.17", "not part"),
        ("42.67 - 76.17", "not part"),
        ("42d40m12s 76d10m30sW", "seconds or for south"),
        ("42°40° N 76 E", "degrees, then minutes"),
        ("POINT (76 42)", "not part"),
        ("4" * 400, "too long"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, reason: str) -> None:
    with pytest.raises(CoordinatesError, match=reason):
        read_coordinates(text)


@pytest.mark.parametrize(
    ("printed", "metres"),
    [
        ("42°41′ N 76°09′ E", 927.0),
        ("42°41′00″ N 76°09′00″ E", 927.0),
        ("42°41′30″ N 76°09′00″ E", 15.4),
        ("42°41.5′ N 76°09.5′ E", 92.7),
        ("42°21′ N 75°55′ E", 927.0),  # one of the two is no multiple of five
        ("71°00′ N 116°35′ E", 4630.0),
        ("42°40′ N 76°10′ E", 9270.0),
        ("42 N 76 E", 55600.0),
        ("42.67, 76.17", 556.0),
        ("42.6700 N 76.1 E", 5560.0),  # the coarser of the two
        ("42.84809, 76.13386", 0.556),
        ("42.6833333333333, 76.15", 927.0),  # minutes, converted
        ("41.7833, 109.9167", 927.0),
        ("43.6855555555556, 51.4883333333333", 15.4),  # seconds, converted
        ("42.666666666667, 76.166666666667", 9270.0),
        ("48.2193741234, 77.1234567891", None),  # arithmetic
        ("Kutessay", None),
        ("", None),
        (None, None),
    ],
)
def test_the_print_shows_the_uncertainty(printed: str | None, metres: float | None) -> None:
    shown = printed_uncertainty(printed, "reported")
    assert shown.location_uncertainty_m == metres
    assert shown.uncertainty_basis == ("not_stated" if metres is None else "printed_precision")
    assert printed_uncertainty(printed, "georeferenced_place") == NOT_STATED


def test_it_says_how_it_understood() -> None:
    assert read_coordinates("42°40′ с.ш. 76°10′ в.д.").in_words == (
        "42°40′00″ N, 76°10′00″ E, printed to ten minutes ≈ ±9.3 km"
    )
    assert "longitude first" in read_coordinates("76.17 E 42.67 N").in_words
    assert read_coordinates("42.6700 N 76.1 E").in_words.endswith("printed to 1 decimal of a degree ≈ ±5.6 km")


NOTATIONS = {
    "decimal": lambda a, b: f"{plain(a)}, {plain(b)}",
    "letters": lambda a, b: f"{plain(abs(a))} {'S' if a < 0 else 'N'} {plain(abs(b))} {'W' if b < 0 else 'E'}",
    "letters first": lambda a, b: f"{'S' if a < 0 else 'N'}{plain(abs(a))} {'W' if b < 0 else 'E'}{plain(abs(b))}",
    "longitude first": lambda a, b: f"{plain(abs(b))}°{'W' if b < 0 else 'E'}; {plain(abs(a))}°{'S' if a < 0 else 'N'}",
    "decimal commas": lambda a, b: f"{plain(a)}; {plain(b)}".replace(".", ","),
    "named": lambda a, b: f"lon {plain(b)} lat {plain(a)}",
    "Russian": lambda a, b: f"{plain(abs(a))}° {'ю' if a < 0 else 'с'}.ш. {plain(abs(b))}° {'з' if b < 0 else 'в'}.д.",
}


@given(st.sampled_from(sorted(NOTATIONS)), st.integers(-89_999_999, 89_999_999), st.integers(-179_999_999, 179_999_999))
def test_every_notation_reads_back(notation: str, latitude: int, longitude: int) -> None:
    a, b = latitude / 1e6, longitude / 1e6
    read = read_coordinates(NOTATIONS[notation](a, b))
    assert (read.latitude, read.longitude) == pytest.approx((a, b), abs=1e-12)


@given(st.integers(-89 * 3600, 89 * 3600), st.integers(-179 * 3600, 179 * 3600))
def test_degrees_minutes_seconds_read_back(latitude: int, longitude: int) -> None:
    a, b = latitude / 3600, longitude / 3600
    read = read_coordinates(f"{sexagesimal(a, 'N', 'S', 30)}, {sexagesimal(b, 'E', 'W', 30)}")
    assert (read.latitude, read.longitude) == pytest.approx((a, b), abs=1e-9)
    assert read.precision


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_what_is_shown_reads_back_to_the_last_digit(latitude: float, longitude: float) -> None:
    read = read_coordinates(f"{plain(latitude)}; {plain(longitude)}") if abs(latitude) > 1e-100 < abs(longitude) else None
    assert read is None or (read.latitude, read.longitude) == (latitude, longitude)


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    for read in (read_coordinates, read_point, read_outline):
        with suppress(CoordinatesError):
            read(text)


@given(st.text(alphabet="0123456789.,;°′″'\"NSEWdms+- сшвд", max_size=60))
def test_no_text_like_coordinates_breaks_the_reader(text: str) -> None:
    try:
        read = read_coordinates(text)
    except CoordinatesError:
        return
    assert abs(read.latitude) <= 90 and abs(read.longitude) <= 180 and read.in_words


@pytest.mark.parametrize(
    ("metres", "words"), [(111_195, "111 km"), (1853, "1.9 km"), (996, "1.0 km"), (31, "31 m"), (0.4, "40 cm")]
)
def test_distances_have_two_digits(metres: float, words: str) -> None:
    assert distance(metres) == words
