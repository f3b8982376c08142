"""What passes between the steps of an import: rows as the file has them, and as the registry would hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong or odd about a row: in which column, with which value, by which rule, and the likely fix.

    An error keeps the row out; a warning is reported and the row goes in.
    """

    rule: str
    message: str
    column: str = ""
    value: str = ""
    fix: str = ""
    is_error: bool = True
    #: What a person can accept with one click (`imports/plan/offers.py`); None if there is nothing.
    offer: dict[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as the file has it: `line` is where a person finds it (1 is the first line or row of the file).

    `geometry` is hexadecimal EWKB in WGS 84 degrees (SRID 4326), for formats that carry one. `problems` is what the reader
    itself met: a row that has more cells than the header, a geometry that cannot be read.
    """

    line: int
    values: Mapping[str, Any]
    geometry: str | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class MappedRow:
    """One row in the registry's words: `record` holds the columns and children of its kind (see `imports/targets.py`)."""

    line: int
    raw: Mapping[str, Any]
    record: dict[str, Any]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_sound(self) -> bool:
        """Return whether nothing keeps it out."""
        return not any(problem.is_error for problem in self.problems)
