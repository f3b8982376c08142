"""What the OpenAPI description says of exports."""

from typing import Any

from api.exports.formats import Format, formats_of
from api.http.negotiation import CSV, JSON
from api.resources.resource import Resource


def export(resource: Resource) -> dict[str, Any]:
    """Describe an export."""
    formats = formats_of(resource)
    listed = {"type": "array", "items": {"type": "string"}}
    orders = [sign + column for column in resource.orders for sign in ("", "-")]
    own: list[tuple[str, dict[str, Any], str]] = [
        ("format", {"type": "string", "enum": list(formats), "default": "csv"}, "Format of the file, before `Accept`."),
        ("order", {"type": "string", "enum": orders}, "Sort by this, `-` downwards; unknown values come last."),
        ("fields", listed, "Only these fields of each record."),
        ("omit", listed, "All fields of each record but these."),
        (
            "bom",
            {"type": "boolean", "default": True},
            "Of CSV: whether it begins with the mark by which Excel knows UTF-8.",
        ),
    ]
    return {
        "operationId": f"{_camel(resource.name)}Export",
        "summary": f"All {resource.name.replace('-', ' ')} in one file",
        "description": "Takes the filters of the list and has no pages. Sources and licence go with every record; what the"
        " columns mean stands under `export/dictionary/`. FlatGeobuf holds only records that have a place.",
        "tags": [resource.name],
        "narrowed": resource,
        "parameters": [
            {
                "in": "query",
                "name": name,
                "schema": schema,
                "description": words,
                **({"explode": False, "style": "form"} if schema is listed else {}),
            }
            for name, schema, words in own
        ],
        "responses": {
            "200": {
                "description": "The file.",
                "content": {_media(each): {"schema": _schema(each)} for each in formats.values()},
            }
        },
        "problems": ("400", "406", "503"),
    }


def dictionary(resource: Resource) -> dict[str, Any]:
    """Describe the data dictionary."""
    return {
        "operationId": f"{_camel(resource.name)}Dictionary",
        "summary": f"What the columns of an export of {resource.name.replace('-', ' ')} mean",
        "description": "Name, type, meaning and codes of each column.",
        "tags": [resource.name],
        "parameters": [
            {"in": "query", "name": "format", "schema": {"type": "string", "enum": ["json", "csv"]}, "description": "Format."}
        ],
        "responses": {
            "200": {
                "description": "The dictionary.",
                "content": {
                    JSON: {"schema": {"type": "object", "additionalProperties": True}},
                    CSV: {"schema": {"type": "string"}},
                },
            }
        },
        "problems": ("400", "406", "503"),
    }


def _media(each: Format) -> str:
    return each.media_type.split(";")[0]


def _schema(each: Format) -> dict[str, Any]:
    return {"type": "string", "format": "binary"} if each.built else {"type": "string"}


def _camel(name: str) -> str:
    head, *tail = name.split("-")
    return head + "".join(part.title() for part in tail)
