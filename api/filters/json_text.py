"""JSON that a client sends, in a body or inside a parameter."""

import json
from typing import Any

import orjson


class RepeatedKey(ValueError):
    """An object holds a key twice; `key` names it."""

    def __init__(self, key: str) -> None:
        """Keep the key."""
        super().__init__(key)
        self.key = key


def read_json(text: str | bytes) -> Any:
    """Read JSON; raises ValueError where it is not valid, and RepeatedKey where one of two values would be ignored."""
    value = orjson.loads(text)
    try:
        # orjson keeps the last of two values. The numbers are read above; here they stay text, of any length.
        json.loads(text, object_pairs_hook=_check_keys, parse_int=str, parse_float=str)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def _check_keys(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise RepeatedKey(key)
        seen.add(key)
