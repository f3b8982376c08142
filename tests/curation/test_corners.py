"""Tables of corners, as licences of the region print them, become outlines."""

from contextlib import suppress
from math import cos, sin, tau

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.geo.coordinates import CoordinatesError
from registry.geo.corners import read_corners
from registry.geo.shapes import read_outline
from registry.geo.written import sexagesimal

RUSSIAN = """Координаты угловых точек лицензионной площади
№\tС.Ш.\tВ.Д.
1\t42°40′12,5″\t76°10′30,2″
2\t42°40′12,5″\t76°14′30,2″
3\t42°38′00″\t76°14′30,2″
4\t42°38′00″\t76°10′30,2″
Площадь – 22,3 кв. км"""
KAZAKH = """№ точек | Северная широта | | | Восточная долгота | |
 | град | мин | сек | град | мин | сек
1 | 49 | 10 | 00 | 72 | 30 | 00
2 | 49 | 10 | 00 | 72 | 35 | 00
3 | 49 | 05 | 00 | 72 | 35 | 00
4 | 49 | 05 | 00 | 72 | 30 | 00
Общая площадь геологического отвода 5620 га"""
LONGITUDE_FIRST = """Corner;Longitude;Latitude
A;76.10;42.40
B;76.20;42.40
C;76.20;42.30"""
NO_NUMBERS = "42,40 76,10\n42,40 76,20\n42,30 76,20"
LETTERS = "N 42°24' E 76°06'\nN 42°24' E 76°12'\nN 42°18' E 76°12'\nN 42°24' E 76°06'"
IN_WORDS = "1) 42°24' с.ш., 76°06' в.д.;\n2) 42°24' с.ш., 76°12' в.д.;\nт. 3: 42°18' с.ш., 76°12' в.д."


@pytest.mark.parametrize(
    ("text", "extent", "corners", "declared"),
    [
        (RUSSIAN, (76.175056, 42.633333, 76.241722, 42.670139), 4, 22.3),
        (KAZAKH, (72.5, 49.083333, 72.583333, 49.166667), 4, 56.2),
        (LONGITUDE_FIRST, (76.1, 42.3, 76.2, 42.4), 3, None),
        (NO_NUMBERS, (76.1, 42.3, 76.2, 42.4), 3, None),
        (LETTERS, (76.1, 42.3, 76.2, 42.4), 3, None),
        (IN_WORDS, (76.1, 42.3, 76.2, 42.4), 3, None),
    ],
)
def test_a_table_of_corners_becomes_an_outline(
    text: str, extent: tuple[float, ...], corners: int, declared: float | None
) -> None:
    shape = read_outline(text)
    assert shape.geometry.extent == pytest.approx(extent, abs=1e-5) and shape.geometry.num_geom == 1
    assert f"from a table of {corners} corners" in shape.understood and shape.declared_area_km2 == declared


def test_the_datum_and_the_zone_of_the_header_are_applied() -> None:
    plain, moved = read_outline(RUSSIAN), read_outline(RUSSIAN.replace("площади\n", "площади (СК-42)\n"))
    assert "in Pulkovo 1942, moved" in moved.understood and moved.geometry.extent != plain.geometry.extent
    assert moved.geometry.extent == read_outline(RUSSIAN, 4284).geometry.extent
    metres = "Пулково 1942, зона 13\n№ X Y\n1 4732123 478123\n2 4732123 480123\n3 4730123 480123"
    grid = read_outline(metres)
    assert "Gauss–Krüger zone 13, Pulkovo 1942, moved" in grid.understood
    assert grid.geometry.extent == pytest.approx(
        read_outline(metres.replace(" 4781", " 134781").replace(" 4801", " 134801")).geometry.extent
    )
    utm = read_outline("UTM zone 43N\n1 478123 4732123\n2 480123 4732123\n3 480123 4730123")
    assert "UTM zone 43N" in utm.understood and "moved" not in utm.understood


