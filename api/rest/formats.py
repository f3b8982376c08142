"""Answers as bytes: rendered documents are joined, not built again; chosen fields and CSV are picked out of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from api.http.negotiation import CSV, GEOJSON, JSON
from api.query.csv_table import csv_table
from api.query.fields import GeometryUse, field_names
from api.query.rows import Row
from api.resources.resource import GEOMETRY, ON_DATE, Resource


@dataclass(frozen=True)
class NextPage:
    """Where the next page is: at an address; after a POST, at the same one with the same body and a cursor."""

    address: str
    cursor: str
    body: Mapping[str, Any] | None = None

    @property
    def header(self) -> str:
        """Return it as the header Link (RFC 8288)."""
        posted = "" if self.body is None else f'; method="POST"; cursor="{self.cursor}"'
        return f'<{self.address}>; rel="next"{posted}'

    @property
    def link(self) -> dict[str, Any]:
        """Return it as a link of GeoJSON, with what to send for it."""
        posted = {} if self.body is None else {"method": "POST", "body": {**self.body, "cursor": self.cursor}}
        return {"rel": "next", "href": self.address, "type": GEOJSON, **posted}


@dataclass(frozen=True)
class Envelope:
    """What stands around the records of a list; `posted` if the query came in a body."""

    next: NextPage | None
    posted: bool
    position: str | None
    count: int | None
    unlocated: int | None
    near: bool
    facets: Mapping[str, Any] | None = None
    on: bool = False
    undecided: Mapping[str, int] | None = None

    def members(self) -> dict[str, Any]:
        """Return the position of the feed, and the counts that were requested."""
        members: dict[str, Any] = {}
        if self.position is not None:
            members["position"] = self.position
        if self.count is not None:
            members["count"] = self.count
        if self.unlocated is not None:
            members["unlocated"] = self.unlocated
        if self.undecided is not None:
            members["undecided"] = self.undecided
        if self.facets is not None:
            members["facets"] = self.facets
        return members


def whole(row: Row, geometry: bytes = b"") -> bytes:
    """Join a record's geometry, its document, and what was read with it, into one JSON object."""
    document = b"{" + geometry + row.document[1:] if geometry else row.document
    if row.live:
        document = document[:-1] + b"," + row.live[1:]
    if row.distance_m is not None:
        document = document[:-1] + b',"distance_km":%.3f}' % (row.distance_m / 1000)
    return document


def with_geometry(row: Row) -> bytes:
    """Join a record of a resource with places: its geometry comes first."""
    return whole(row, b'"geometry":' + (row.geometry or b"null") + b",")


def _chosen(resource: Resource, row: Row, fields: tuple[str, ...]) -> dict[str, Any]:
    """Pick fields out of a record, in their order."""
    record = orjson.loads(row.document)
    if row.live:
        record |= orjson.loads(row.live)
    if GEOMETRY in fields:
        record[GEOMETRY] = orjson.Fragment(row.geometry or b"null")
    # A document that is still rendered by an older declaration, while a rebuild goes on, may lack a new field.
    picked = {name: record.get(name) for name in fields}
    if ON_DATE in record:
        picked[ON_DATE] = record[ON_DATE]
    if row.distance_m is not None:
        picked["distance_km"] = round(row.distance_m / 1000, 3)
    return picked


def json_list(resource: Resource, rows: list[Row], envelope: Envelope, fields: tuple[str, ...] | None) -> bytes:
    """Return a list as JSON."""
    members: dict[str, Any] = {"next": envelope.next and envelope.next.address}
    if envelope.posted:
        members["cursor"] = envelope.next and envelope.next.cursor
    head = orjson.dumps(members | envelope.members())[:-1]
    if fields is None:
        render = with_geometry if resource.geometry else whole
        return head + b',"results":[' + b",".join([render(row) for row in rows]) + b"]}"
    return head + b',"results":' + orjson.dumps([_chosen(resource, row, fields) for row in rows]) + b"}"


def feature(resource: Resource, row: Row, fields: tuple[str, ...] | None) -> bytes:
    """Return a record as a GeoJSON feature (RFC 7946); its id is the slug, which every document begins with."""
    geometry = row.geometry or b"null"
    if fields is None:
        properties = whole(row)
    else:
        geometry = geometry if GEOMETRY in fields else b"null"
        properties = orjson.dumps(_chosen(resource, row, tuple(f for f in fields if f != GEOMETRY)))
    identity = row.document[8 : row.document.index(b'"', 9) + 1]
    return b"".join((b'{"type":"Feature","id":', identity, b',"geometry":', geometry, b',"properties":', properties, b"}"))


def record(resource: Resource, row: Row, fields: tuple[str, ...] | None) -> bytes:
    """Return one record as JSON."""
    if fields is not None:
        return orjson.dumps(_chosen(resource, row, fields))
    return with_geometry(row) if resource.geometry else whole(row)


def geojson_list(resource: Resource, rows: list[Row], envelope: Envelope, fields: tuple[str, ...] | None) -> bytes:
    """Return a list as a GeoJSON feature collection; records without a place have a null geometry."""
    links = [envelope.next.link] if envelope.next else []
    head = orjson.dumps({"type": "FeatureCollection", "numberReturned": len(rows), "links": links, **envelope.members()})
    if fields is not None:
        return head[:-1] + b',"features":[' + b",".join([feature(resource, row, fields) for row in rows]) + b"]}"
    return b"".join([head[:-1], b',"features":[', *_pieces(rows), b"]}"])


def _pieces(rows: list[Row]) -> list[bytes]:
    """Return what a collection of whole features is joined from: each is copied once, not into a feature of its own before."""
    pieces: list[bytes] = []
    begin = b'{"type":"Feature","id":'
    for row in rows:
        document, geometry, live, distance_m = row[:4]
        identity = document[8 : document.index(b'"', 9) + 1]
        properties = document if live is None and distance_m is None else whole(row)
        pieces += (begin, identity, b',"geometry":', geometry or b"null", b',"properties":', properties)
        begin = b'},{"type":"Feature","id":'
    return [*pieces, b"}"] if pieces else []


def csv_list(resource: Resource, rows: list[Row], envelope: Envelope, fields: tuple[str, ...] | None) -> bytes:
    """Return a list as CSV (UTF-8): links by slug, lists of them joined by semicolons, rows of several values as JSON arrays.

    There is no geometry but longitude and latitude.
    """
    names = [name for name in fields or field_names(resource) if name != GEOMETRY]
    if envelope.near:
        names.append("distance_km")
    if envelope.on:
        names.append(ON_DATE)
    chosen = tuple(name for name in names if name not in ("distance_km", ON_DATE))
    return csv_table(names, (_chosen(resource, row, chosen) for row in rows))


class Form(NamedTuple):
    """A format of a list: its media type, how it holds geometries, and what writes it."""

    content_type: str
    geometry: GeometryUse
    write: Callable[[Resource, list[Row], Envelope, tuple[str, ...] | None], bytes]


FORMS = {
    "json": Form(JSON, GeometryUse.FIELD, json_list),
    "geojson": Form(GEOJSON, GeometryUse.KEPT, geojson_list),
    "csv": Form(f"{CSV}; charset=utf-8", GeometryUse.NONE, csv_list),
}
