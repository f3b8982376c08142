"""Which fields of each record a request chooses, by `fields` or `omit`."""

from collections.abc import Mapping
from enum import Enum, auto
from functools import cache, lru_cache

from api.errors import BadParameter
from api.filters.parameters import nearest, several
from api.resources.resource import GEOMETRY, Resource

#: The field that every record keeps: without it nobody could tell which record it is.
SLUG = "slug"
#: Parameters that hold names of fields.
FIELD_LISTS = ("fields", "omit")


class GeometryUse(Enum):
    """How a format holds the geometry of a record."""

    #: As a field like any other (JSON).
    FIELD = auto()
    #: As what the format is made of (GeoJSON, GeoPackage …): it stays, whichever fields are chosen, unless it is omitted.
    KEPT = auto()
    #: As what no record of the format can be without (FlatGeobuf).
    NEEDED = auto()
    #: Not at all (CSV, spreadsheets).
    NONE = auto()


@cache
def field_names(resource: Resource) -> tuple[str, ...]:
    """Return the names of the fields of a list's records."""
    live = resource.live().fields if resource.live else ()  # type: ignore[attr-defined]
    names = (*resource.summary().fields, *live)  # type: ignore[attr-defined]
    return (GEOMETRY, *names) if resource.geometry else names


def read_fields(
    resource: Resource,
    given: Mapping[str, str],
    use: GeometryUse = GeometryUse.FIELD,
    names: tuple[str, ...] | None = None,
) -> tuple[str, ...] | None:
    """Read `fields` and `omit` into the names to show, in the order in which they were chosen; None for all.

    `names` are those of a single record; without them the record is one of a list, which may show its geometry only if asked.

    Raises BadParameter for an unknown name, and for one that the format cannot show or the record cannot lack.
    """
    return _read(resource, given.get("fields"), given.get("omit"), use, names)


# Clients of one kind choose the same fields.
@lru_cache(200)
def _read(
    resource: Resource, fields: str | None, omit: str | None, use: GeometryUse, names: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    of_list, names = names is None, names or field_names(resource)
    chosen, omitted = _named("fields", fields, names), _named("omit", omit, names)
    if both := next((name for name in chosen if name in omitted), None):
        raise BadParameter(f"“{both}” is in `fields` too.", "omit")
    if SLUG in omitted:
        raise BadParameter("The slug cannot be omitted.", "omit", [name for name in names if name != SLUG])
    if GEOMETRY in chosen and use is GeometryUse.NONE:
        instead = " Use longitude and latitude, or" if "longitude" in names else " Choose"
        raise BadParameter(f"CSV has no geometry column.{instead} format=geojson.", "fields")
    if GEOMETRY in omitted and use is GeometryUse.NEEDED:
        raise BadParameter("This format requires the geometry. Use csv, parquet or gpkg.", "omit")
    light = of_list and use is GeometryUse.FIELD and not resource.geometry_in_lists
    if not chosen and not omitted and not light:
        return None
    usual = [name for name in names if name != GEOMETRY] if light else names
    shown = [name for name in chosen or usual if name not in omitted]
    if SLUG not in shown:
        shown.insert(0, SLUG)
    if use is GeometryUse.NONE and GEOMETRY in shown:
        shown.remove(GEOMETRY)
    if use in (GeometryUse.KEPT, GeometryUse.NEEDED) and resource.geometry and GEOMETRY not in (*shown, *omitted):
        shown.insert(0, GEOMETRY)
    return tuple(shown)


def _named(parameter: str, given: str | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fields that a parameter names, each once."""
    if given is None:
        return ()
    chosen = tuple(dict.fromkeys(several(parameter, given)))
    for name in chosen:
        if name not in names:
            raise BadParameter(f"There is no field “{name[:60]}” here.{nearest(name, names)}", parameter, list(names))
    return chosen