def test_parts_begin_with_the_count_or_with_words_and_some_are_cut_out() -> None:
    rows = "1 42,40 76,10\n2 42,40 76,20\n3 42,30 76,20\n"
    other = rows.replace("42,", "43,")
    hole = "за исключением:\n1 43,38 76,17\n2 43,38 76,18\n3 43,36 76,18\n"
    for text in (rows + other, f"Участок 1\n{rows}Участок 2\n{other}"):
        assert read_outline(text).geometry.num_geom == 2
    table = read_corners(f"Участок 1\n{rows}Участок 2\n{other}{hole}")
    assert table is not None and [len(rings) for rings in table.rings] == [1, 2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 42°70' 76°10'\n2 42°10' 76°10'\n3 42°10' 76°11'", "Corner 1 .*Minutes must be at least 0 and less than 60; 70"),
        ("1 42,4 76,1\n2 42,4 76,2", "three corners at least; read were 2"),
        ("1 42,4 76,1\n2 42,4 76,1\n3 42,5 76,2\n4 42,4 76,3", "corners 1 and 2 are the same point"),
        ("1 42,4 76,1\n2 42,4 76,2\n3 42,3 76,1\n4 42,3 76,2", "its side 2–3 crosses its side 4–1"),
        ("\n".join(f"{n} 42,4 76,{n}" for n in range(1, 6000)), "more than 5,000 corners"),
        ("зона 13\n1 4732123 78123\n2 4732123 480123\n3 4730123 480123", "Corner 1 .*easting between"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_by_corner(text: str, reason: str) -> None:
    with pytest.raises(CoordinatesError, match=reason):
        read_outline(text)


@given(st.integers(3, 12), st.floats(-60, 60), st.floats(-170, 170), st.sampled_from([" ", "\t", " | ", "; "]), st.booleans())
def test_any_ring_reads_back(count: int, latitude: float, longitude: float, between: str, numbered: bool) -> None:
    angles = [tau * number / count for number in range(count)]
    corners = [(latitude + sin(angle), longitude + cos(angle)) for angle in angles]
    rows = [
        f"{f'{number}.{between}' if numbered else ''}{sexagesimal(y, 'N', 'S', 30)}{between}{sexagesimal(x, 'E', 'W', 30)}"
        for number, (y, x) in enumerate(corners, 1)
    ]
    table = read_corners("\n".join(rows))
    assert table is not None and len(table.parts) == 1
    read = [(corner.latitude, corner.longitude) for corner in table.parts[0].corners]
    assert [pytest.approx(corner, abs=2e-4) for corner in corners] == read


@pytest.mark.parametrize("text", ["сев", "вост", "зон", "площад", "S-", "( ", "A1\t", "1.", "area 1 ", "1 42 76 "])
def test_the_time_grows_with_the_length_of_a_text_and_not_faster(text: str) -> None:
    """Each of these would take minutes or hours if a pattern tried every way to divide it."""
    rows = "\n1 42 76\n2 42 77\n3 43 77\n"
    for hostile in (text * 30_000, f"{text}{' ' * 60_000}x", f"{text}{chr(9) * 60_000}x"):
        with suppress(CoordinatesError):
            read_outline(f"{hostile}{rows}{hostile}")
    with pytest.raises(CoordinatesError, match="WKT"):
        read_outline(f"POINT{' ' * 60_000}x")


@given(st.text(alphabet="0123456789 .,;|\t\n°′″NEсшвд№зона13XY-", max_size=200))
def test_no_text_like_a_table_breaks_the_reader(text: str) -> None:
    with suppress(CoordinatesError):
        read_outline(text)


def test_a_numbered_table_may_have_thousands_of_rows_up_to_a_bound() -> None:
    def table(rows: int) -> str:
        turns = (tau * number / rows for number in range(rows))
        return "\n".join(f"{number}\t{42 + sin(t):.6f}\t{76 + cos(t):.6f}" for number, t in enumerate(turns, 1))

    assert read_outline(table(1500)).geometry.num_points == 1501
    with pytest.raises(CoordinatesError, match=r"more than 5,000 corners; take the outline from a file"):
        read_outline(table(5001))
