"""Null as OpenAPI 3.0.3 allows it: `nullable` permits null only beside a `type`, and only where an `enum` lists it too.

A reference with `nullable` beside it permits nothing: the schema that it leads to still says what its type is.
"""

from typing import Any

Schema = dict[str, Any]


def permit_nulls(result: Schema, **context: Any) -> Schema:
    """Rewrite every schema that is nullable so that null is valid under it (a postprocessing hook of drf-spectacular)."""
    _rewrite(result)
    return result


def _rewrite(part: Any) -> None:
    if isinstance(part, list):
        for one in part:
            _rewrite(one)
    elif isinstance(part, dict):
        if part.get("nullable") is True:
            _permit(part)
        for one in part.values():
            _rewrite(one)


def _permit(schema: Schema) -> None:
    referred = schema.pop("allOf", None) or schema.pop("oneOf", None)
    if referred is not None:
        del schema["nullable"]
        schema["oneOf"] = [*referred, {"enum": [None]}]
    elif "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
