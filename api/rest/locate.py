"""What is at a place: country, regions, licences, policy frameworks, and the nearest deposits."""

from datetime import date
from typing import Any, ClassVar, LiteralString

from django.http import HttpRequest, HttpResponse

from api.database.connection import fetch
from api.errors import BadParameter
from api.filters.memberships import memberships
from api.filters.parameters import code_of, count_within, day, nearest, today
from api.http.negotiation import JSON
from api.http.views import ReadView
from api.query import shapes
from api.query.list_query import ON
from api.resources.fields import DISPUTED_AREAS, disputed_areas
from api.resources.resource import all_resources
from api.resources.statuses import license_status
from api.rest import policies
from registry.sql import Sql, compiled, identifier, joined, literal, sql
from registry.vocabularies import Worldview

MAX_NEAREST = 100
_PARAMETERS = ("lon", "lat", "nearest", ON, "worldview")

#: Records that may be at a place as well: those stated to be in its country that have no place.
_PLACED = {resource.name: resource for resource in all_resources() if resource.located}


def _listed(rows: Sql) -> Sql:
    """Compose the list of the rows of a query."""
    return sql("COALESCE((SELECT json_agg(row_to_json(o)) FROM ({rows}) o), '[]'::json)", rows=rows)


def _unlocated() -> Sql:
    """Compose the number of records of the country without a place, by resource."""
    counts = (
        sql(
            "{name}, (SELECT count(*) FROM {table} x JOIN here ON here.id = x.country_id"
            " WHERE x.{geometry} IS NULL AND x.record_status = 'published')",
            name=literal(name),
            table=identifier(resource.table),
            geometry=identifier(str(resource.geometry)),
        )
        for name, resource in _PLACED.items()
    )
    return sql("json_build_object({counts})", counts=joined(", ", counts))


#: View of the borders → the countries at a point.
_COUNTRIES_AT: dict[str, LiteralString] = {
    Worldview.DE_FACTO.value: "registry_countries_at({point})",
    Worldview.UN.value: "COALESCE(registry_undisputed_in({point}), registry_countries_at({point}))",
}
_COUNTRIES = sql("""SELECT c.slug, c.name, c.boundary_source, c.boundary_date FROM registry_country c JOIN here USING (id)
    WHERE c.record_status = 'published' ORDER BY c.slug""")
_REGIONS = sql("""SELECT r.slug, r.name FROM registry_region r WHERE r.record_status = 'published' AND EXISTS (SELECT
    FROM registry_regionmember m JOIN here ON here.id = m.country_id WHERE m.region_id = r.id) ORDER BY r.id""")
#: Licences over the point, and those without an outline that a source links to one of the nearest deposits.
_OVER = "registry_license l, place WHERE l.record_status = 'published' AND ST_Intersects(l.area, place.point)"
_LINKED = (
    "registry_license l WHERE l.record_status = 'published' AND l.area IS NULL AND EXISTS (SELECT FROM registry_licensesite t"
    " JOIN near ON near.id = t.deposit_id WHERE t.license_id = l.id)"
)


def _licenses(where: LiteralString, on: date) -> Sql:
    """Compose the list of some licences, with their status on the day."""
    return _listed(
        sql(
            "SELECT l.slug, l.name, l.number, l.kind, l.status, l.expires, s.said ->> 'status' AS status_on_date,"
            " s.said ->> 'reason' AS unknown_because FROM (SELECT l.* FROM {where} ORDER BY l.id LIMIT 100) l"
            " CROSS JOIN LATERAL (SELECT {status} AS said OFFSET 0) s",
            where=compiled(where),
            status=license_status("l", on),
        )
    )


_NEAREST = sql("SELECT slug, name, longitude, latitude, distance_km FROM near ORDER BY metres")


def located(longitude: float, latitude: float, nearest: int, on: date, worldview: str = Worldview.DE_FACTO.value) -> Sql:
    """Compose the one query for what is at a place on a day, with the nearest deposits."""
    countries = sql(_COUNTRIES_AT[worldview], point=sql("ST_Point({lon}, {lat}, 4326)", lon=longitude, lat=latitude))
    here = sql("geography(ST_Point({lon}, {lat}, 4326))", lon=longitude, lat=latitude)
    # None of the nearest is farther than the farthest of as many that are the nearest by degrees; rounding adds a millimetre.
    reach = sql(
        """(SELECT max(r.metres) + 0.001 FROM (SELECT ST_Distance(geography(geometry), {here}) AS metres FROM registry_deposit
        WHERE record_status = 'published' AND geometry IS NOT NULL
        ORDER BY geometry <-> ST_Point({lon}, {lat}, 4326) LIMIT {nearest}) r)""",
        here=here,
        lon=longitude,
        lat=latitude,
        nearest=nearest,
    )
    near = sql(
        """SELECT d.id, d.slug, d.name, d.longitude, d.latitude, round((d.metres / 1000)::numeric, 3)::float8 AS distance_km,
        d.metres FROM (SELECT id, slug, name, ST_X(ST_PointOnSurface(geometry)) AS longitude,
        ST_Y(ST_PointOnSurface(geometry)) AS latitude,
        ST_Distance(geography(geometry), {here}) AS metres FROM registry_deposit
        WHERE record_status = 'published' AND ST_DWithin(geography(geometry), {here}, {reach})
        ORDER BY metres, id LIMIT {nearest}) d""",
        here=here,
        reach=reach,
        nearest=nearest,
    )
    return sql(
        """
{memberships},
place AS MATERIALIZED (SELECT ST_Point({lon}, {lat}, 4326) AS point),
here AS MATERIALIZED (SELECT unnest({at}) AS id FROM place),
near AS MATERIALIZED ({near}),
{frameworks}
SELECT row_to_json(answer) FROM (SELECT
    {lon}::float8 AS longitude,
    {lat}::float8 AS latitude,
    {worldview}::text AS worldview,
    {day}::date AS "on",
    {countries} AS countries,
    {disputed} AS disputed_areas,
    {regions} AS regions,
    {licenses} AS licenses,
    {policies} AS policy_frameworks,
    {deposits} AS deposits,
    {linked} AS licenses_without_outline,
    {unlocated} AS unlocated
) answer
""",
        lon=longitude,
        lat=latitude,
        memberships=memberships(countries, on),
        worldview=worldview,
        at=countries,
        disputed=sql("(SELECT {areas} FROM place)", areas=compiled(disputed_areas("registry_disputed_at(place.point)"))),
        frameworks=policies.frameworks(on),
        countries=_listed(_COUNTRIES),
        regions=_listed(_REGIONS),
        licenses=_licenses(_OVER, on),
        linked=_licenses(_LINKED, on),
        near=near,
        day=on,
        policies=policies.OBJECT,
        deposits=_listed(_NEAREST),
        unlocated=_unlocated(),
    )


