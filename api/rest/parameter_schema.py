"""Parameters of a request, as OpenAPI describes them."""

from typing import Any

from api.query.list_query import ON, ON_WORDS

Schema = dict[str, Any]


def parameter(name: str, schema: Schema, description: str, *, where: str = "query", example: Any = None) -> Schema:
    """Describe a parameter of a request.

    Swagger UI fills in every `example` and sends them together, so only what is required has one; an optional parameter
    names its example in its description.
    """
    described: Schema = {"in": where, "name": name, "schema": schema, "description": description}
    if schema.get("type") == "array":
        described |= {"explode": False, "style": "form"}
    if where == "path":
        described |= {"required": True, "example": example}
    elif example is not None:
        described["description"] += f" Example: `{example}`."
    return described


def answer_format(formats: list[str]) -> Schema:
    """Describe `format`."""
    return parameter("format", {"type": "string", "enum": formats}, "Format of the response. Overrides `Accept`.")


def as_of(what: str) -> Schema:
    """Describe `as_of`."""
    return parameter(
        "as_of",
        {"type": "string", "format": "date-time"},
        f"{what} at this time (ISO 8601), limited to what is public now.",
        example="2026-01-01T00:00:00Z",
    )


def on_day() -> Schema:
    """Describe `on`."""
    return parameter(
        ON,
        {"type": "string", "format": "date"},
        ON_WORDS,
        example="2012-06-30",
    )


def chosen_fields() -> list[Schema]:
    """Describe `fields` and `omit`."""
    listed = {"type": "array", "items": {"type": "string"}}
    return [
        parameter("fields", listed, "Return only these fields of each record."),
        parameter("omit", listed, "Return all fields of each record except these."),
    ]
