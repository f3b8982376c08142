"""Records as GeoJSON features with plain properties: links by their slug, lists of links as lists of slugs.

GIS programs show and filter columns; a nested object is a text to them. So a property holds what a filter of its name compares.
"""

from collections.abc import Iterable
from typing import Any

import orjson

from api.errors import BadParameter
from api.ogc.item_query import ItemQuery
from api.query.flat import flat
from api.query.projections import OUTSIDE
from api.query.rows import Row
from api.resources.resource import ON_DATE


def properties_of(row: Row, chosen: tuple[str, ...] | None) -> dict[str, Any]:
    """Return the properties of a record, all or the chosen ones."""
    record = orjson.loads(row.document)
    if row.live:
        record |= orjson.loads(row.live)
    if chosen is not None:
        record = {name: record[name] for name in (*chosen, ON_DATE) if name in chosen or name in record}
    return flat(record)


def slug_of(row: Row) -> str:
    """Return the slug, which every document begins with."""
    return row.document[9 : row.document.index(b'"', 9)].decode()


def feature(row: Row, item_query: ItemQuery) -> dict[str, Any]:
    """Return a feature; raises BadParameter if it reaches beyond the area of the CRS of the answer."""
    if row.geometry == OUTSIDE:
        area = item_query.crs.projection and item_query.crs.projection.area
        raise BadParameter(
            f"“{slug_of(row)}” extends beyond the area in which this system can be used (west, south, east, north: {area});"
            " narrow the query by `bbox`.",
            "crs",
        )
    return {
        "type": "Feature",
        "id": slug_of(row),
        "geometry": orjson.Fragment(row.geometry or b"null"),
        "properties": properties_of(row, item_query.properties),
    }


def collection(rows: Iterable[Row], item_query: ItemQuery, links: list[dict[str, Any]], matched: int | None) -> bytes:
    """Return a page of features."""
    features = [feature(row, item_query) for row in rows]
    document: dict[str, Any] = {"type": "FeatureCollection", "numberReturned": len(features)}
    if matched is not None:
        document["numberMatched"] = matched
    return orjson.dumps({**document, "links": links, "features": features})


def single(row: Row, item_query: ItemQuery, links: list[dict[str, Any]]) -> bytes:
    """Return one feature with its links."""
    return orjson.dumps({**feature(row, item_query), "links": links})