def _link(**more: str) -> dict[str, Any]:
    names = {"slug": "string", "name": "string", **more}
    items = {"type": "object", "properties": {name: {"type": kind, "nullable": True} for name, kind in names.items()}}
    return {"type": "array", "items": items}


_LICENSE_LINKS = _link(**dict.fromkeys(("number", "kind", "status", "expires", "status_on_date", "unknown_because"), "string"))


class LocateView(ReadView):
    """What the registry knows of one place."""

    operation: ClassVar[dict[str, Any]] = {
        "operationId": "locate",
        "summary": "Records at a point",
        "description": "The country and regions whose boundaries contain the point, licences whose outline contains it with"
        " their status on the day, policy frameworks that apply in its country or that it is a party to, each with the reason,"
        " the nearest deposits with their distance on the ellipsoid, licences without an outline that are linked to these,"
        " and the number of records of the country without a location or outline, which may be here too.",
        "tags": ["locate"],
        "parameters": [
            {
                "in": "query",
                "name": name,
                "required": True,
                "schema": {"type": "number", "minimum": -most, "maximum": most},
                "description": f"{words} in degrees of WGS 84.",
                "example": example,
            }
            for name, words, most, example in (("lon", "Longitude", 180, 76.2), ("lat", "Latitude", 90, 42.8))
        ]
        + [
            {
                "in": "query",
                "name": "nearest",
                "schema": {"type": "integer", "minimum": 0, "maximum": MAX_NEAREST, "default": 10},
                "description": "Number of deposits.",
            },
            {
                "in": "query",
                "name": ON,
                "schema": {"type": "string", "format": "date"},
                "description": "Day for which licences, policy frameworks and memberships are asked; today if it is left out.",
            },
            {
                "in": "query",
                "name": "worldview",
                "schema": {"type": "string", "enum": list(Worldview.values), "default": Worldview.DE_FACTO.value},
                "description": "View of the borders: `un` gives a disputed area to no country.",
            },
        ],
        "responses": {
            "200": {
                "description": "The records at the point.",
                "content": {
                    JSON: {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "longitude": {"type": "number"},
                                "latitude": {"type": "number"},
                                "countries": _link(boundary_source="string", boundary_date="string"),
                                "worldview": {"type": "string"},
                                "disputed_areas": DISPUTED_AREAS,
                                "regions": _link(),
                                "on": {"type": "string", "format": "date", "description": "The day that is asked about."},
                                "licenses": _LICENSE_LINKS,
                                "licenses_without_outline": {
                                    **_LICENSE_LINKS,
                                    "description": "Licences without an outline that a source links to one of the deposits"
                                    " found here: they may cover the point.",
                                },
                                "policy_frameworks": policies.schema(_link),
                                "deposits": _link(longitude="number", latitude="number", distance_km="number"),
                                "unlocated": {
                                    "type": "object",
                                    "description": "Number of records stated to be in the country of the point that have no "
                                    "location, by resource.",
                                    "properties": {name: {"type": "integer"} for name in _PLACED},
                                },
                            },
                        }
                    }
                },
            }
        },
        "problems": ("400", "406", "503"),
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Ask everything in one query."""
        given = self.given(request)
        for name in given:
            if name not in _PARAMETERS:
                hint = nearest(name, _PARAMETERS)
                raise BadParameter(f"This address accepts only lon, lat, nearest, on and worldview.{hint}", name[:80])
        for name in ("lon", "lat"):
            if name not in given:
                raise BadParameter("The parameter is required, in degrees of WGS 84.", name)
        longitude, latitude = shapes.position("lon", f"{given['lon']},{given['lat']}")
        number = count_within("nearest", given.get("nearest", "10"), 0, MAX_NEAREST)
        worldview = code_of("worldview", given.get("worldview", Worldview.DE_FACTO.value), Worldview.values)
        on = day(ON, given[ON]) if ON in given else today()
        ((answer,),) = fetch(located(longitude, latitude, number, on, worldview))
        return HttpResponse(answer, content_type=JSON)
