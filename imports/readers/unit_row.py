"""A row of units below the header: Mt under “Ore”, % under “TREO”."""

import re
from collections.abc import Sequence
from typing import Any

#: What stands in such a row; “-” and “unit” stand where there is none.
_UNITS = frozenset(
    (
        *("t", "kt", "mt", "gt", "kg", "g", "tonne", "tonnes", "million t", "million tonnes", "thousand t", "thousand tonnes"),
        *("%", "wt%", "wt %", "pct", "ppm", "ppb", "g/t", "gpt", "kg/t", "oz", "oz/t", "m", "km", "cm", "mm", "ft"),
        *(
            "ha",
            "km2",
            "km²",
            "m2",
            "m²",
            "acres",
            "deg",
            "dd",
            "°",
            "degrees",
            "decimal degrees",
            "year",
            "years",
            "yr",
            "ma",
            "ga",
        ),
        *("т", "кт", "млн т", "тыс т", "тыс. т", "тыс.т", "га", "км2", "км²", "м", "км", "г/т", "кг/т", "град", "год"),
    )
)
_NONE = frozenset(("-", "–", "—", "unit", "units", "n/a", "ед. изм.", "ед.изм."))
_BRACKETS = re.compile(r"^[(\[]\s*(.*?)\s*[)\]]$")


def units_in(columns: Sequence[str], cells: Sequence[Any]) -> dict[str, str]:
    """Return the unit of each column, if a row consists of units; empty if it is any other row.

    The first column names the row, or the thing that it is about, and has no unit.
    """
    found: dict[str, str] = {}
    for name, cell in zip(columns, cells, strict=False):
        text = "" if cell is None else " ".join(str(cell).split())
        if not text or text.casefold() in _NONE:
            continue
        unit = _BRACKETS.sub(r"\1", text)
        if unit.casefold() not in _UNITS or name == columns[0]:
            return {}
        found[name] = unit
    return found
