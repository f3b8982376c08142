"""What is done to every cell of every format: nothing that a database could not keep, nothing without bound."""

import math
import re
from typing import Any

from registry.imports import limits
from registry.imports.rows import Problem

#: Characters that no text column keeps: zero bytes and halves of a pair.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


class UncountedFormula(str):
    """The formula of a cell that was saved without its result."""

    __slots__ = ()


def kept(column: str, value: Any, problems: list[Problem]) -> Any:
    """Give a cell as it can be kept in JSON and in the database; what is changed is said."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, UncountedFormula):
        return value
    text = value if isinstance(value, str) else str(value)
    if text.isprintable() and len(text) <= limits.CELL_CHARACTERS:
        return text
    if _UNKEPT.search(text):
        problems.append(Problem("control-character", "A character that cannot be kept was left out.", column, is_error=False))
        text = _UNKEPT.sub("", text)
    if len(text) > limits.CELL_CHARACTERS:
        problems.append(
            Problem(
                "cell-too-long",
                f"A cell holds more than {limits.CELL_CHARACTERS:,} characters.",
                column,
                text[:60],
                "Shorten it, or look for a quote that is not closed.",
            )
        )
        text = text[: limits.CELL_CHARACTERS]
    return text
