"""The formats of exports: media type, file name, and whether they are streamed or built first."""

from dataclasses import dataclass

from api.query.fields import GeometryUse
from api.resources.resource import Resource


@dataclass(frozen=True)
class Format:
    """A format; `located` ones are for resources with a geometry, `built` ones are complete before the first byte is sent."""

    name: str
    media_type: str
    extension: str
    located: bool = False
    built: bool = False
    #: Whether rows within records (grades, parties, sites) are tables of their own in it.
    has_lists: bool = False
    most_records: int | None = None
    geometry: GeometryUse = GeometryUse.KEPT


_ALL = (
    Format("csv", "text/csv; charset=utf-8; header=present", "csv", geometry=GeometryUse.NONE),
    Format("geojson", "application/geo+json", "geojson", located=True),
    Format("geojsonseq", "application/geo+json-seq", "geojsonl", located=True),
    Format("parquet", "application/vnd.apache.parquet", "parquet", built=True),
    Format("gpkg", "application/geopackage+sqlite3", "gpkg", located=True, built=True, has_lists=True),
    Format("fgb", "application/flatgeobuf", "fgb", located=True, built=True, geometry=GeometryUse.NEEDED),
    Format(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
        built=True,
        has_lists=True,
        # A sheet has 2^20 rows, and the first holds the names.
        most_records=(1 << 20) - 1,
        geometry=GeometryUse.NONE,
    ),
    Format("zip", "application/zip", "zip", built=True, has_lists=True, geometry=GeometryUse.NONE),
)
FORMATS = {each.name: each for each in _ALL}


def formats_of(resource: Resource) -> dict[str, Format]:
    """Return the formats that a resource comes in."""
    return {name: each for name, each in FORMATS.items() if resource.geometry or not each.located}
