"""Rows that sum up the others: they are no records."""

import re

from imports.values.draft import Draft
from imports.values.empty_values import is_nothing

_TOTAL = re.compile(r"((grand|sub)[ -]?)?totals?|sum|итого|всего|jami|барлығы|gesamt|summe|total g[eé]n[eé]ral\b.*", re.I)


def note_total(draft: Draft) -> None:
    """Reject a row that says “total” and is mostly empty; warn of one that says it and is full."""
    texts = [str(value).strip() for value in draft.row.values.values() if value is not None]
    filled = [text for text in texts if not is_nothing(text)]
    if not filled or not _TOTAL.fullmatch(filled[0].rstrip(" :.")):
        return
    message = f"The row says “{filled[0][:40]}”: it seems to be a total of other rows."
    note = draft.error if 2 * len(filled) <= len(draft.row.values) else draft.warn
    note("total-row", message, value=filled[0], fix="Remove the row.")
