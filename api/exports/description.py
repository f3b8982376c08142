"""What the OpenAPI description says of exports."""

from typing import Any

from api.exports.formats import Format, formats_of
from api.http.negotiation import CSV, JSON
from api.query.order import orders_of
from api.resources.resource import Resource


def export(resource: Resource) -> dict[str, Any]:
    """Describe an export."""
    formats = formats_of(resource)
    listed = {"type": "array", "items": {"type": "string"}}
    own: list[tuple[str, dict[str, Any], str]] = [
        (
            "format",
            {"type": "string", "enum": list(formats), "default": "csv", "x-component": _format_name(resource)},
            "Format of the file. Overrides `Accept`.",
        ),
        (
            "order",
            {"type": "array", "items": {"type": "string", "enum": orders_of(resource)}},
            "Columns to sort by, the first one first, each with `-` in descending order; links by their slug. Unknown values"
            " come last.",
        ),
        ("fields", listed, "Return only these fields of each record."),
        ("omit", listed, "Return all fields of each record except these."),
        (
            "bom",
            {"type": "boolean", "default": True},
            "For CSV: whether the file begins with the byte-order mark that Excel needs to recognise UTF-8.",
        ),
    ]
    return {
        "operationId": f"{_camel(resource.name)}Export",
        "summary": f"All {resource.name.replace('-', ' ')} in one file",
        "description": "Accepts the filters of the list and has no pages. Every record includes its sources, their rights and"
        " the licence; `export/dictionary/` describes the columns. FlatGeobuf contains only records with a location.",
        "tags": [resource.name],
        "narrowed": resource,
        "parameters": [
            {
                "in": "query",
                "name": name,
                "schema": schema,
                "description": words,
                **({"explode": False, "style": "form"} if schema["type"] == "array" else {}),
            }
            for name, schema, words in own
        ],
        "responses": {
            "200": {
                "description": "The file.",
                # One type for code generators; the format decides which it is.
                "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
                "x-other-formats": {_media(each): {"schema": _schema(each)} for each in formats.values()},
            }
        },
        "problems": ("400", "406", "503"),
    }


def dictionary(resource: Resource) -> dict[str, Any]:
    """Describe the data dictionary."""
    return {
        "operationId": f"{_camel(resource.name)}Dictionary",
        "summary": f"Columns of an export of {resource.name.replace('-', ' ')} mean",
        "description": "Name, type, description and codes of each column.",
        "tags": [resource.name],
        "parameters": [
            {"in": "query", "name": "format", "schema": {"type": "string", "enum": ["json", "csv"]}, "description": "Format."}
        ],
        "responses": {
            "200": {
                "description": "The dictionary.",
                "content": {JSON: {"schema": {"type": "object", "additionalProperties": True}}},
                "x-other-formats": {CSV: {"schema": {"type": "string"}}},
            }
        },
        "problems": ("400", "406", "503"),
    }


def _format_name(resource: Resource) -> str:
    return "MapFileFormatCode" if resource.geometry else "TableFileFormatCode"


def _media(each: Format) -> str:
    return each.media_type.split(";")[0]


def _schema(each: Format) -> dict[str, Any]:
    return {"type": "string", "format": "binary"} if each.built else {"type": "string"}


def _camel(name: str) -> str:
    head, *tail = name.split("-")
    return head + "".join(part.title() for part in tail)
