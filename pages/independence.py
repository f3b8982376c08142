"""How many sources support a record, and how many of them are independent: copies of one original count once."""

from dataclasses import dataclass
from typing import Any

from pages.beside import Beside
from registry.sql import sql

_INDEPENDENT = "independent"
#: Lists of a record whose rows have citations of their own.
_CITED = ("estimates", "events")


@dataclass(frozen=True)
class Independence:
    """The sources that support a record and its rows."""

    sources: int
    independent: int


def ask_independence(record: dict[str, Any], beside: Beside) -> None:
    """Ask for the originals of the sources."""
    if slugs := _slugs(record):
        roots = "(SELECT count(DISTINCT registry_root(id)) FROM registry_source WHERE slug = ANY ({slugs}))"
        beside.ask(_INDEPENDENT, sql("to_json(" + roots + ")", slugs=sorted(slugs)))


def independence(record: dict[str, Any], beside: Beside) -> Independence | None:
    """Return the numbers; None for a record that cites nothing."""
    slugs = _slugs(record)
    return Independence(len(slugs), beside.answer(_INDEPENDENT)) if slugs else None


def _slugs(record: dict[str, Any]) -> set[str]:
    rows = [record, *(row for name in _CITED for row in record.get(name) or ())]
    cited = (one for row in rows for one in row.get("citations") or () if one["relation"] == "supports")
    return {one["source"]["slug"] for one in cited if "source" in one}
