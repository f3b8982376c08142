"""Facets, as OpenAPI describes them: how they are requested, and how they are returned."""

from typing import Any

from api.query.facet_names import MAX_FACETS, facets_of
from api.query.facets import MAX_VALUES
from api.resources.resource import Resource
from api.rest.parameter_schema import codes, parameter

Schema = dict[str, Any]

_VALUE: Schema = {
    "type": "object",
    "required": ["value", "count"],
    "properties": {
        "value": {
            "oneOf": [{"type": "string"}, {"type": "boolean"}],
            "description": "The value, as the filter of the same name takes it.",
        },
        "name": {"type": "string", "description": "Its name, if it is a record."},
        "count": {"type": "integer", "description": "How many records have it."},
    },
}
_COUNT: Schema = {"type": "integer"}
FACETS_SCHEMA: Schema = {
    "type": "object",
    "description": "The records of the whole list counted by each facet; only if requested with `facet`.",
    "additionalProperties": {
        "type": "object",
        "required": ["values", "unknown", "others"],
        "properties": {
            "values": {
                "type": "array",
                "items": _VALUE,
                "description": f"The {MAX_VALUES} commonest values, the commonest first. A record with several values counts"
                " for each of them.",
            },
            "unknown": {**_COUNT, "description": "How many records have no value."},
            "others": {
                "type": "object",
                "required": ["values", "count"],
                "properties": {
                    "values": {**_COUNT, "description": "How many further values there are."},
                    "count": {**_COUNT, "description": "Their counts, added up."},
                },
            },
        },
    },
}


def facet_parameter(resource: Resource) -> Schema:
    """Describe `facet`."""
    names = list(facets_of(resource))
    return parameter(
        "facet",
        {"type": "array", "items": codes(f"{resource.model.__name__}FacetCode", names), "maxItems": MAX_FACETS},
        "Also count all records of the list by the values of these filters, exactly. Not in CSV and not with `as_of`.",
        example=",".join(names[:2]),
    )
