"""Tables of corners, as licences of the region print them: №, северная широта, восточная долгота, in degrees or in metres.

A row is a line with one position. The header may name the columns (longitude first), the datum, or the zone of a grid. A count
that begins again at 1, or words between the rows, begin another part; words like “за исключением” begin a part that is cut out.
"""

import re
from dataclasses import dataclass, field
from itertools import combinations

from django.utils.translation import gettext, ngettext

from registry.geo.coordinates import Coordinates, CoordinatesError, read_coordinates
from registry.geo.systems import PULKOVO_1942, take_datum
from registry.geo.written import distance

MOST_CORNERS = 5_000
_LONGEST_LINE = 300
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)?")
_NUMBERED = re.compile(
    r"^\W{0,3}(?:№|N|п/?п|т(?:очка)?|угл\w*|угол|corner|point|vertex|пункт|бурыш|чек\w*)?\W{0,4}(?P<number>\d{1,4})"
    r"(?![\d°º˚]|[.,]\d)(?:\s*[.):;|]|\s)\s*(?=[^\s])",
    re.I,
)
_LETTERED = re.compile(r"^\W{0,3}(?P<number>[A-ZА-Я]\d{0,3})\s{0,9}[.):;|\t]\s{0,9}(?=\d)")
# These look through whole texts: each repetition has a limit, so that the time grows with the length of a text and not faster.
_NORTHS = re.compile(
    r"с(?:ев\w{0,20})?\.?\s{0,9}ш|широт|latit|\blat\b|north|солтүстік|түндүк|ендік|кеңдик|\bс\.?\s{0,9}е\b", re.I
)
_EASTS = re.compile(r"в(?:ост\w{0,20})?\.?\s{0,9}д|долгот|longit|\blon\b|east|шығыс|чыгыш|бойлық|узунд|\bш\.?\s{0,9}б\b", re.I)
_ZONE = re.compile(r"(?:зон\w{0,20}|zone)\W{0,3}(\d{1,2})(?!\d)\s{0,9}([NS]\b|north|south)?", re.I)
_HOLE = re.compile(r"исключ|кроме|вырез|exclud|except|cut\s{0,9}out|кошпогондо", re.I)
_AREA = re.compile(
    r"(?:площад\w{0,20}|area|аянт\w{0,20}|аудан\w{0,20}|көлем\w{0,20})[^\d\n]{0,60}"
    r"(?P<value>\d[\d \u00a0]{0,20}(?:[.,]\d{1,20})?)\s{0,9}"
    r"(?P<unit>км|кв\.?\s{0,9}км|km|sq\.?\s{0,9}km|га\b|ha\b|гектар|hectare|м²|м2|кв\.?\s{0,9}м|m²|m2)",
    re.I,
)
_KM2 = {"га": 0.01, "ha": 0.01, "гектар": 0.01, "hectare": 0.01}


@dataclass
class Part:
    """The corners of one ring."""

    corners: list[Coordinates] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    is_hole: bool = False


@dataclass(frozen=True)
class CornerTable:
    """What a table of corners states."""

    parts: tuple[Part, ...]
    #: In square kilometres, where the text prints it too.
    declared_area_km2: float | None

    @property
    def rings(self) -> list[list[list[tuple[float, float]]]]:
        """Return polygons as GeoJSON does: closed rings of longitudes and latitudes, the outer one first."""
        polygons: list[list[list[tuple[float, float]]]] = []
        for part in self.parts:
            ring = [(corner.longitude, corner.latitude) for corner in part.corners]
            ring = [*ring, ring[0]]
            if part.is_hole:
                polygons[-1].append(ring)
            else:
                polygons.append([ring])
        return polygons

    @property
    def in_words(self) -> str:
        """Describe how the text was understood, beyond the outline itself."""
        corners = [corner for part in self.parts for corner in part.corners]
        first = corners[0]
        words = ngettext("from a table of %(number)s corner", "from a table of %(number)s corners", len(corners)) % {
            "number": len(corners)
        }
        words += gettext(" in %(source)s") % {"source": first.source} if first.source else ""
        moved = max((corner.moved_m or 0 for corner in corners), default=0)
        return words + (gettext(", moved %(distance)s to WGS 84") % {"distance": distance(moved)} if moved >= 0.01 else "")


def read_corners(text: str, srid: int | None = None) -> CornerTable | None:
    """Read a table of corners; None for a text that holds fewer than two positions.

    `srid` is the system that the source states, if the text does not. Raises CoordinatesError, which names the row.
    """
    area = _AREA.search(text)
    if area:
        text = f"{text[: area.start()]}\n{text[area.end() :]}"
    text, named = take_datum(text)
    lines = [line.strip() for line in _one_row_a_line(text)]
    rows = [number for number, line in enumerate(lines) if _is_row(line)]
    if len(rows) < 2:
        return None
    if len(rows) > MOST_CORNERS:
        raise CoordinatesError(
            gettext("The table has more than %(number)s corners; take the outline from a file, or as WKT or GeoJSON.")
            % {"number": f"{MOST_CORNERS:,}"}
        )
    header = " ".join(lines[: rows[0]])
    stated = _stated_system(header, named) or srid
    parts = _parts(lines, set(rows), stated, longitude_first=_is_longitude_first(header))
    for part in parts:
        _check(part)
    return CornerTable(tuple(parts), _area(area) if area else None)


