"""Schemas of the answers, for the OpenAPI description."""

from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from rest_framework.serializers import BaseSerializer, ListSerializer
from rest_framework.views import APIView

from api.resources.children import LinkOfOne
from api.resources.fields import Link
from api.resources.nulls import permit_nulls
from api.resources.resource import Resource

Schema = dict[str, Any]

_LINKS: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
_GEOMETRY: Schema = {
    "type": "object",
    "nullable": True,
    "description": "GeoJSON geometry; null if the location is unknown.",
    "required": ["type", "coordinates"],
    "properties": {"type": {"type": "string"}, "coordinates": {"type": "array", "items": {}}},
}


def _object(required: list[str], **properties: Schema) -> Schema:
    return {"type": "object", "required": required, "properties": properties}


_TEXT: Schema = {"type": "string"}
COMPONENTS: Schema = {
    "Object": {"type": "object"},
    "Link": _object(["href", "rel"], href=_TEXT, rel=_TEXT, type=_TEXT, title=_TEXT),
    "LandingPage": _object(["title", "links"], title=_TEXT, description=_TEXT, links=_LINKS),
    "Conformance": _object(["conformsTo"], conformsTo={"type": "array", "items": _TEXT}, links=_LINKS),
    "Collection": _object(
        ["id", "links"],
        id=_TEXT,
        title=_TEXT,
        description=_TEXT,
        itemType=_TEXT,
        extent={"type": "object"},
        crs={"type": "array", "items": _TEXT},
        storageCrs=_TEXT,
        links=_LINKS,
    ),
    "Collections": _object(
        ["collections", "links"],
        collections={"type": "array", "items": {"$ref": "#/components/schemas/Collection"}},
        crs={"type": "array", "items": _TEXT},
        links=_LINKS,
    ),
    "Problem": _object(
        ["type", "title", "status", "detail"],
        type=_TEXT,
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        parameter=_TEXT,
        allowed={"type": "array", "items": _TEXT},
    ),
}


def feature_schema(resource: Resource) -> Schema:
    """Return the schemas of a collection's features and of a page of them."""
    name = resource.model.__name__
    feature = _object(
        ["type", "id", "geometry", "properties"],
        type={"type": "string", "enum": ["Feature"]},
        id=_TEXT,
        geometry=_GEOMETRY,
        properties={"type": "object", "properties": properties_of(resource)},
        links=_LINKS,
    )
    page = _object(
        ["type", "features", "links", "numberReturned"],
        type={"type": "string", "enum": ["FeatureCollection"]},
        numberReturned={"type": "integer"},
        numberMatched={"type": "integer"},
        links=_LINKS,
        features={"type": "array", "items": {"$ref": f"#/components/schemas/{name}Feature"}},
    )
    return {f"{name}Feature": feature, f"{name}Collection": page}


@cache
def properties_of(resource: Resource) -> Schema:
    """Describe the properties: those of the record, links as their slugs."""
    described: Schema = {}
    for part in (resource.summary, *filter(None, (resource.live,))):
        serializer: Any = part()
        schema = AutoSchema()
        schema.registry = ComponentRegistry()
        schema.method, schema.path, schema.path_prefix, schema.view = "GET", "", "", APIView(request=None)
        mapped = schema._map_serializer(serializer, "response")["properties"]
        for name, declared in serializer.fields.items():
            described[name] = _flat(declared, mapped[name])
    return permit_nulls(described)


def _flat(declared: Any, schema: Schema) -> Schema:
    text = {"description": schema["description"]} if "description" in schema else {}
    if isinstance(declared, Link | LinkOfOne):
        return {"type": "string", "nullable": True, **text}
    if isinstance(declared, ListSerializer):
        item = _TEXT if "slug" in getattr(declared.child, "fields", {}) else {"type": "object"}
        return {"type": "array", "items": item, **text}
    if isinstance(declared, BaseSerializer) or "$ref" in str(schema):
        return {**text}
    return schema
