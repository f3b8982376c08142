"""Figures with a unit, a range or a sign: 12.3 Mt, 10–12, >5, ~0.4."""

import re
from collections.abc import Mapping
from typing import Any

from imports.targets import TABLES
from imports.values.areas import KM2
from imports.values.draft import Draft
from imports.values.numbers import figure, number, number_in
from imports.values.terms import folded
from registry.vocabularies import Comparator

#: Tonnes in one unit.
_TONNES = {
    **dict.fromkeys(("t", "tonne", "tonnes", "metric tons", "mt metric", "т", "тонн"), 1.0),
    **dict.fromkeys(("kt", "ktonnes", "thousand tonnes", "тыс т", "тыс тонн", "000 t"), 1e3),
    **dict.fromkeys(("mt", "mtonnes", "million tonnes", "m tonnes", "млн т", "млн тонн"), 1e6),
    **dict.fromkeys(("gt", "billion tonnes", "млрд т"), 1e9),
    **dict.fromkeys(("kg", "кг"), 1e-3),
    "short tons": 0.90718474,
    "long tons": 1.0160469088,
}
#: End of a column's name → units of it.
UNITS: dict[str, Mapping[str, float]] = {"tonnes": _TONNES, "km2": KM2}
_RANGE = re.compile(r"(.*\d)\s*(?:[-–—]|\bto\b|\.\.)\s*(\d.*)")
_SIGNS = (
    (re.compile(r"^(>|≥|>=|over |more than |более |свыше )\s*", re.I), Comparator.GT),
    (re.compile(r"^(<|≤|<=|less than |under |менее )\s*", re.I), Comparator.LT),
    (re.compile(r"^(~|≈|ca\.? |c\. |about |approx\.? |около )\s*", re.I), Comparator.APPROX),
)
#: Digits that a conversion of units keeps: what is beyond comes from arithmetic.
_DIGITS = 12


def units_of(key: str) -> Mapping[str, float]:
    """Return the units that a column takes; none if it has no unit."""
    return next((units for end, units in UNITS.items() if key.endswith(end)), {})


def put_figure(draft: Draft, column: str, key: str, unit: str = "", unit_column: str = "") -> None:
    """Set a figure in the unit of its column; a range sets its bounds, a sign before it its comparator."""
    factor = _factor(draft, column, key, unit, unit_column)
    if factor is None:
        return
    text, read = figure(draft, column)
    bounds = _bounds(draft, text) if text and read is None else None
    fields = {field.name for field in (draft.model or TABLES[draft.target].model)._meta.concrete_fields}
    if bounds is None:
        value = read if read is not None else number(draft, column) if text else None
        if value is not None:
            draft.record[key] = _converted(value, factor)
    elif len(bounds) == 1:
        draft.record[key] = _converted(bounds[0], factor)
    elif f"{key}_low" in fields:
        draft.record |= {f"{key}_low": _converted(bounds[0], factor), f"{key}_high": _converted(bounds[1], factor)}
    else:
        draft.warn("not-a-number", f"“{text[:40]}” is a range, and one number is needed.", column, text)
    if any(draft.record.get(one) is not None for one in (key, f"{key}_low", f"{key}_high")):
        _put_beside(draft, key, text, fields)


def _put_beside(draft: Draft, key: str, text: str, fields: set[str]) -> None:
    """Set what a figure needs beside it: its comparator, if its text has a sign, and the substance that is counted."""
    basis = f"{key.removesuffix('_tonnes')}_basis"
    if basis in fields and key.endswith("_tonnes"):
        draft.record.setdefault(basis, "unspecified")
    sign = next((comparator for pattern, comparator in _SIGNS if pattern.match(text)), None)
    if sign is not None and "comparator" in fields:
        draft.record["comparator"] = str(sign.value)


def _factor(draft: Draft, column: str, key: str, unit: str, unit_column: str) -> float | None:
    """Return how many units of the registry one of the file's is."""
    units = units_of(key)
    stated = draft.cell(unit_column) if unit_column else unit or (draft.units.get(column, "") if units else "")
    if not stated:
        return 1.0
    factor = units.get(folded(stated))
    if factor is None:
        draft.error("unit-unknown", f"“{stated[:40]}” is not a known unit.", unit_column or column, stated, _known(units))
    return factor


def _known(units: Mapping[str, float]) -> str:
    return f"Write one of {', '.join(list(units)[:12])}."


def _bounds(draft: Draft, text: str) -> tuple[float, ...] | None:
    """Read a range, or a number behind a sign."""
    for pattern, _ in _SIGNS:
        text = pattern.sub("", text)
    if (alone := number_in(text, decimal_comma=draft.decimal_comma)) is not None:
        return (alone,)
    found = _RANGE.fullmatch(text)
    ends: list[Any] = [number_in(end.strip(), decimal_comma=draft.decimal_comma) for end in found.groups()] if found else [None]
    return None if None in ends or ends[0] > ends[1] else tuple(ends)


def _converted(value: float, factor: float) -> float:
    return value if factor == 1 else float(f"{value * factor:.{_DIGITS}g}")