def _one_row_a_line(text: str) -> list[str]:
    return [line for line in re.split(r"[\r\n]+|(?<=д)\.?;(?=\s)", text) if line.strip()][: 2 * MOST_CORNERS]


def _is_row(line: str) -> bool:
    """Return whether a line holds one position: two numbers at least beside its own."""
    bare, _ = _without_number(line)
    numbers = _NUMBERS.findall(bare)
    words = re.sub(r"[°º˚′'’″\"NSEWnsew\d\s.,;:|/()\-–+]|[сюСЮ]\.?\s*[шШ]\.?|[взВЗ]\.?\s*[дД]\.?|[XYХУxyхум]\b", "", bare)
    return 2 <= len(numbers) <= 6 and len(words) <= 24 and not _ZONE.search(line)


def _without_number(line: str) -> tuple[str, str]:
    """Take the number of the corner off a row, which would else count as a degree."""
    for pattern in (_LETTERED, _NUMBERED):
        if found := pattern.match(line):
            rest = line[found.end() :]
            if (
                pattern is _LETTERED
                or len(_NUMBERS.findall(rest)) in (2, 4, 6)
                or re.match(r"\D*\d+(?:[.,]\d+)?\s*[°º˚]", rest)
            ):
                return rest, found["number"]
    return line, ""


def _stated_system(header: str, named: int | None) -> int | None:
    """Return the system that the header of a table states: a datum, or the zone of a grid."""
    zone = _ZONE.search(header)
    if zone is None:
        return named
    number = int(zone[1])
    if zone[2] or re.search(r"\bUTM\b", header, re.I):
        return (32700 if (zone[2] or "").upper().startswith("S") else 32600) + number
    return 28400 + number if named in (None, PULKOVO_1942) and 4 <= number <= 32 else named


def _is_longitude_first(header: str) -> bool:
    north, east = _NORTHS.search(header), _EASTS.search(header)
    return bool(north and east and east.start() < north.start())


def _parts(lines: list[str], rows: set[int], srid: int | None, *, longitude_first: bool) -> list[Part]:
    parts: list[Part] = []
    words: list[str] = []
    last = 0
    for position, line in enumerate(lines):
        if position not in rows:
            words.append(line)
            continue
        row, name = _without_number(line)
        number = int(name) if name.isdecimal() else 0
        begins = not parts or (number and number <= last and number == 1) or (words and not name and parts[-1].corners)
        if begins or (words and any(map(_HOLE.search, words))):
            parts.append(Part(is_hole=bool(parts) and any(map(_HOLE.search, words))))
        words, last = [], number
        part = parts[-1]
        name = name or str(len(part.corners) + 1)
        try:
            corner = read_coordinates(_plain_row(row), srid, longitude_first=longitude_first)
        except CoordinatesError as error:
            raise CoordinatesError(
                gettext("Corner %(name)s (“%(line)s”): %(error)s") % {"name": name, "line": line[:60], "error": error}
            ) from None
        part.corners.append(corner)
        part.names.append(name)
    return parts


def _plain_row(row: str) -> str:
    """Write the cells of a row as one position: without bars between degrees, minutes and seconds in cells of their own."""
    row = row[:_LONGEST_LINE].strip(" \t;|,.")
    if len(_NUMBERS.findall(row)) in (4, 6) and not re.search("[°º˚′″'\"]", row):
        return re.sub(r"\s*[;|\t/]\s*", " ", row)
    return re.sub(r"\s*[|\t]\s*", " ", row)


def _check(part: Part) -> None:
    """Refuse what is no ring, and say between which corners it crosses itself."""
    if len(part.corners) > 1 and _same(part.corners[0], part.corners[-1]):
        part.corners.pop()
        part.names.pop()
    if len(part.corners) < 3:
        raise CoordinatesError(
            gettext("An outline needs three corners at least; read were %(corners)s.") % {"corners": len(part.corners)}
        )
    for (name, one), (other, next_one) in zip(
        zip(part.names, part.corners, strict=True), list(zip(part.names, part.corners, strict=True))[1:], strict=False
    ):
        if _same(one, next_one):
            raise CoordinatesError(
                gettext("The corners %(name)s and %(other)s are the same point.") % {"name": name, "other": other}
            )
    if len(part.corners) <= 300 and (crossing := _crossing(part)):
        first, second = crossing
        raise CoordinatesError(
            gettext("The outline crosses itself: its side %(first)s crosses its side %(second)s. Check these corners.")
            % {"first": first, "second": second}
        )


def _same(one: Coordinates, other: Coordinates) -> bool:
    return (one.latitude, one.longitude) == (other.latitude, other.longitude)


def _crossing(part: Part) -> tuple[str, str] | None:
    points = [(corner.longitude, corner.latitude) for corner in part.corners]
    count = len(points)
    for first, second in combinations(range(count), 2):
        if second - first in (1, count - 1):
            continue
        a, b, c, d = points[first], points[(first + 1) % count], points[second], points[(second + 1) % count]
        if _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0:
            sides = (f"{part.names[one]}–{part.names[(one + 1) % count]}" for one in (first, second))
            return next(sides), next(sides)
    return None


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _area(found: re.Match[str]) -> float:
    value = float(re.sub(r"[ \u00a0]", "", found["value"]).replace(",", "."))
    unit = re.sub(r"[\s.]", "", found["unit"].lower())
    factor = _KM2.get(unit, 1e-6 if unit in ("м²", "м2", "квм", "m²", "m2") else 1.0)
    return float(f"{value * factor:.10g}")
