"""Codes of parameters and bodies refer to the component that responses use, so that a value that was read can be sent."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Schema = dict[str, Any]
#: Names a component for the codes beside it; it is taken away when they are named.
NAME = "x-component"
#: Codes of a component that drf-spectacular is not to name itself.
CODES = "x-codes"


def hidden(schema: Any) -> Any:
    """Return a schema whose codes this hook names, inside a component too."""
    if isinstance(schema, list):
        return [hidden(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {CODES if key == "enum" and "type" in schema else key: hidden(value) for key, value in schema.items()}


def detach(result: Schema, generator: Any, **context: Any) -> Schema:
    """Copy the description before any hook changes it: declarations hand the same schemas to every one that is made."""
    # The hook of drf-spectacular changes the components in the registry, and takes them from there.
    for component in generator.registry._components.values():
        component.schema = deepcopy(component.schema)
    return {**result, "paths": deepcopy(result["paths"]), "components": generator.registry.build({})}


def name_enums(result: Schema, **context: Any) -> Schema:
    """Replace the codes of every parameter and body by a reference (a postprocessing hook of drf-spectacular).

    Codes that no component has yet get one under the name beside them.
    """
    schemas: Schema = result["components"]["schemas"]
    known = {_values(one): name for name, one in schemas.items() if "enum" in one}
    for schema in list(_coded(result)):
        if CODES in schema:
            schema["enum"] = schema.pop(CODES)
        elif "enum" not in schema:
            # Several operations hold the same schema.
            continue
        name = schema.pop(NAME, None)
        values = _values(schema)
        if values not in known:
            if name is None:
                continue
            if name in schemas:
                raise ValueError(f"two components would be named {name}")
            schemas[name] = {"type": schema["type"], "enum": schema["enum"]}
            known[values] = name
        reference, rest = {"$ref": f"#/components/schemas/{known[values]}"}, {k: v for k, v in schema.items() if k in _KEPT}
        schema.clear()
        schema.update({"allOf": [reference], **rest} if rest else reference)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


_KEPT = ("default", "description", "nullable")


def _values(schema: Schema) -> tuple[Any, ...]:
    return tuple(sorted(map(str, schema["enum"])))


def _coded(result: Schema) -> Iterator[Schema]:
    """Return every schema with codes in the operations and inside the components, but for the components themselves."""
    for operations in result["paths"].values():
        for operation in operations.values():
            yield from _inside(operation)
    for component in result["components"]["schemas"].values():
        for part in component.values():
            yield from _inside(part)


def _inside(part: Any) -> Iterator[Schema]:
    if isinstance(part, list):
        for one in part:
            yield from _inside(one)
    elif isinstance(part, dict):
        if isinstance(part.get("enum", part.get(CODES)), list) and "type" in part:
            yield part
            return
        for one in part.values():
            yield from _inside(one)
