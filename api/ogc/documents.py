"""What the API says of itself: landing page, conformance, collections, queryables and sortables, as JSON documents."""

from typing import Any

from django.http import HttpRequest

from api.errors import NotFound
from api.filters.parameters import nearest
from api.http.negotiation import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from api.ogc.conformance import CLASSES
from api.ogc.crs import CRS84
from api.ogc.extents import extent_of, systems_of
from api.ogc.links import REL, Link, address, link, outside
from api.ogc.queryables import queryables_of, sortables_of
from api.ogc.schemas import properties_of
from api.resources.resource import Resource, all_resources, resource_named

TITLE = "Rare-earth deposits registry"
DESCRIPTION = (
    "Deposits, prospecting, licences, countries and policy frameworks, each fact with its source, as OGC API – Features."
)
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
Document = dict[str, Any]


def found(name: str) -> Resource:
    """Find a collection by its id; raises NotFound."""
    try:
        return resource_named(name)
    except KeyError:
        names = [resource.name for resource in all_resources()]
        raise NotFound(f"There is no collection “{name[:60]}”.{nearest(name, names)}", allowed=names) from None


def title_of(resource: Resource) -> str:
    """Return the title of a collection."""
    return resource.name.replace("-", " ").capitalize()


def landing(request: HttpRequest) -> Document:
    """Describe the API and where everything is."""
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "links": [
            link("service-desc", address(request, "api", f="openapi"), f"{OPENAPI};version=3.0", "The API, for programs"),
            link("service-doc", address(request, "api", f="html"), HTML, "The API, to read and to try"),
            link("conformance", address(request, "conformance"), JSON, "Conformance classes"),
            link(REL.format("conformance"), address(request, "conformance"), JSON, "Conformance classes"),
            link("data", address(request, "collections"), JSON, "The collections"),
            link(REL.format("data"), address(request, "collections"), JSON, "The collections"),
            link(REL.format("tilesets-vector"), outside(request, "tiles:tilesets"), JSON, "Vector tiles of the collections"),
        ],
    }


def conformance(request: HttpRequest) -> Document:
    """Declare the conformance classes."""
    return {"conformsTo": list(CLASSES), "links": []}


def collections(request: HttpRequest) -> Document:
    """List the collections, and once for all the coordinate reference systems that every one of them has."""
    systems = {resource.name: [crs.uri for crs in systems_of(resource)] for resource in all_resources()}
    shared = [uri for uri in next(iter(systems.values())) if all(uri in own for own in systems.values())]
    return {
        "links": [],
        "crs": shared,
        "collections": [
            _collection(request, resource, ["#/crs", *(uri for uri in systems[resource.name] if uri not in shared)])
            for resource in all_resources()
        ],
    }


def collection(request: HttpRequest, resource: Resource) -> Document:
    """Describe a collection."""
    return _collection(request, resource, [crs.uri for crs in systems_of(resource)])


def _collection(request: HttpRequest, resource: Resource, systems: list[str]) -> Document:
    name, title = resource.name, title_of(resource)
    links: list[Link] = [
        link("items", address(request, "items", name), GEOJSON, title),
        link("items", address(request, "items", name, f="html"), HTML, f"{title}, as a page"),
        # GDAL reads the types of properties here, by this spelling of the relation; the registered one is all lower case.
        link("describedBy", address(request, "schema", name), SCHEMA, "The properties of a record"),
        link("describedby", address(request, "schema", name), SCHEMA, "The properties of a record"),
        link(REL.format("queryables"), address(request, "queryables", name), SCHEMA, "Properties for filters"),
        link(REL.format("sortables"), address(request, "sortables", name), SCHEMA, "Properties for sorting"),
    ]
    if resource.located:
        tiles = f"Vector tiles of the {name.replace('-', ' ')}"
        links += [
            link(REL.format("tilesets-vector"), outside(request, f"tiles:{name}-tilesets"), JSON, tiles),
            link("related", outside(request, f"tiles:{name}-tilejson"), JSON, f"{tiles}, as TileJSON"),
        ]
    document: Document = {
        "id": name,
        "title": title,
        "description": resource.description,
        "itemType": "feature",
        "links": links,
    }
    if extent := extent_of(resource).document():
        document["extent"] = extent
    # A collection without geometry takes `crs` too; it changes nothing.
    document["crs"] = systems
    if resource.geometry:
        document["storageCrs"] = CRS84
    return document


def schema(request: HttpRequest, resource: Resource) -> Document:
    """Describe the features of a collection, as far as their properties are known; what is not known is null."""
    properties = {name: _logical(one) for name, one in properties_of(resource).items()}
    described = _schema(request, "schema", resource, {})
    described["properties"] = {
        "type": {"type": "string", "const": "Feature"},
        "id": {"type": "string"},
        "geometry": {"format": "geometry-any"},
        "properties": {"type": "object", "properties": properties},
    }
    return described


def _logical(described: Document) -> Document:
    """Leave out what only OpenAPI says."""
    return {key: value for key, value in described.items() if key in ("type", "format", "description", "items", "enum")}


def queryables(request: HttpRequest, resource: Resource) -> Document:
    """Describe what filters may name, as a JSON Schema."""
    properties = {name: dict(queryable.schema) for name, queryable in queryables_of(resource).items()}
    return _schema(request, "queryables", resource, properties)


def sortables(request: HttpRequest, resource: Resource) -> Document:
    """Describe what items can be sorted by, as a JSON Schema."""
    known = queryables_of(resource)
    return _schema(request, "sortables", resource, {name: dict(known[name].schema) for name in sortables_of(resource)})


def _schema(request: HttpRequest, kind: str, resource: Resource, properties: Document) -> Document:
    return {
        "$schema": _DIALECT,
        "$id": address(request, kind, resource.name),
        "title": title_of(resource),
        "description": resource.description,
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
