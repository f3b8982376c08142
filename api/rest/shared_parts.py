"""Parameters and errors that many operations repeat stand once among the components: the description is half as long."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

Schema = dict[str, Any]


class _Part(NamedTuple):
    name: str
    operation: Schema
    described: Schema


def share_parts(result: Schema, **context: Any) -> Schema:
    """Move what at least two operations repeat, word for word, to the components, and refer to it (OpenAPI 3.0.3, 4.7.7)."""
    for kind in ("parameters", "responses"):
        repeated = [parts for parts in _alike(result, kind) if len(parts) > 1]
        names = [parts[0].name for parts in repeated]
        shared: Schema = {}
        for parts in repeated:
            name, operation, described = parts[0]
            tags = {part.operation["tags"][0] for part in parts}
            # Generated code shows the name: a part of several groups of operations must not have the name of one of them.
            key = name if names.count(name) == 1 else f"{name}-{operation['tags'][0] if len(tags) == 1 else 1}"
            while key in shared:
                base, _, number = key.rpartition("-")
                key = f"{base}-{int(number) + 1}" if number.isdecimal() else f"{key}-2"
            shared[key] = dict(described)
            for part in parts:
                part.described.clear()
                part.described["$ref"] = f"#/components/{kind}/{key}"
        result["components"][kind] = dict(sorted(shared.items()))
    return result


def _alike(result: Schema, kind: str) -> list[list[_Part]]:
    found: dict[tuple[str, bytes], list[_Part]] = defaultdict(list)
    for part in _parts(result, kind):
        found[part.name, orjson.dumps(part.described, option=orjson.OPT_SORT_KEYS)].append(part)
    return list(found.values())


def _parts(result: Schema, kind: str) -> Iterator[_Part]:
    """Return every parameter, or every error, of every operation."""
    for operations in result["paths"].values():
        for operation in operations.values():
            parts = operation.get(kind, ())
            named = parts.items() if isinstance(parts, dict) else [(part["name"], part) for part in parts]
            for name, part in named:
                if not name.startswith("2"):
                    yield _Part(name, operation, part)
