"""Which columns of a table a first mapping uses, for which keys, and whether its rows are deposits or licences."""

import re

from imports.mapping.header_words import DEPOSIT_WORDS, LICENSE_COLUMN, LICENSE_WORDS, ROW_NUMBERS
from imports.mapping.headers import Headers
from imports.readers.table import Table
from imports.rows import RawRow
from imports.values.terms import folded

_UNIQUE = ("external_id", "number")
#: Keys that several columns may fill: holder1, holder2; main and other commodities.
SEVERAL = ("commodities", "other_names", "parties")
CODED = ("occurrence_type", "deposit_type", "development_status", "kind", "status")
#: Columns that may name persons, who are not shown.
PEOPLE = re.compile(
    r"holder|owner|operator|company|applicant|client|licen[cs]ee|titular|contact|reporter|person|author|e-?mail|phone"
    r"|владел|заявител|недропольз",
    re.I,
)
#: A column that may hold what things are called.
_NAMING = re.compile(r"(?<!un)name|nom(bre|e)?\b|назван|наимен", re.I)
_FLAGS = frozenset(("yes", "no", "y", "n", "true", "false"))
#: The type of an outline, or of several, in EWKB.
_OUTLINES = ("03", "06")


def chosen_columns(table: Table, rows: list[RawRow]) -> tuple[str, dict[str, list[str]]]:
    """Choose what the rows are, and the columns of each key."""
    headers = Headers(table.columns)
    repeated = {column for column in table.columns if _repeats(rows, column)}
    wordless = {column for column in table.columns if _holds_no_words(rows, column)}
    unfit = {**dict.fromkeys(_UNIQUE, repeated), **dict.fromkeys(CODED, wordless)}
    licenses, deposits = (_matched(headers, words, unfit) for words in (LICENSE_WORDS, DEPOSIT_WORDS))
    return ("license", licenses) if _is_of_licenses(table, rows, licenses) else ("deposit", deposits)


def likely_name(table: Table, rows: list[RawRow], used: set[str]) -> str:
    """Choose a column for names: one whose header says so, or the first that holds words, and never one of people."""
    free = [column for column in table.columns if column not in used and not PEOPLE.search(column)] or list(table.columns)
    said = (column for column in free if _NAMING.search(column))
    worded = (column for column in free if any(str(row.values.get(column) or "").strip()[:1].isalpha() for row in rows))
    return next(said, None) or next(worded, None) or free[0]


def _matched(headers: Headers, words: dict[str, tuple[str, ...]], unfit: dict[str, set[str]]) -> dict[str, list[str]]:
    """Find the columns of each key; a row number is the id where there is no other."""
    hits = headers.matched(words, SEVERAL, unfit)
    number = "" if "external_id" in hits else headers.first(ROW_NUMBERS, without=unfit["external_id"])
    return {**({"external_id": [number]} if number else {}), **hits}


def _is_of_licenses(table: Table, rows: list[RawRow], licenses: dict[str, list[str]]) -> bool:
    """Tell licences from deposits: a table of mines has owners and states, too, but no dates of grant and no outlines."""
    marks = licenses.keys() & {"parties", "status", "granted", "expires", "declared_area_km2"}
    if any(LICENSE_COLUMN.search(name) and not name.endswith("area") for name in map(folded, table.columns)):
        return bool(marks)
    if marks & {"granted", "expires", "declared_area_km2"}:
        return len(marks) > 1
    return bool(marks) and any(row.geometry and row.geometry[2:4] in _OUTLINES for row in rows[:1])


def _repeats(rows: list[RawRow], column: str) -> bool:
    """Return whether many values of a column are repeated; one or two may be mistakes."""
    values = [str(row.values[column]) for row in rows if row.values.get(column) not in (None, "")]
    return len(values) - len(set(values)) > max(1, len(values) // 20)


def _holds_no_words(rows: list[RawRow], column: str) -> bool:
    """Return whether a column has figures alone, or says yes and no: no codes of a kind or a status."""
    texts = {folded(str(row.values[column])) for row in rows if row.values.get(column) not in (None, "")}
    return bool(texts) and all(text.replace(" ", "").isdigit() or text in _FLAGS for text in texts)
