"""What is done to every cell of every format: nothing that a database could not keep, nothing without bound."""

import math
import re
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext

from imports import limits
from imports.readers.encodings import looks_misread
from imports.rows import Problem, RawRow

#: Characters that no text column keeps: zero bytes and halves of a pair.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


#: What a byte is read as that is not in the encoding of its file.
_ESCAPED = re.compile("[\udc80-\udcff]+")


class UncountedFormula(str):
    """The formula of a cell that was saved without its result."""

    __slots__ = ()


def kept(column: str, value: Any, problems: list[Problem]) -> Any:
    """Return a cell as it can be kept in JSON and in the database; what is changed is said."""
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
        problems.append(Problem("control-character", gettext("An invalid character was removed."), column, is_error=False))
        text = _UNKEPT.sub("", text)
    if len(text) > limits.CELL_CHARACTERS:
        problems.append(
            Problem(
                "cell-too-long",
                gettext("A cell contains more than %(number)s characters.") % {"number": f"{limits.CELL_CHARACTERS:,}"},
                column,
                text[:60],
                gettext("Shorten it, or check for an unclosed quote."),
            )
        )
        text = text[: limits.CELL_CHARACTERS]
    return text


def unescaped(column: str, text: str, problems: list[Problem]) -> str:
    """Replace bytes that are not in the encoding of the file; the row says so. A letter cut off at the end is left out."""
    found = _ESCAPED.search(text)
    if found is None:
        return text
    lost = found[0].encode("utf-8", "surrogateescape")
    shown = " ".join(f"{byte:02X}" for byte in lost[:4])
    is_cut = found.end() == len(text.rstrip()) and lost[0] >= 0xC2
    message = (
        f"A letter is cut off at the end (byte {shown})."
        if is_cut
        else f"A letter is lost: byte {shown} is not in the encoding."
    )
    fix = "" if is_cut else f"In Windows-1252 it would be “{lost.decode('cp1252', 'replace')}”; check the original text."
    clean = _ESCAPED.sub("", text).rstrip() if is_cut else _ESCAPED.sub("\ufffd", text)
    problems.append(Problem("letter-lost", message, column, clean[:80], fix, is_error=False))
    return clean


def with_doubtful_letters(row: RawRow) -> RawRow:
    """Record the cells of a row whose letters look wrong, for a file whose encoding was guessed."""
    message = "Letters look wrong; the encoding of the file was guessed."
    found = [
        Problem("letters-doubtful", message, column, text[:80], gettext("State the encoding."), is_error=False)
        for column, text in row.values.items()
        if isinstance(text, str) and looks_misread(text)
    ]
    return replace(row, problems=(*row.problems, *found)) if found else row
