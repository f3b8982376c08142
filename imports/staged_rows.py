"""The rows of a file, checked one by one and written to the staging table by COPY: memory stays flat at any size."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import orjson
from django.db import connection

from imports.gathered_rows import gather
from imports.progress import Progress
from imports.row_checks import Checker
from imports.rows import MappedRow, Problem
from imports.source_file import Opened
from registry.models import ImportRun

#: Rows after which the waiting client is reported.
_TELL_EVERY = 2_000
_COPY = "COPY registry_importrow (run_id, line, scheme, value, digest, is_sound, raw, mapped, problems) FROM STDIN"
#: What JSON can spell and PostgreSQL's text cannot hold.
_NULL = re.compile(rb"\\u0000")


NO_COUNTRY = "No row has a country: searches by country will miss these records. The mapping can set one for all rows."
#: Key of a record → what a file is said to lack if no row of it has one.
_LACKING = {"place": "No row has a location.", "country": NO_COUNTRY}


def stage_rows(run: ImportRun, opened: Opened, progress: Progress) -> tuple[str, ...]:
    """Write all rows of a file to the staging table; gives what the file as a whole lacks, in sentences."""
    checker = Checker(run.target)
    number = 0
    lacking = set(_LACKING) if run.target in ("deposit", "license") else set()
    with connection.cursor() as cursor:
        with cursor.copy(_COPY) as copy:
            for number, row in enumerate(opened.rows(), 1):
                if lacking:
                    lacking -= _had(row)
                copy.write_row(_staged(run.pk, row, checker))
                if number % _TELL_EVERY == 0:
                    progress("reading", opened.done, opened.total)
        gathered = gather(cursor, run) if opened.gathered else 0
        cursor.execute(
            """
            INSERT INTO registry_importproblem
                (run_id, row_id, line, rule, "column", value, message, fix, is_error, offer, by_registry)
            SELECT r.run_id, r.id, r.line, p.rule, p.column, p.value, p.message, p.fix, p.is_error, p.offer, false
            FROM registry_importrow r CROSS JOIN LATERAL jsonb_to_recordset(r.problems)
                AS p(rule text, "column" text, value text, message text, fix text, is_error boolean, offer jsonb)
            WHERE r.run_id = %s AND r.problems IS NOT NULL ORDER BY r.line
            """,
            [run.pk],
        )
        # Its lock is held until the commit: another import that reads meanwhile goes on without.
        cursor.execute("ANALYZE (SKIP_LOCKED) registry_importrow")
    progress("reading", number, number)
    notes = tuple(said for key, said in _LACKING.items() if number and key in lacking)
    return (*notes, f"{gathered:,} rows were put together with earlier ones of the same record.") if gathered else notes


def _had(row: MappedRow) -> set[str]:
    """Name what a row has, or states and is refused for."""
    places = (row.record.get(key) for key in ("location", "footprint", "area"))
    is_placed = any(places) or any(problem.is_error for problem in row.problems)
    return {key for key, has in (("place", is_placed), ("country", row.record.get("country"))) if has}


def _staged(run: int, row: MappedRow, checker: Checker) -> tuple[Any, ...]:
    """Return the row as the staging table holds it."""
    record, found = checker.check(row.record)
    problems = (*row.problems, *found)
    identity = record.get("external_id") or {"scheme": "iso3", "value": str(record.get("iso3") or "").upper()}
    mapped = _json(record)
    return (
        run,
        row.line,
        identity["scheme"],
        identity["value"],
        hashlib.md5(mapped.encode(), usedforsecurity=False).hexdigest(),
        not any(problem.is_error for problem in problems),
        # What is empty says nothing, and a table of 46 columns is mostly empty.
        _json({column: value for column, value in row.raw.items() if value not in (None, "")}),
        mapped,
        _json(list(_told(problems))) if problems else None,
    )


def _told(problems: tuple[Problem, ...]) -> Iterator[dict[str, Any]]:
    for problem in problems:
        yield {
            "rule": problem.rule[:80],
            "column": problem.column[:200],
            "value": problem.value[:1000],
            "message": problem.message,
            "fix": problem.fix,
            "is_error": problem.is_error,
            **({"offer": problem.offer} if problem.offer else {}),
        }


def _json(value: Any) -> str:
    """Write JSON that PostgreSQL can hold, whatever the file contains."""
    try:
        text = orjson.dumps(value, default=str, option=_OPTIONS)
    except (TypeError, orjson.JSONEncodeError):
        text = orjson.dumps(_plain(value), default=str, option=_OPTIONS)
    return (_NULL.sub(b"\\\\ufffd", text) if b"\\u0000" in text else text).decode()


_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def _plain(value: Any) -> Any:
    """Replace what no encoding can carry: lone surrogates, numbers beyond 64 bits."""
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return value if isinstance(value, bool | float | None) or (isinstance(value, int) and abs(value) < 2**53) else str(value)
