"""Compare answers with the schemas of a description, as a strict client does."""

from functools import cache
from typing import Any

import orjson
from jsonschema_rs import Draft4Validator, Registry

from tests.conformance.described import Schema

_DOCUMENT = "urn:registry:openapi"


def closed(schema: Any) -> Any:
    """Turn a schema of OpenAPI 3.0 into JSON Schema, and allow only the members that it names: what is sent is described."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: value if key in ("example", "default") else closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)
    if isinstance(schema.get("$ref"), str):
        schema["$ref"] = f"{_DOCUMENT}{schema['$ref'].removeprefix(_DOCUMENT)}"
    return {"anyOf": [schema, {"type": "null"}]} if schema.pop("nullable", None) is True else schema


class Strict:
    """The schemas of one description."""

    def __init__(self, description: Schema) -> None:
        """Read its components once."""
        document = {"components": closed(description["components"])}
        self._registry = Registry([(_DOCUMENT, document)], draft=4)
        self._validator = cache(self._made)

    def _made(self, schema: bytes) -> Draft4Validator:
        return Draft4Validator(orjson.loads(schema), registry=self._registry, validate_formats=True)

    def problems(self, document: Any, schema: Schema) -> list[str]:
        """Name what in a document is not as the schema says; what is open in the schema is closed."""
        validator = self._validator(orjson.dumps(closed(schema)))
        return [f"{'/'.join(map(str, one.instance_path))}: {one.message[:200]}" for one in validator.iter_errors(document)]
