"""Parameters of a request, as OpenAPI describes them."""

from typing import Any

Schema = dict[str, Any]


def parameter(name: str, schema: Schema, description: str, *, where: str = "query", example: Any = None) -> Schema:
    """Describe a parameter of a request."""
    described: Schema = {"in": where, "name": name, "schema": schema, "description": description}
    if schema.get("type") == "array":
        described |= {"explode": False, "style": "form"}
        example = [typed(part, schema["items"]) for part in str(example).split(",")] if example else None
    if where == "path":
        described["required"] = True
    if example is not None:
        described["example"] = example
    return described


def typed(text: str, items: Schema) -> Any:
    """Give a part of a listed example as its type."""
    return float(text) if items.get("type") == "number" else text


def answer_format(formats: list[str]) -> Schema:
    """Describe `format`."""
    return parameter("format", {"type": "string", "enum": formats}, "Format of the answer, before `Accept`.")


def as_of(what: str) -> Schema:
    """Describe `as_of`."""
    return parameter(
        "as_of",
        {"type": "string", "format": "date-time"},
        f"{what} as it stood at this time (ISO 8601), as far as it is public now.",
        example="2026-01-01T00:00:00Z",
    )


def chosen_fields() -> list[Schema]:
    """Describe `fields` and `omit`."""
    listed = {"type": "array", "items": {"type": "string"}}
    return [
        parameter("fields", listed, "Only these fields of each record."),
        parameter("omit", listed, "All fields of each record but these."),
    ]
