"""Inspects a file for the preview: its columns, its first rows as they are and as they would be recorded, and its points."""

import time
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry

from imports import limits
from imports.row_checks import Checker
from imports.rows import MappedRow, Problem
from imports.source_file import GENERIC, Opened, guess, open_file, recognise
from imports.tasks.storage import mapping_path_of, path_of
from registry.models import ImportUpload

#: Rows whose points are shown on the map, and how long they are looked for.
_POINT_ROWS, _POINT_SECONDS = 5_000, 8.0
_PROBLEMS = 12


def open_upload(upload: ImportUpload) -> Opened:
    """Open a file that was uploaded, as its row says; raises FileRefused."""
    mapping = None
    if upload.kind == GENERIC:
        mapping = mapping_path_of(upload)
        mapping.write_text(upload.mapping, encoding="utf-8")
        mapping.chmod(0o600)
    return open_file(path_of(upload), upload.kind, mapping_path=mapping, original_name=upload.file_name, **how(upload))


def how(upload: ImportUpload) -> dict[str, Any]:
    """Return what was stated of how the file is to be read."""
    given = {"encoding": upload.encoding or None, "srid": upload.srid, "layer": upload.layer or None}
    return {key: value for key, value in given.items() if value is not None}


def look(upload: ImportUpload) -> None:
    """Recognise the kind or guess a mapping where none was given, read the first rows, and keep what was seen.

    Raises FileRefused.
    """
    notes = _understand(upload) if upload.kind == GENERIC and not upload.mapping.strip() else []
    opened = open_upload(upload)
    checker = Checker(opened.target)
    columns = opened.columns[: limits.LOOK_COLUMNS]
    rows: list[dict[str, Any]] = []
    points: list[list[Any]] = []
    begin = time.monotonic()
    for number, row in enumerate(islice(opened.rows(), _POINT_ROWS), 1):
        shown = number <= limits.LOOK_ROWS
        record, found = checker.check(row.record) if shown else (row.record, [])
        problems = (*row.problems, *found)
        if shown:
            rows.append(_row(row, columns, record, problems))
        if place := point_of(record):
            refused = any(problem.is_error for problem in problems)
            points.append([*place, row.line, _text(record.get("name") or record.get("number")), int(refused)])
        if not shown and time.monotonic() - begin > _POINT_SECONDS:
            break
    upload.preview = {
        "columns": [_text(column) for column in columns],
        "more_columns": len(opened.columns) - len(columns),
        "notes": [*notes, *opened.notes],
        "target": opened.target,
        "source": asdict(opened.source),
        "rows": rows,
        "points": points,
        "walked": number if rows else 0,
    }
    upload.save(update_fields=["preview"])


def _understand(upload: ImportUpload) -> list[str]:
    """Find out what a table holds of which nobody said anything; a choice made after a look stands."""
    how = (path_of(upload), upload.encoding or None, upload.layer or None, upload.file_name)
    kind = None if upload.preview else recognise(*how)
    if kind:
        upload.kind = kind.name
        upload.save(update_fields=["kind"])
        return [f"It has the columns of “{kind.title}”, and is read as that. Choose “Any table” below to map it yourself."]
    upload.mapping = guess(*how)
    upload.save(update_fields=["mapping"])
    return []


def _row(row: MappedRow, columns: tuple[str, ...], record: dict[str, Any], problems: tuple[Problem, ...]) -> dict[str, Any]:
    return {
        "line": row.line,
        "raw": [_text(row.raw.get(column)) for column in columns],
        "mapped": [[key, text] for key, value in record.items() if (text := _told(key, value))],
        "problems": [
            {"column": p.column[:200], "message": _text(p.message), "fix": _text(p.fix), "is_error": p.is_error}
            for p in problems[:_PROBLEMS]
        ],
        "refused": any(problem.is_error for problem in problems),
    }


def point_of(record: dict[str, Any]) -> list[float] | None:
    """Return longitude and latitude of a mapped record's place, the middle of an outline; None if it has none."""
    place = record.get("location")
    if place is None:
        outline = record.get("area") or record.get("footprint")
        try:
            box = GEOSGeometry(outline).extent if isinstance(outline, str) else None
        except (GEOSException, ValueError):
            box = None
        place = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] if box else None
    try:
        x, y = (float(axis) for axis in place or ())
    except (TypeError, ValueError):
        return None
    return [round(x, 5), round(y, 5)] if -180 <= x <= 180 and -90 <= y <= 90 else None


def _told(key: str, value: Any) -> str:
    """Write a value of a mapped record as people read it; "" where it says nothing."""
    if value is None or value == "" or value == []:
        return ""
    if key in ("area", "footprint"):
        return "an outline"
    if key == "location" and isinstance(value, list | tuple):
        return f"{value[1]:.5f}, {value[0]:.5f} (latitude, longitude)"
    if isinstance(value, dict):
        return _text(": ".join(filter(None, (_told("", one) for one in value.values()))))
    if isinstance(value, list | tuple):
        return _text("; ".join(filter(None, (_told("", one) for one in value))))
    return _text(value)


def _text(value: Any) -> str:
    """Return a text that JSON and PostgreSQL can hold, not too long."""
    text = "" if value is None else str(value)
    text = text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    return text if len(text) <= limits.LOOK_CHARACTERS else f"{text[: limits.LOOK_CHARACTERS - 1]}…"
