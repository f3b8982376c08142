"""One record in the making: what a row says of it so far, and what is wrong with that."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.db.models import Model

from imports.readers.cells import UncountedFormula
from imports.readers.shapes import Projection
from imports.rows import MappedRow, Problem, RawRow
from imports.targets import TABLES
from imports.values.empty_values import is_fault, is_nothing
from imports.values.terms import Terms
from imports.values.texts import LOST, repaired

_SHOWN = 80
#: What a person can accept with one click.
Offer = dict[str, Any]
_HARMLESS = re.compile(r"'[-=+@]")


@cache
def longest(model: Any, key: str) -> int | None:
    """Return how many characters a column takes."""
    return getattr(model._meta.get_field(key), "max_length", None)


@dataclass
class Draft:
    """A record of one row. The functions of `imports.values` fill it; `mapped` gives what came of it."""

    row: RawRow
    target: str
    terms: Terms
    #: From the coordinates of the file to WGS 84, and their EPSG number, where they are others.
    projection: Projection | None = None
    srid: int | None = None
    #: Whether the file writes numbers with a decimal comma.
    decimal_comma: bool = False
    #: Units of its columns, and whether it counts days from 1904.
    units: Mapping[str, str] = field(default_factory=dict)
    is_from_1904: bool = False
    #: The table of what is being made, where that is a row of a list of the record.
    model: type[Model] | None = None
    record: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: Cells of the row that nobody may see, and what is shown in their place.
    masked: dict[str, str] = field(default_factory=dict)

    def another(self) -> "Draft":
        """Begin another record of the same row."""
        return replace(self, record={}, problems=[], masked={})

    def part(self, model: type[Model]) -> "Draft":
        """Begin a row of a list of the record, which shares what is wrong with it."""
        return replace(self, model=model, record={})

    def raw(self, column: str) -> Any:
        """Return a cell as the file has it."""
        return self.row.values.get(column)

    def cell(self, column: str) -> str:
        """Return a cell as text without padding, its letters put right; empty if it stands for no value.

        A cell that shows a fault of its spreadsheet keeps the row out.
        """
        value = self.row.values.get(column)
        if value is None or value == "":
            return ""
        if isinstance(value, UncountedFormula):
            self.error(
                "formula-without-result", "The cell contains a formula that was saved without its result.", column, value,
                "Open the workbook in a spreadsheet program and save it.",
            )  # fmt: skip
            return ""
        text, said = repaired(value if isinstance(value, str) else str(value))
        if is_nothing(text):
            return ""
        # Exports put an apostrophe before what a spreadsheet would run.
        text = text[1:] if text[0] == "'" and _HARMLESS.match(text) else text
        if is_fault(text):
            self.error("cell-fault", f"The cell shows {text}: its formula failed.", column, text, "Fix the formula.")
            return ""
        if said and LOST in text:
            if not any(problem.rule == "letter-lost" and problem.column == column for problem in self.row.problems):
                self.warn("letter-lost", said, column, text, "Check the text in its source.")
        elif said:
            self.warn("mojibake", said, column, str(value), f"Write “{text[:_SHOWN]}”.")
        return text

    def put_text(self, key: str, text: str, column: str = "") -> None:
        """Set a column of text; nothing is set by nothing, and what is too long for the column is cut, with a warning."""
        if not text:
            return
        model: Any = self.model or TABLES[self.target].model
        most = longest(model, key)
        if most is not None and len(text) > most:
            self.warn("text-too-long", f"{key} takes {most} characters; the rest was removed.", column, text, "Shorten it.")
            text = text[: most - 1].rstrip() + "…"
        self.record[key] = text

    def warn(
        self, rule: str, message: str, column: str = "", value: object = "", fix: str = "", offer: Offer | None = None
    ) -> None:
        """Record what is odd; the row goes in."""
        self._note(rule, message, column, value, fix, offer, is_error=False)

    def error(
        self, rule: str, message: str, column: str = "", value: object = "", fix: str = "", offer: Offer | None = None
    ) -> None:
        """Record what keeps the row out."""
        self._note(rule, message, column, value, fix, offer, is_error=True)

    def word_of(self, key: str, text: str) -> Offer | None:
        """Offer to say what a word of a column means; of a column of a list it is not known which row of the list has it."""
        return {"key": key, "words": [text]} if self.model is None else None

    def _note(
        self, rule: str, message: str, column: str, value: object, fix: str, offer: Offer | None, *, is_error: bool
    ) -> None:
        shown = str(value)
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        problem = Problem(rule, message, column, shown, fix, is_error, offer)
        if problem not in self.problems:
            self.problems.append(problem)

    def mapped(self, *more: Problem) -> MappedRow:
        """Return the finished row, with the reader's problems first."""
        raw = {**self.row.values, **self.masked} if self.masked else self.row.values
        problems = (*self.row.problems, *self.problems, *more)
        return MappedRow(self.row.line, raw, self.record, tuple(map(self._masked, problems)) if self.masked else problems)

    def _masked(self, problem: Problem) -> Problem:
        """Take what a masked cell holds out of a problem: its own value, and the line of the text that it stands in."""
        if problem.column in self.masked or not problem.column:
            return replace(problem, value="", fix="" if "“" in problem.fix else problem.fix, offer=None)
        return problem
