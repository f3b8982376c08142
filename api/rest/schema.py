"""The OpenAPI description, derived from the resources: parameters, records, formats, errors, examples."""

from typing import Any

from drf_spectacular.plumbing import ResolvedComponent

from api.http.negotiation import CSV, GEOJSON, JSON
from api.query.list_query import DEFAULT_LIMIT, MAX_LIMIT, MAX_RADIUS_KM, parameters_of
from api.query.order import orders_of
from api.resources.resource import GEOMETRY, ON_DATE, Resource
from api.rest.components import ERRORS, GEOMETRIES, MOVED_HEADERS, NEXT_LINK, PROBLEM, SHAPE, answer
from api.rest.derived_schema import DerivedSchema
from api.rest.facet_schema import FACETS_SCHEMA, facet_parameter
from api.rest.memento import MementoView, TimeGateView, TimeMapView
from api.rest.memento_schema import memento_operation, versions_operation
from api.rest.named_enums import hidden
from api.rest.parameter_schema import answer_format, as_of, chosen_fields, codes, on_day, parameter, shown_language, sorting
from api.rest.views import DetailView, ListView, SearchView, formats_of

Schema = dict[str, Any]


class ResourceSchema(DerivedSchema):
    """Describes a view by the resource it serves."""

    def derive(self) -> Schema:
        """Return the operation of a list, a search or a detail; of other views, what they declare themselves."""
        view = self.view
        if isinstance(view, ListView):
            return self._list(view.resource)
        if isinstance(view, SearchView):
            return self._search(view.resource)
        if isinstance(view, MementoView):
            return memento_operation(view.resource, self._detail(view.resource))
        if isinstance(view, DetailView):
            return self._detail(view.resource)
        if isinstance(view, TimeGateView | TimeMapView):
            return versions_operation(view, self._own(view), self._detail(view.resource))
        return self._own(view)

    # --- operations ---------------------------------------------------------------------------------------------------
    def _list(self, resource: Resource) -> Schema:
        return {
            "operationId": f"{_camel(resource.name)}List",
            "summary": f"List {resource.name.replace('-', ' ')}",
            "description": resource.description,
            "tags": [resource.name],
            "parameters": [*self._narrowing(resource), *self._presentation(resource)],
            "responses": {"200": self._page(resource), **self._problems("400", "406", "503")},
        }

    def _search(self, resource: Resource) -> Schema:
        parameters = [*self._narrowing(resource), *self._presentation(resource)]
        words = f"A query of {resource.name.replace('-', ' ')}: the parameters of the list by name."
        body = self._body(f"{_name(resource)}Query", parameters, words)
        return {
            "operationId": f"{_camel(resource.name)}Search",
            "summary": f"List {resource.name.replace('-', ' ')}, with the query in the body",
            "description": "For shapes too large for a URL. For the next page, send the same body with `cursor` to `next`.",
            "tags": [resource.name],
            "requestBody": {
                "required": True,
                "content": {JSON: body},
            },
            "responses": {"200": self._page(resource), **self._problems("400", "406", "413", "503")},
        }

    def _detail(self, resource: Resource) -> Schema:
        record = self._record(resource, detail=True)
        others = {GEOJSON: {"schema": self._feature(resource, record, "Detail")}} if resource.geometry else {}
        formats = ["json", "geojson"] if resource.geometry else ["json"]
        return {
            "operationId": f"{_camel(resource.name)}Retrieve",
            "summary": f"One of the {resource.name.replace('-', ' ')}, with all related rows",
            "description": f"Lists inside the record contain at most 1,000 rows. {resource.description}",
            "tags": [resource.name],
            "parameters": [
                parameter(
                    "slug",
                    {"type": "string"},
                    "Slug of the record; case-insensitive. Its uid, and other codes that it shows, lead there by a redirect.",
                    where="path",
                    example=resource.example_slug,
                ),
                answer_format(formats),
                shown_language(),
                *chosen_fields(),
                *([on_day()] if resource.on_date else []),
                as_of("The record"),
            ],
            "responses": {
                "200": answer("The record.", {JSON: {"schema": record}}, others),
                **self._problems("301", "400", "404", "406", "503"),
            },
        }

    def _own(self, view: Any) -> Schema:
        operation: Schema = dict(view.operation)
        for name, schema in operation.pop("components", {}).items():
            self._component(name, hidden(schema))
        if resource := operation.pop("narrowed", None):
            own = operation.get("parameters", [])
            named = {one["name"] for one in own}
            operation["parameters"] = [*own, *(one for one in self._narrowing(resource) if one["name"] not in named)]
        operation["responses"] = {
            **operation["responses"],
            **self._problems(*operation.pop("problems", ("400", "503"))),
        }
        if self.method == "POST":
            named = operation["operationId"]
            parameters = operation.pop("parameters")
            body = self._body(f"{named[:1].upper()}{named[1:]}Query", parameters, "The parameters of the address by name.")
            operation["operationId"] = f"{named}ByPost"
            operation["summary"] = f"{operation['summary']}, with the query in the body"
            operation["requestBody"] = {"required": True, "content": {JSON: body}}
        return operation

    # --- parts --------------------------------------------------------------------------------------------------------
    def _narrowing(self, resource: Resource) -> list[Schema]:
        given = [parameter(p.name, dict(p.schema), p.description, example=p.example) for p in parameters_of(resource).values()]
        if resource.on_date:
            given.append(on_day())
        if resource.located:
            given += [
                parameter(
                    "near",
                    {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
                    "Point as longitude,latitude: records with a location, nearest first, with `distance_km`; one page"
                    " only. The response states how many records that match the other filters have no location (`unlocated`).",
                    example="76.2,42.8",
                ),
                parameter(
                    "radius_km",
                    {"type": "number", "exclusiveMinimum": True, "minimum": 0, "maximum": MAX_RADIUS_KM},
                    "Only records within this distance of `near`, in kilometres on the ellipsoid.",
                ),
            ]
        return given

    def _presentation(self, resource: Resource) -> list[Schema]:
        return [
            sorting(f"{_name(resource)}OrderCode", orders_of(resource)),
            parameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
                "Records per page.",
            ),
            parameter("cursor", {"type": "string"}, "Start of the page: use the URL under `next` without changing it."),
            parameter(
                "count",
                codes("CountCode", ["exact", "estimate"]),
                "Also count the records: exactly, or as estimated by the query planner (fast).",
            ),
            facet_parameter(resource),
            answer_format(list(formats_of(resource))),
            shown_language(),
            *chosen_fields(),
            as_of("The list"),
        ]

    def _page(self, resource: Resource) -> Schema:
        record = self._record(resource)
        envelope: Schema = {
            "next": {"type": "string", "nullable": True, "description": "URL of the next page; null on the last page."},
            "position": {
                "type": "string",
                "description": "Position of the feed of changes when the list was read: follow it with"
                " `changes/?after=`. Positions"
                " sort as text; the smallest is the earliest. Absent with `as_of`.",
            },
            "cursor": {
                "type": "string",
                "nullable": True,
                "description": "After a POST: value to add to the body for the next page; null on the last page.",
            },
            "count": {"type": "integer", "description": "The number of records; only if requested with `count`."},
            "facets": FACETS_SCHEMA,
            "undecided": {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "description": "On the first page, for each filter that compares a date, a number, a code or a warning: the"
                " number of records that match the other filters and have nothing to compare, so that they may match or not.",
            },
        }
        if resource.geometry:
            envelope["unlocated"] = {
                "type": "integer",
                "description": "With `within`, `bbox`, `intersects` or `near`, on the first page: the number of"
                " records without a"
                " location that match the other filters (for `within`: stated to be in that area), and may lie there too.",
            }
        page = {
            "type": "object",
            "required": ["next", "results"],
            "properties": {**envelope, "results": {"type": "array", "items": record}},
        }
        content: Schema = {JSON: {"schema": self._component(f"{_name(resource)}Page", page)}}
        others: Schema = {}
        if resource.geometry:
            features = {
                "type": "object",
                "required": ["type", "features", "numberReturned", "links"],
                "properties": {
                    "type": {"type": "string", "enum": ["FeatureCollection"]},
                    "numberReturned": {"type": "integer"},
                    "links": {"type": "array", "items": self._component("NextLink", NEXT_LINK)},
                    "position": envelope["position"],
                    "count": envelope["count"],
                    "facets": envelope["facets"],
                    "unlocated": envelope["unlocated"],
                    "undecided": envelope["undecided"],
                    "features": {"type": "array", "items": self._feature(resource, record, "")},
                },
            }
            others[GEOJSON] = {"schema": self._component(f"{_name(resource)}FeatureCollection", features)}
        others[CSV] = {"schema": {"type": "string", "description": "A header line, then one line per record (UTF-8)."}}
        return answer("A page of records.", content, others)

    def _record(self, resource: Resource, detail: bool = False) -> Schema:
        parts = [resource.summary, *([resource.live] if resource.live else []), *([resource.detail] if detail else [])]
        properties: Schema = {GEOMETRY: self._geometry()} if resource.geometry else {}
        for part in parts:
            properties |= self._map_serializer(part(), "response")["properties"]
        if resource.located and not detail:
            properties["distance_km"] = {"type": "number", "description": "With `near`: kilometres on the ellipsoid."}
        if resource.on_date:
            held = self._map_serializer(resource.on_date(), "response")
            properties[ON_DATE] = {**held, "description": "With `on`: what held on that day."}
        name = f"{_name(resource)}{'Detail' if detail else ''}"
        return self._component(name, {"type": "object", "required": ["slug"], "properties": properties})

    def _feature(self, resource: Resource, record: Schema, suffix: str) -> Schema:
        feature = {
            "type": "object",
            "required": ["type", "id", "geometry", "properties"],
            "properties": {
                "type": {"type": "string", "enum": ["Feature"]},
                "id": {"type": "string", "description": "The slug."},
                "geometry": self._geometry(),
                "properties": record,
            },
        }
        return self._component(f"{_name(resource)}{suffix}Feature", feature)

    def _geometry(self) -> Schema:
        kinds = [self._component(name, schema) for name, schema in GEOMETRIES.items()]
        return {
            "allOf": [self._component("Geometry", {"oneOf": kinds, "discriminator": {"propertyName": "type"}})],
            "nullable": True,
            "description": "Location; null if unknown.",
        }

    def _body(self, name: str, parameters: list[Schema], words: str) -> Schema:
        """Describe the body of a query, with an example: the parameters that an address has, and no others."""
        properties: Schema = {}
        for one in parameters:
            schema = one["schema"]
            if one["name"] == "intersects":
                schema = {"oneOf": [{"type": "string"}, self._component("Shape", SHAPE)]}
            elif schema["type"] != "string":
                schema = {"anyOf": [hidden(schema), {"type": "string"}]}
            properties[one["name"]] = {**hidden(schema), "description": one["description"]}
        body = {"type": "object", "description": words, "properties": properties, "additionalProperties": False}
        example = {"limit": 10} if "limit" in properties else {"fields": ["slug"]}
        return {"schema": self._component(name, body), "example": example}

    def _component(self, name: str, schema: Schema) -> Schema:
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name)
        self.registry.register_on_missing(component)
        return dict(component.ref)

    def _problems(self, *statuses: str) -> Schema:
        content = {"application/problem+json": {"schema": self._component("Problem", PROBLEM)}}
        return {
            status: {
                "description": ERRORS[status],
                **({"headers": MOVED_HEADERS} if status == "301" else {}),
                "content": content,
            }
            for status in statuses
        }


def _name(resource: Resource) -> str:
    return resource.model.__name__


def _camel(name: str) -> str:
    head, *tail = name.split("-")
    return head + "".join(part.title() for part in tail)
