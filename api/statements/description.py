"""What the OpenAPI description says of statements."""

from typing import Any

from api.exports.formats import Format
from api.http.negotiation import CSV, JSON
from api.rest.parameter_schema import parameter
from api.statements.columns import row_schema
from api.statements.filters import FILTERS

_SAYS = (
    "Each value of a published record with each published source that is cited for it: the field or row, what the source says,"
    " where, and how surely. Copies of one original count as one independent source."
)


def _filters() -> list[dict[str, Any]]:
    described = []
    for name, one in FILTERS.items():
        value = {"type": "string", **({"enum": list(one.codes)} if one.codes else {})}
        schema = {"type": "array", "items": value} if one.takes_several else value
        described.append(parameter(name, schema, one.help, example=one.example))
    return described


def listed() -> dict[str, Any]:
    """Describe the list."""
    own: list[tuple[str, dict[str, Any], str]] = [
        ("limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}, "Rows on a page."),
        ("cursor", {"type": "string"}, "Where the page begins, from `next`."),
        ("format", {"type": "string", "enum": ["json", "csv"]}, "Format of the answer. Overrides `Accept`."),
    ]
    page = {
        "type": "object",
        "properties": {
            "next": {"type": "string", "nullable": True, "format": "uri", "description": "The next page."},
            "results": {"type": "array", "items": row_schema()},
        },
        "required": ["next", "results"],
    }
    return {
        "operationId": "statementsList",
        "summary": "Values and their sources",
        "description": _SAYS,
        "tags": ["statements"],
        "parameters": [*_filters(), *(parameter(n, s, d) for n, s, d in own)],
        "responses": {
            "200": {
                "description": "A page of statements.",
                "content": {JSON: {"schema": page}},
                "x-other-formats": {CSV: {"schema": {"type": "string"}}},
            }
        },
        "problems": ("400", "406", "503"),
    }


def export(formats: tuple[Format, ...]) -> dict[str, Any]:
    """Describe the export."""
    own: list[tuple[str, dict[str, Any], str]] = [
        ("format", {"type": "string", "enum": [one.name for one in formats], "default": "csv"}, "Format of the file."),
        ("bom", {"type": "boolean", "default": True}, "For CSV: whether the file begins with the byte-order mark."),
    ]
    return {
        "operationId": "statementsExport",
        "summary": "All statements in one file",
        "description": f"{_SAYS} Accepts the filters of the list and has no pages.",
        "tags": ["statements"],
        "parameters": [*_filters(), *(parameter(n, s, d) for n, s, d in own)],
        "responses": {
            "200": {
                "description": "The file.",
                "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
                "x-other-formats": {
                    one.media_type.split(";")[0]: {
                        "schema": {"type": "string", "format": "binary"} if one.built else {"type": "string"}
                    }
                    for one in formats
                },
            }
        },
        "problems": ("400", "406", "503"),
    }
