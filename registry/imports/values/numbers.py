"""Numbers as people write them."""

import math
import re
from typing import Any

from registry.imports.values.draft import Draft

_FORM = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?")
#: What stands for nothing in tables of figures.
NOTHING = {"", "-", "–", "—", "--", "na", "n/a", "n.a.", "nd", "n.d.", "null", "none", "nan", "unknown", "w", "xx", "..", "…"}


def number_in(text: str, *, decimal_comma: bool = False) -> float | None:
    """Read a number, with spaces or separators between its thousands; None if it is none."""
    if not decimal_comma and len(text) <= 60 and _FORM.fullmatch(text):
        return float(text) if math.isfinite(float(text)) else None
    plain = text.replace("−", "-").replace(" ", "").replace("'", "").replace("’", "")
    if decimal_comma:
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", plain):
        plain = plain.replace(",", "")
    if len(plain) > 60 or not _FORM.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


def number(
    draft: Draft, column: str, *, least: float | None = None, most: float | None = None, decimal_comma: bool = False
) -> float | None:
    """Give the number of a cell; None for nothing, and, with a warning, for what is no number or an impossible one."""
    value: Any = draft.raw(column)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        read: float | None = float(value)
        text = str(value)
    else:
        text = draft.cell(column)
        if text.lower() in NOTHING:
            return None
        read = number_in(text, decimal_comma=decimal_comma)
    if read is None or not math.isfinite(read):
        draft.warn("not-a-number", f"“{text[:40]}” is not a number.", column, text, "Write digits and a decimal point.")
        return None
    if (least is not None and read < least) or (most is not None and read > most):
        bounds = " and ".join(f"{word} {bound:g}" for word, bound in (("least", least), ("most", most)) if bound is not None)
        draft.warn("impossible-number", f"{text[:40]} cannot be; it is at {bounds}.", column, text)
        return None
    return read


def year(draft: Draft, column: str, key: str) -> None:
    """Set a year."""
    value = number(draft, column, least=1500, most=2200)
    if value is None:
        return
    if value != int(value):
        draft.warn("not-a-number", f"{value:g} is not a year.", column, value)
        return
    draft.record[key] = int(value)
