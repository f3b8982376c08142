"""A small map as an SVG picture: country shapes around a place, the place, and the circle of its uncertainty."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, LiteralString

from pages.names import own_name
from registry.sql import Sql, sql

WIDTH, HEIGHT = 640, 400
#: Kinds of record whose outline is not drawn as it is: the shapes of the countries show it.
DRAWN_BY_COUNTRIES = frozenset(("country", "region"))
#: Half of the shortest side, in degrees, around a point: a province or two, so that a reader knows where it is.
_AROUND = 3.2
#: Width of a letter of a country's name, in pixels.
_LETTER = 9.6
#: So many square pixels have room for a name.
_NAMED_PX = 9_000
_METRES_PER_DEGREE = 111_320.0
_MAX_LATITUDE = 84.0


@dataclass(frozen=True)
class Shape:
    """A country on the map: its outline, its name, and where the name stands."""

    path: str
    name: str
    x: float
    y: float
    is_own: bool


@dataclass(frozen=True)
class Point:
    """A place on the map."""

    x: float
    y: float
    name: str
    #: Whether it is another record than that of the page.
    is_other: bool
    radius: float


@dataclass(frozen=True)
class Outline:
    """What the map draws, in pixels of a picture of WIDTH × HEIGHT."""

    shapes: tuple[Shape, ...]
    points: tuple[Point, ...]
    area: str
    scale_px: float
    scale_km: int
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Frame:
    """The part of the world that is drawn: equirectangular, true to scale at its middle."""

    west: float
    south: float
    east: float
    north: float

    @property
    def squeeze(self) -> float:
        """Return how much shorter a degree of longitude is than one of latitude."""
        return max(0.08, math.cos(math.radians((self.south + self.north) / 2)))

    @property
    def scale(self) -> float:
        """Return pixels per degree of latitude."""
        return min(WIDTH / ((self.east - self.west) * self.squeeze), HEIGHT / (self.north - self.south))

    def around(self) -> "Frame":
        """Widen it to the sides of the picture."""
        middle_x, middle_y = (self.west + self.east) / 2, (self.south + self.north) / 2
        half_x, half_y = WIDTH / self.scale / self.squeeze / 2, HEIGHT / self.scale / 2
        return Frame(middle_x - half_x, middle_y - half_y, middle_x + half_x, middle_y + half_y)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return the pixel of a position; one west of a frame that crosses the antimeridian lies in its east."""
        if self.east > 180 and longitude < self.west:
            longitude += 360
        return (
            round((longitude - self.west) * self.squeeze * self.scale, 1),
            round((self.north - latitude) * self.scale, 1),
        )


def frame_of(geometry: dict[str, Any] | None) -> Frame | None:
    """Return the frame around a GeoJSON geometry; None for none."""
    positions = _positions(geometry.get("coordinates")) if geometry else ()
    if not positions:
        return None
    longitudes, latitudes = [p[0] for p in positions], [p[1] for p in positions]
    west, east = min(longitudes), max(longitudes)
    if east - west > 180:
        turned = [longitude % 360 for longitude in longitudes]
        # A band around a pole begins and ends at the antimeridian: turned, it has no width.
        if 0 < max(turned) - min(turned) < 180:
            west, east = min(turned), max(turned)
    south, north = max(min(latitudes), -_MAX_LATITUDE), min(max(latitudes), _MAX_LATITUDE)
    margin_y = max(_AROUND if east - west < 0.5 else 0.4, (north - south) * 0.12)
    squeeze = max(0.08, math.cos(math.radians((south + north) / 2)))
    margin_x = max(margin_y * WIDTH / HEIGHT / squeeze if east - west < 0.5 else 0.4, (east - west) * 0.08)
    return Frame(west - margin_x, south - margin_y, east + margin_x, north + margin_y).around()


def _positions(given: Any) -> Sequence[Any]:
    """Return the positions of coordinates, however deep: a country has ten thousand, so a level is opened at once."""
    if not given:
        return ()
    if isinstance(given[0], int | float):
        return (given,)
    while given and not isinstance(given[0][0], int | float):
        given = [one for one in chain.from_iterable(given) if one]
    return given  # type: ignore[no-any-return]


