"""Geometry in another coordinate reference system than WGS 84 with the longitude first."""

from dataclasses import dataclass

from django.db.models import F

from api.database.bound import Condition

#: What stands for a geometry that reaches beyond the area where a system may be used.
OUTSIDE = b'"outside"'


@dataclass(frozen=True)
class Projection:
    """A system by its EPSG number; `flipped` if latitude or northing comes first; `area` where it may be used, in WGS 84."""

    srid: int
    flipped: bool
    decimals: int
    area: tuple[float, float, float, float] | None = None

    def geojson(self, column: str) -> Condition:
        """Return the geometry of a column in this system; `OUTSIDE` where it reaches beyond the area."""
        sql = "%s" if self.srid == 4326 else f"ST_Transform(%s, {self.srid})"
        sql = f"ST_AsGeoJSON({f'ST_FlipCoordinates({sql})' if self.flipped else sql}, {self.decimals}, 0)::json"
        if self.area is None:
            return Condition(sql, F(column))
        corners = ", ".join(map(str, self.area))
        inside = f"%s @ ST_MakeEnvelope({corners}, 4326)"
        outside = OUTSIDE.decode()
        return Condition(
            f"CASE WHEN {inside} THEN {sql} WHEN %s IS NOT NULL THEN '{outside}'::json END", F(column), F(column), F(column)
        )
