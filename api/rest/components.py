"""Schemas of the OpenAPI description that no serializer declares."""

from typing import Any

Schema = dict[str, Any]

PROBLEM: Schema = {
    "type": "object",
    "description": "A problem document (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Kind of problem, e.g. urn:registry:problem:bad-parameter."},
        "title": {"type": "string", "description": "The kind as a title."},
        "status": {"type": "integer", "description": "HTTP status."},
        "detail": {"type": "string", "description": "What is wrong, which rule applies, and what to do."},
        "parameter": {"type": "string", "description": "The invalid parameter."},
        "allowed": {"type": "array", "items": {"type": "string"}, "description": "The allowed values."},
    },
    "example": {
        "type": "urn:registry:problem:bad-parameter",
        "title": "Invalid parameter",
        "status": 400,
        "detail": "This list has no such parameter. Did you mean “country”?",
        "parameter": "contry",
    },
}
_POSITION: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3}


def _geometry(kind: str, depth: int) -> Schema:
    coordinates = _POSITION
    for _ in range(depth):
        coordinates = {"type": "array", "items": coordinates}
    return {
        "type": "object",
        "description": f"GeoJSON {kind} in WGS 84, longitude first, at most seven decimals (RFC 7946).",
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": [kind]},
            "coordinates": {**coordinates, "description": "Longitude and latitude, nested as the kind demands."},
        },
    }


#: The kinds of geometry that records have.
GEOMETRIES: dict[str, Schema] = {"Point": _geometry("Point", 0), "MultiPolygon": _geometry("MultiPolygon", 3)}
#: A shape in the body of a request.
SHAPE: Schema = {
    "type": "object",
    "description": "GeoJSON geometry of any kind in WGS 84, longitude first (RFC 7946).",
    "required": ["type"],
    "properties": {"type": {"type": "string", "description": "Kind of geometry."}},
    "additionalProperties": True,
}
NEXT_LINK: Schema = {
    "type": "object",
    "description": "A link to the next page.",
    "required": ["rel", "href", "type"],
    "properties": {
        "rel": {"type": "string", "description": "`next`."},
        "href": {"type": "string", "description": "URL of the next page."},
        "type": {"type": "string", "description": "Media type of the next page."},
        "method": {"type": "string", "description": "After a POST: POST."},
        "body": {"type": "object", "additionalProperties": True, "description": "After a POST: the body to send."},
    },
}
#: What each error of the API means, by its status.
ERRORS = {
    "301": "The record was merged into another one, or was requested by its uid or another code; the response contains"
    " its slug.",
    "400": "A parameter is unknown or invalid; the response names it.",
    "404": "There is no such published record.",
    "406": "The format is not available.",
    "410": "The cursor was made before the registry was restored.",
    "413": "The body is too large.",
    "503": "The query takes too long, or the database is unavailable.",
}
MOVED_HEADERS: Schema = {
    "Location": {
        "schema": {"type": "string"},
        "description": "URL of the record that it was merged into, with the same query string.",
    },
}
_HEADERS: Schema = {
    "ETag": {
        "schema": {"type": "string"},
        "description": "Changes with every change of the data; send it as If-None-Match.",
    },
    "Registry-Position": {
        "schema": {"type": "string"},
        "description": "Position of the feed of changes when the response was made or revalidated, for `changes/?after=`.",
    },
}


def answer(words: str, content: Schema, others: Schema) -> Schema:
    """Describe a response as JSON, for code generators a single type; `x-other-formats` describes what `format` also gives."""
    described: Schema = {"description": words, "headers": _HEADERS, "content": content}
    return {**described, "x-other-formats": others} if others else described