#: Shapes are simplified to a pixel, cut at the frame, and moved into its pixels. Simplifying with the topology kept costs
#: ten times as much, and at a pixel looks the same. Islands below a pixel are left out, but for countries that have no other
#: land. OFFSET 0 lets each step be computed once, where PostgreSQL would put it into every place that reads it.
_SHAPES: LiteralString = """
(WITH frame AS (SELECT turn, ST_MakeEnvelope({west} - turn, {south}, {east} - turn, {north}, 4326) AS box
    FROM unnest({turns}::float8[]) turn)
SELECT COALESCE(json_agg(json_build_array(c.slug, c.name,
       ST_AsSVG(ST_Affine(drawn.shape, {kx}, 0, 0, {ky}, {dx} + turn * {kx}, {dy}), 0, 1),
       ST_X(named.at) + turn, ST_Y(named.at)) ORDER BY c.id), '[]'::json)
FROM frame JOIN registry_country c ON c.boundary && frame.box
CROSS JOIN LATERAL (SELECT ST_ClipByBox2D(c.boundary, ST_Expand(frame.box, 1)) AS shape OFFSET 0) near
CROSS JOIN LATERAL (SELECT COALESCE(ST_Simplify(near.shape, {pixel}), ST_Simplify(near.shape, {pixel}, true)) AS shape
    OFFSET 0) simple
CROSS JOIN LATERAL (SELECT ST_ClipByBox2D(simple.shape, frame.box) AS shape OFFSET 0) drawn
CROSS JOIN LATERAL (SELECT ST_Area(drawn.shape) AS size OFFSET 0) measured
CROSS JOIN LATERAL (SELECT CASE WHEN measured.size > {named} THEN ST_PointOnSurface(drawn.shape) END AS at OFFSET 0) named
WHERE c.record_status = 'published' AND NOT ST_IsEmpty(drawn.shape))
"""


def shapes_sql(frame: Frame) -> Sql:
    """Compose the countries of a frame as one JSON value, for `draw`."""
    kx, ky = frame.squeeze * frame.scale, frame.scale
    return sql(
        _SHAPES,
        west=frame.west,
        south=frame.south,
        east=frame.east,
        north=frame.north,
        kx=kx,
        # ST_AsSVG turns the y axis over itself.
        ky=ky,
        dx=-frame.west * kx,
        dy=-frame.north * ky,
        pixel=1 / frame.scale,
        named=_NAMED_PX / (kx * ky),
        # East of the antimeridian, the world begins again.
        turns=[0.0, 360.0] if frame.east > 180 else [0.0],
    )


def draw(
    frame: Frame, rows: list[Any], points: list[dict[str, Any]], own: Collection[str], area: dict[str, Any] | None = None
) -> Outline:
    """Draw the countries of a frame, points (`longitude`, `latitude`, `uncertainty_m`, `name`, `is_other`) and an area.

    `rows` is the answer to `shapes_sql`, `own` names the countries that the record lies in or consists of.
    """
    shapes = []
    for slug, given, path, longitude, latitude in rows:
        name, x, y = "", 0.0, 0.0
        if longitude is not None:
            name = own_name("country", slug, given)
            x, y = frame.place(longitude, latitude)
            x, y = _within(x, len(name) * _LETTER / 2, WIDTH), _within(y, _LETTER * 2, HEIGHT - _LETTER * 3)
        shapes.append(Shape(path, name, x, y, slug in own))
    scale_km, scale_px = _scale(frame)
    return Outline(tuple(shapes), tuple(_point(frame, one) for one in points), _path(frame, area), scale_px, scale_km)


def _within(middle: float, half: float, size: float) -> float:
    """Move a word's middle so that the whole word stands in the picture."""
    return round(min(max(middle, half), max(half, size - half)), 1)


def _point(frame: Frame, one: dict[str, Any]) -> Point:
    x, y = frame.place(one["longitude"], one["latitude"])
    radius = (one.get("uncertainty_m") or 0) / _METRES_PER_DEGREE * frame.scale
    return Point(x, y, str(one.get("name") or ""), bool(one.get("is_other")), round(radius, 1))


def _path(frame: Frame, area: dict[str, Any] | None) -> str:
    """Return the path of a polygon's rings."""
    if not area or area.get("type") not in ("Polygon", "MultiPolygon"):
        return ""
    polygons = [area["coordinates"]] if area["type"] == "Polygon" else area["coordinates"]
    rings = (ring for polygon in polygons for ring in polygon)
    return "".join(
        "M" + "L".join("{:g},{:g}".format(*frame.place(p[0], p[1])) for p in ring) + "Z" for ring in rings if len(ring) > 2
    )


def _scale(frame: Frame) -> tuple[int, float]:
    """Return a round length that fits a fifth of the picture, in km and pixels."""
    per_km = frame.scale / (_METRES_PER_DEGREE / 1000)
    wished = WIDTH / 5 / per_km
    power = 10 ** math.floor(math.log10(wished))
    length = next(step * power for step in (5, 2, 1) if step * power <= wished)
    return max(1, int(length)), round(max(1, int(length)) * per_km, 1)
