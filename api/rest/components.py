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
GEOMETRY_SCHEMA: Schema = {
    "type": "object",
    "description": "GeoJSON geometry in WGS 84, longitude first, at most seven decimals (RFC 7946).",
    "required": ["type", "coordinates"],
    "properties": {
        "type": {"type": "string", "enum": ["Point", "MultiPolygon"], "description": "Kind of geometry."},
        "coordinates": {"type": "array", "items": {}, "description": "Longitude and latitude, nested as the kind demands."},
    },
    "example": {"type": "Point", "coordinates": [76.1666667, 42.6666667]},
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
