"""Parameters of a request, as OpenAPI describes them."""

from typing import Any

from api.query.list_query import ON, ON_WORDS
from api.rest.named_enums import NAME

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


def codes(name: str, values: list[str]) -> Schema:
    """Describe one of some codes, which make a component of that name."""
    return {"type": "string", "enum": values, NAME: name}


def answer_format(formats: list[str]) -> Schema:
    """Describe `format`."""
    called = "".join(name.title() for name in formats)
    return parameter("format", codes(f"{called}FormatCode", formats), "Format of the response. Overrides `Accept`.")


def sorting(name: str, orders: list[str]) -> Schema:
    """Describe `order`; the codes make a component of that name."""
    return parameter(
        "order",
        {"type": "array", "items": codes(name, orders)},
        "Columns to sort by, the first one first, each with `-` in descending order; links by their slug. Unknown values come"
        " last.",
    )


def shown_language() -> Schema:
    """Describe `lang`."""
    return parameter(
        "lang",
        {"type": "string"},
        "Language of the names of records and links, where there is one in it. Overrides `Accept-Language`. Not with `as_of`.",
        example="ru",
    )


def as_of(what: str) -> Schema:
    """Describe `as_of`."""
    return parameter(
        "as_of",
        {"type": "string"},
        f"{what} at this time or on this day (ISO 8601), limited to what is public now.",
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
