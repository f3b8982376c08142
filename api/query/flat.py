"""Records with plain properties, for tables and GIS programs: links by their slug, lists of links as lists of slugs."""

from typing import Any


def plain(value: Any) -> Any:
    """Return a value as a column holds it."""
    if isinstance(value, dict):
        return value.get("slug", value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with plain properties."""
    return {name: plain(value) if isinstance(value, dict | list) else value for name, value in record.items()}
