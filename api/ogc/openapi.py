"""The OpenAPI 3.0 description of the API, derived from the declarations: an operation per address, a path per collection."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from api.http.negotiation import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from api.ogc.crs import CRS84
from api.ogc.documents import DESCRIPTION, TITLE, title_of
from api.ogc.item_query import LANGUAGES, filters_of, sorts_of
from api.ogc.schemas import COMPONENTS, feature_schema
from api.query.fields import field_names
from api.query.list_query import DEFAULT_LIMIT, MAX_LIMIT, ON, ON_WORDS
from api.query.past import AS_OF
from api.resources.resource import GEOMETRY, Resource, all_resources

Schema = dict[str, Any]

#: Which systems those are depends on where the records of a collection lie, so the description cannot list them.
_OF_COLLECTION = "one of those that the collection lists under `crs`."
_SCHEMAS = (
    ("schema", "The properties of a record"),
    ("queryables", "Properties for filters"),
    ("sortables", "Properties for sorting"),
)
_ERRORS = {
    "400": "A parameter is unknown or invalid; the response names it.",
    "404": "There is no such collection or record.",
    "406": "The format is not available.",
    "503": "The query takes too long, or the database is unavailable.",
}


def description(request: HttpRequest) -> Schema:
    """Describe every address."""
    server = request.build_absolute_uri(reverse("ogc:landing")).rstrip("/")
    return {**_description(), "servers": [{"url": server, "description": "This registry"}]}


@cache
def _description() -> Schema:
    schemas = dict(COMPONENTS)
    paths: Schema = {
        "/": _get("landingPage", "The resources", "The landing page.", ["json", "html"], "LandingPage"),
        "/conformance": _get("conformance", "Conformance classes", "The conformance classes.", ["json", "html"], "Conformance"),
        "/api": _get("description", "This description", "The API in OpenAPI 3.0.", ["openapi", "json", "html"], "Object"),
        "/collections": _get("collections", "The collections", "Every collection.", ["json", "html"], "Collections"),
    }
    for resource in all_resources():
        name, base = resource.name, f"/collections/{resource.name}"
        title, camel = title_of(resource), resource.model.__name__
        about = {"tags": [name], "description": resource.description}
        schemas |= feature_schema(resource)
        paths[base] = _get(f"{name}.collection", title, "", ["json", "html"], "Collection", about)
        for kind, words in _SCHEMAS:
            paths[f"{base}/{kind}"] = _get(
                f"{name}.{kind}", f"{title}: {words.lower()}", "", ["schema", "json", "html"], "Object", about
            )
        items = _get(f"{name}.items", f"{title}: records", "", ["geojson", "json", "html"], f"{camel}Collection", about)
        items["get"]["parameters"] = _items(resource)
        item = _get(f"{name}.item", f"{title}: one record", "", ["geojson", "json", "html"], f"{camel}Feature", about)
        slug = {
            "name": "featureId",
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
            "example": resource.example_slug,
        }
        item["get"]["parameters"] = [
            {**slug, "description": "Slug of the record; case-insensitive."},
            _reference("crs"),
            _properties(resource),
            _reference(AS_OF),
            *_on_day(resource),
            _form(["geojson", "json", "html"]),
        ]
        search = _search(f"{name}.search", title, f"{camel}Collection", about)
        paths[f"{base}/search"] = search
        paths[f"{base}/items"], paths[f"{base}/items/{{featureId}}"] = items, item
    return {
        "openapi": "3.0.3",
        "info": {"title": TITLE, "description": DESCRIPTION, "version": "1.0.0"},
        "tags": [{"name": resource.name, "description": resource.description} for resource in all_resources()],
        "paths": paths,
        "components": {"schemas": schemas, "parameters": _shared(), "responses": _responses()},
    }


_CONTENT = {"json": JSON, "html": HTML, "geojson": GEOJSON, "schema": SCHEMA, "openapi": OPENAPI}


def _get(identity: str, summary: str, text: str, forms: list[str], schema: str, about: Schema | None = None) -> Schema:
    content: Schema = {}
    for form in forms:
        described = {"type": "string"} if form == "html" else {"$ref": f"#/components/schemas/{schema}"}
        content[_CONTENT[form]] = {"schema": described}
    return {
        "get": {
            "operationId": identity,
            "summary": summary,
            "description": text,
            **(about or {"tags": []}),
            "parameters": [_form(forms)],
            "responses": {
                "200": {"description": summary, "content": content},
                **{status: {"$ref": f"#/components/responses/{status}"} for status in _ERRORS},
            },
        }
    }


def _search(identity: str, title: str, schema: str, about: Schema) -> Schema:
    content = {form: {"schema": {"$ref": f"#/components/schemas/{schema}"}} for form in (GEOJSON, JSON)}
    body: Schema = {
        "type": "object",
        "description": "Parameters of items by name, as text, numbers or lists; `filter` as a CQL2 object too.",
        "additionalProperties": True,
        "example": {"limit": 10},
    }
    return {
        "post": {
            "operationId": identity,
            "summary": f"{title}: records, with the query in the body",
            **about,
            "parameters": [],
            "requestBody": {"required": True, "content": {JSON: {"schema": body}}},
            "responses": {
                "200": {"description": title, "content": content},
                **{status: {"$ref": f"#/components/responses/{status}"} for status in (*_ERRORS, "413")},
            },
        }
    }


def _form(forms: list[str]) -> Schema:
    return {
        "name": "f",
        "in": "query",
        "description": "Format of the response. Overrides `Accept`.",
        "schema": {"type": "string", "enum": forms},
    }


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _items(resource: Resource) -> list[Schema]:
    shared = ["limit", "bbox", "bbox-crs", "datetime", "crs", "filter", "filter-lang", "filter-crs", "cursor", "count", AS_OF]
    sorts = {
        "name": "sortby",
        "in": "query",
        "description": "Properties to sort by, each with `-` in descending order. Unknown values come last.",
        "schema": {"type": "array", "items": {"type": "string", "enum": sorts_of(resource)}},
        "style": "form",
        "explode": False,
    }
    return [
        *map(_reference, shared),
        sorts,
        _properties(resource),
        _form(["geojson", "json", "html"]),
        *_on_day(resource),
        *(_own(parameter) for parameter in filters_of(resource).values()),
    ]


def _on_day(resource: Resource) -> list[Schema]:
    """Describe the day of the world, of collections that have something to say of it."""
    day = {"name": ON, "in": "query", "description": ON_WORDS, "schema": {"type": "string", "format": "date"}}
    return [day] if resource.on_date else []


def _properties(resource: Resource) -> Schema:
    names = [name for name in field_names(resource) if name != GEOMETRY]
    return {
        "name": "properties",
        "in": "query",
        "description": "Return only these properties of each record.",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}},
    }


def _own(parameter: Any) -> Schema:
    schema = dict(parameter.schema)
    form = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
    if form:
        schema = {"minItems": 1, **schema}
    return {"name": parameter.name, "in": "query", "description": parameter.description, "schema": schema, **form}


def _shared() -> Schema:
    crs = {"type": "string", "format": "uri", "default": CRS84}
    box: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    given: dict[str, tuple[str, Schema]] = {
        "limit": (
            "Records per page; a larger number is treated as the maximum.",
            {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        ),
        "bbox": (
            "Box: the lower corner, then the upper one, in `bbox-crs`. If west is greater than east, it crosses the"
            " antimeridian. Records without a location are included; `filter=geometry IS NOT NULL` excludes them.",
            box,
        ),
        "bbox-crs": (f"Coordinate reference system of `bbox`: {_OF_COLLECTION}", crs),
        "datetime": (
            "Instant, or interval as start/end with `..` for an open end: records whose period intersects it, and those"
            " without a date.",
            {"type": "string"},
        ),
        "crs": (f"Coordinate reference system of the response: {_OF_COLLECTION}", crs),
        "filter": ("CQL2 condition on the queryables.", {"type": "string"}),
        "filter-lang": (
            "Language of `filter`; cql-text is an older name of cql2-text.",
            {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
        ),
        "filter-crs": (f"Coordinate reference system of shapes in `filter`: {_OF_COLLECTION}", crs),
        "cursor": ("Start of the page: use the URL of the link `next` without changing it.", {"type": "string"}),
        "count": ("Count the records, however many (`numberMatched`).", {"type": "string", "enum": ["exact"]}),
        AS_OF: ("The records at this time or on this day (ISO 8601), limited to what is public now.", {"type": "string"}),
    }
    return {
        name: {
            "name": name,
            "in": "query",
            "description": text,
            "schema": schema,
            **({"style": "form", "explode": False} if schema["type"] == "array" else {}),
        }
        for name, (text, schema) in given.items()
    }


def _responses() -> Schema:
    content = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
        HTML: {"schema": {"type": "string"}},
    }
    texts = {**_ERRORS, "413": "The body is too large."}
    return {status: {"description": text, "content": content} for status, text in texts.items()}
