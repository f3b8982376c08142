"""A mapping of one of the registry's own exports: export, edit in a spreadsheet, load again."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models as dj

from imports.readers.table import Table
from imports.rows import RawRow
from imports.targets import TABLES

#: Columns of every export by which it is known.
_KNOWN_BY = {"uid", "slug", "version"}
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


def own_target(table: Table, rows: list[RawRow]) -> str:
    """Return the kind of record that an export of the registry holds; empty if it is none."""
    if not set(table.columns) >= _KNOWN_BY:
        return ""
    uids = [text for row in rows if _UID.fullmatch(text := str(row.values.get("uid") or ""))]
    found = (name for name, kind in TABLES.items() if kind.model.objects.filter(uid__in=uids).exists())
    return next(found, "") if uids else ""


def own_text(shown: str, table: Table, target: str) -> str:
    """Write the mapping of an export of the registry; `shown` is the name of the file in quotes."""
    lines = [
        f"# {shown} is an export of this registry: rows that were edited change their records.",
        f'target: "{target}"',
        "edits: true",
        "source:  # what the changes rest on: the slug of a source, or a new one",
        '  slug: "edited-export"',
        '  title: "Changes made in an exported table"',
        "record:",
        *_lines(target, table),
    ]
    return "\n".join(lines) + "\n"


def _lines(target: str, table: Table) -> Iterator[str]:
    """Write the entries of the columns that can be edited: texts, codes, dates, figures and links, but no lists of rows."""
    yield '  external_id: {scheme: "uid", column: "uid"}  # records are found by it; none is made'
    yield '  version: "version"  # a record that was changed since the export is not overwritten'
    kind = TABLES[target]
    place = {"longitude", "latitude"} <= set(table.columns)
    for column in table.columns:
        if column not in kind.columns or column in ("location", "footprint", "area", "boundary"):
            continue
        field: Any = kind.field(column)
        if column.startswith(("location_", "coordinates_", "uncertainty_", "source_srid")):
            continue
        split = ', split: ";"' if isinstance(field, ArrayField) else ""
        yield (
            f'  {column}: {{column: "{column}"{split}}}'
            if split or isinstance(field, dj.FloatField)
            else f'  {column}: "{column}"'
        )
    if place and kind.located_by == "location":
        yield '  location: {longitude: "longitude", latitude: "latitude"}'
