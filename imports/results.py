"""What came of a run: the records that it made, and its rows to fix."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from registry.models import ImportProblem, ImportRow, ImportRun
from registry.vocabularies import RowOutcome

#: Columns that the rows to fix have beside the file's own; a reader of the file leaves them out.
ADDED = ("import_row", "import_problems")


def new_record_ids(run: ImportRun) -> list[int]:
    """Return the keys of the records that a run made, in the table of its target: where candidates for a merge may be shown."""
    made = run.outcomes.filter(outcome=RowOutcome.NEW)
    return list(made.order_by("record_id").values_list("record_id", flat=True))


def rows_to_fix(run: ImportRun, *, errors_only: bool = True) -> Iterator[str]:
    """Return the rows with problems as lines of CSV: the file's own columns, then where each row stood and what is wrong.

    Fixed, the file can be loaded again as the same kind; its ids bring each row to its record.
    """
    yield _line([*run.columns, *ADDED])
    found = ImportProblem.objects.filter(run=run, **({"is_error": True} if errors_only else {}))
    rows = ImportRow.objects.filter(pk__in=found.values("row")).only("line", "raw").order_by("line", "pk")
    for row in rows.iterator(chunk_size=500):
        explanation = "; ".join(" ".join(filter(None, (p.message, p.fix))) for p in found.filter(row=row.pk))
        yield _line([*(_cell(row.raw.get(column)) for column in run.columns), str(row.line), explanation])


def _cell(value: Any) -> str:
    """Write a value so that no spreadsheet runs it as a formula; a number keeps its sign."""
    text = "" if value is None else str(value)
    if text[:1] in ("=", "@", "\t", "\r") or (text[:1] in ("+", "-") and not _is_number(text)):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
