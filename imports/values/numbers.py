"""Numbers as people write them."""

import math
import re
from typing import Any

from imports.targets import TABLES
from imports.values.draft import Draft
from imports.values.empty_values import is_no_number, is_nothing
from registry.constraints import Range, range_of

_FORM = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
#: What stands for no number, beside what stands for no value at all.
_NO_FIGURE = {"na", "nd", "unknown", "w", "xx", "..", "…"}
_THOUSANDS = re.compile(r"[-+]?\d{1,3}\.\d{3}")


def is_no_figure(text: str) -> bool:
    """Return whether a text in a column of numbers stands for no number."""
    return is_nothing(text) or is_nothing(text.lower()) or text.lower() in _NO_FIGURE


def number_in(text: str, *, decimal_comma: bool = False) -> float | None:
    """Read a number, with spaces or separators between its thousands; None if it is none.

    With decimal commas, a number that has a point and no comma keeps its value: 35.5 is not 355.
    """
    if len(text) <= 60 and _FORM.fullmatch(text):
        return float(text) if math.isfinite(float(text)) else None
    plain = text.replace("−", "-").replace("\u00a0", "").replace(" ", "").replace("'", "").replace("’", "")
    if decimal_comma and ("," in plain or plain.count(".") > 1):
        plain = plain.replace(".", "").replace(",", ".")
    elif not decimal_comma and re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", plain):
        plain = plain.replace(",", "")
    if len(plain) > 60 or not _FORM.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


def figure(draft: Draft, column: str) -> tuple[str, float | None]:
    """Return a cell of numbers as text, empty if it stands for no value, and as the number that it is.

    A numeric cell is that number, whatever the decimal sign of the file's texts. Numbers such as -9999 stand for no value.
    """
    value: Any = draft.raw(column)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        text, read = str(value), float(value)
    else:
        text = draft.cell(column)
        found = None if is_no_figure(text) else number_in(text, decimal_comma=draft.decimal_comma)
        if found is None:
            return ("" if is_no_figure(text) else text), None
        read = found
    if is_no_number(read):
        draft.warn("sentinel-number", f"{text[:40]} means “no value”.", column, text, "Leave the cell empty.")
        return "", None
    if draft.decimal_comma and isinstance(value, str) and _THOUSANDS.fullmatch(text):
        message = f"“{text}” was read as {read:g}, with a decimal point in a file of decimal commas."
        draft.warn("number-ambiguous", message, column, text, "Write it without a point if thousands are meant.")
    return text, read


def number(draft: Draft, column: str, within: Range | None = None) -> float | None:
    """Return the number of a cell; None for nothing, and, with a warning, for what is no number or an impossible one."""
    text, read = figure(draft, column)
    if not text:
        return None
    if read is None:
        draft.warn("not-a-number", f"“{text[:40]}” is not a number.", column, text, "Write digits and a decimal point.")
        return None
    if within is not None and read not in within:
        draft.warn("impossible-number", f"{text[:40]} is impossible. {within.says}", column, text)
        return None
    return read


def year(draft: Draft, column: str, key: str) -> None:
    """Set a year."""
    value = number(draft, column, range_of(draft.model or TABLES[draft.target].model, key))
    if value is None:
        return
    if value != int(value):
        draft.warn("not-a-number", f"{value:g} is not a year.", column, value)
        return
    draft.record[key] = int(value)
