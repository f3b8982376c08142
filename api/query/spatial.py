"""Queries by place: box, distance, shape, country or region of the place."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db.models import F, FloatField, QuerySet

from api.database.bound import Bound, Condition
from api.filters import lookups
from api.filters.clauses import Clause, Parameter
from api.filters.parameters import boolean, code_of, several
from api.query import shapes
from registry.geo.functions import Geography
from registry.models import DisputedArea
from registry.vocabularies import Worldview

#: The parameters by place of a list, apart from `near`.
PARAMETERS = ("within", "bbox", "intersects", "disputed_area")
WORLDVIEW = "worldview"
_GEOMETRY = GeometryField(srid=4326)
_BOX = "ST_Intersects(%s, ST_MakeEnvelope(%s, %s, %s, %s, 4326))"
#: A box without width or height is a line or a point, and its edges belong to it.
_FLAT = "ST_Intersects(%s, ST_Envelope(ST_MakeLine(ST_Point(%s, %s, 4326), ST_Point(%s, %s, 4326))))"


@cache
def _number(key: str) -> Bound:
    return Bound(key, "float8", FloatField())


def in_box(column: str, name: str, given: str) -> Clause:
    """Keep records whose geometry meets the box; one that crosses the antimeridian is asked for in two halves."""
    box = shapes.box(name, given)
    values = {f"{name}.{side}": getattr(box, side) for side in ("west", "south", "east", "north")}
    sides = [_number(f"{name}.{side}") for side in ("west", "south", "east", "north")]
    if box.flat:
        return _placed((name, "flat"), Condition(_FLAT, F(column), *sides), values)
    if not box.crosses:
        return _placed((name, "whole"), Condition(_BOX, F(column), *sides), values)
    values |= {f"{name}.180": 180.0, f"{name}.-180": -180.0}
    west, south, east, north = sides
    halves = F(column), west, south, _number(f"{name}.180"), north, F(column), _number(f"{name}.-180"), south, east, north
    return _placed((name, "crossing"), Condition(f"({_BOX} OR {_BOX})", *halves), values)


def _placed(shape: Hashable, condition: Condition, values: Mapping[str, Any]) -> Clause:
    """Make a clause of a condition of the place alone, which is what the place has to meet as well."""

    def apply(rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(condition)

    return Clause(shape, apply, values, reach=apply)


def corners(column: str) -> Condition:
    """Return the corners of a geometry's box as GeoJSON; of one wider than half the world, those of its other box as well.

    The other box goes over the antimeridian. A map around an outline needs no more, and an outline has up to a megabyte.
    """
    other = "ST_ShiftLongitude(ST_Points(ST_Envelope(ST_ShiftLongitude(%s))))"
    both = f"ST_Union(ST_Points(ST_Envelope(%s)), {other})"
    chosen = f"CASE WHEN ST_XMax(%s) - ST_XMin(%s) > 180 THEN {both} ELSE ST_Points(ST_Envelope(%s)) END"
    return Condition(f"ST_AsGeoJSON({chosen})::json", *(F(column),) * 5)


def in_area(name: str, given: str) -> Clause:
    """Keep records whose geometry lies in (or, of an outline, reaches into) a country or region, by its shape."""
    countries = sorted({c for one in several(name, given) for c in lookups.countries_of_area(name, one)})
    bound = Bound(name, "bigint[]")
    return Clause(name, lambda rows: rows.filter(Condition("%s && %s", F("located_in"), bound)), {name: countries})


def worldview_of(clauses: Iterable[Clause]) -> str:
    """Return the view of the borders that the clauses of a query ask for; "" for the default."""
    return next((str(clause.values[WORLDVIEW]) for clause in clauses if clause.shape == WORLDVIEW), "")


def in_worldview(clause: Clause, worldview: str) -> Clause:
    """Return a clause as it is in a view of the borders: in that of the UN, what is disputed is within no country."""
    if clause.shape != "within" or worldview != Worldview.UN:
        return clause
    undisputed = "(%s && %s AND (%s IS NULL OR %s && %s))"
    bound = Bound("within", "bigint[]")
    columns = F("located_in"), bound, F("undisputed_in"), F("undisputed_in"), bound
    return Clause(("within", "un"), lambda rows: rows.filter(Condition(undisputed, *columns)), clause.values)


def in_disputed_area(name: str, given: str) -> Clause:
    """Keep records whose geometry lies in (or reaches into) a disputed area."""
    areas = sorted({lookups.id_of(DisputedArea, name, one) for one in several(name, given)})
    bound = Bound(name, "bigint[]")
    # The second condition is that of the index.
    reaches = Condition("(%s && %s AND NOT (%s = '{}'))", F("disputed_in"), bound, F("disputed_in"))
    return Clause(name, lambda rows: rows.filter(reaches), {name: areas})


def meets_shape(column: str, name: str, given: Any) -> Clause:
    """Keep records whose geometry meets a shape."""
    bound = Bound(name, "geometry", _GEOMETRY)
    return _placed(name, Condition("ST_Intersects(%s, %s)", F(column), bound), {name: shapes.shape(name, given)})


def _place() -> Condition:
    return Condition("ST_Point(%s, %s, 4326)", _number("near.x"), _number("near.y"))


def distance(column: str) -> Condition:
    """Return the distance in metres on the ellipsoid from the point bound as `near.x`, `near.y`.

    The operator <-> of geographies would measure on a sphere, up to half a per cent more or less.
    """
    away: Any = Condition("ST_Distance(%s, geography(%s))", Geography(F(column)), _place())
    away.output_field = FloatField()
    return away  # type: ignore[no-any-return]


def degrees_away(column: str) -> Condition:
    """Return the distance in degrees from the same point, by which an index gives records in order."""
    return Condition("(%s <-> %s)", F(column), _place())


def within_radius(column: str) -> Condition:
    """Keep records within `radius_km` (bound in metres) of the point."""
    return Condition("ST_DWithin(%s, geography(%s), %s)", Geography(F(column)), _place(), _number("radius_m"))


def is_located(column: str, name: str, given: str) -> Clause:
    """Keep records whose location is known, or unknown."""
    wanted = boolean(name, given)
    return Clause((name, wanted), lambda rows: rows.filter(**{f"{column}__isnull": not wanted}))


def area_parameters() -> Iterator[Parameter]:
    """Return the parameters by country and region of the place."""
    yield Parameter(
        "within",
        lambda given: in_area("within", given),
        "Country (ISO code) or region: records whose *geometry* is within its boundaries in this registry. The"
        " response states how many records of the same stated area have no location (`unlocated`).",
        {"type": "array", "items": {"type": "string"}},
        "central-asia",
    )
    yield Parameter(
        WORLDVIEW,
        lambda given: Clause(WORLDVIEW, lambda rows: rows, {WORLDVIEW: code_of(WORLDVIEW, given, Worldview.values)}),
        "View of the borders that `within` takes: `de-facto` (the default) gives a disputed area to the country that"
        " administers it, `un` to no country. `disputed-areas/` lists them.",
        {"type": "string", "enum": list(Worldview.values)},
        "un",
    )
    yield Parameter(
        "disputed_area",
        lambda given: in_disputed_area("disputed_area", given),
        "Disputed area by its slug: records whose geometry is within it.",
        {"type": "array", "items": {"type": "string"}},
        "crimea",
    )


def place_parameters(column: str) -> Iterator[Parameter]:
    """Return the parameters by place of a resource with that geometry column."""
    yield Parameter(
        "located",
        lambda given: is_located(column, "located", given),
        "`true`: the location is known; `false`: it is unknown.",
        {"type": "boolean"},
    )
    yield Parameter(
        "bbox",
        lambda given: in_box(column, "bbox", given),
        "Box in degrees of WGS 84: west,south,east,north (or six numbers with heights). If west is greater than"
        " east, it crosses the"
        " antimeridian; longitudes beyond ±180 are counted on around the Earth, and a width of 360 is the whole"
        " world. The response states how many records that match the other filters have no location (`unlocated`).",
        {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6},
        "66,37,80,46",
    )
    yield Parameter(
        "intersects",
        lambda given: meets_shape(column, "intersects", given),
        "Shape in WGS 84 as well-known text or GeoJSON: records whose geometry intersects it. Send large ones by POST to"
        " `search/`. The response states how many records that match the other filters have no location (`unlocated`).",
        {"type": "string"},
        "POLYGON((74 42,78 42,78 44,74 44,74 42))",
    )
