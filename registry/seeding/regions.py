"""The shapes of new regions, united on another core while the database is busy with the countries.

The database keeps a region's shape the union of its members' shapes. In a seed that would be three seconds of waiting, so a
region that is new comes with its shape; from then on the database sees to it.
"""

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from django.contrib.gis.geos import GeometryCollection, MultiPolygon

from registry import models as m
from registry.seeding.antimeridian import polygons_of
from registry.seeding.rows import Ref, Row
from registry.seeding.stored import Stored

Shapes = dict[Ref, MultiPolygon]


class Unions:
    """Unions in the making, one per new region."""

    def __init__(self, new: Iterable[Row], held: Stored) -> None:
        """Begin to unite the members of each new region; GEOS works outside the interpreter's lock."""
        new = list(new)
        regions = {row.ref for row in new if row.ref.model is m.Region}
        members: dict[Ref, list[Ref]] = defaultdict(list)
        for row in new:
            if row.ref.model is m.RegionMember and row.values["region"] in regions:
                members[row.values["region"]].append(row.values["country"])
        shapes = _shapes(new, {country for countries in members.values() for country in countries}, held)
        self._pool = ThreadPoolExecutor(max_workers=2)
        self._shapes: dict[Ref, Future[MultiPolygon | None]] = {
            region: self._pool.submit(_united, [shapes[country] for country in countries if country in shapes])
            for region, countries in members.items()
        }
        self._pool.shutdown(wait=False)

    def of(self, region: Ref) -> MultiPolygon | None:
        """Return the shape of a new region; null if none of its members has one."""
        return self._shapes[region].result() if region in self._shapes else None


def _shapes(new: list[Row], countries: set[Ref], held: Stored) -> Shapes:
    """Gather the shapes of countries: from their cards, else from the registry."""
    shapes = {row.ref: row.values["boundary"] for row in new if row.ref in countries and row.values.get("boundary")}
    keys = {held.ids[country]: country for country in countries if country in held.ids}
    found = m.Country.objects.filter(pk__in=keys, boundary__isnull=False).values_list("pk", "boundary")
    return shapes | {keys[pk]: shape for pk, shape in found}


def _united(shapes: list[MultiPolygon]) -> MultiPolygon | None:
    parts = list(polygons_of(GeometryCollection(*shapes, srid=4326).unary_union)) if shapes else []
    return MultiPolygon(parts, srid=4326) if parts else None
