"""The mapping of a table of resources and reserves: tonnages with their units, and a column of grades per analyte."""

import json
import re

from imports.mapping.header_words import ESTIMATE_WORDS, FIGURE_WORDS
from imports.mapping.headers import Headers
from imports.readers.table import Table
from imports.rows import RawRow
from imports.values.commodities import symbol_of
from imports.values.dates import order_of
from imports.values.quantities import units_of
from imports.values.terms import Terms, folded

_UNITS = {"%": "pct", "pct": "pct", "wt%": "pct", "wt": "pct", "ppm": "ppm", "g/t": "g_t", "gpt": "g_t", "kg/t": "kg_t"}
#: “TREO %”, “Nd2O3 (ppm)”, “U3O8_ppm”, “% TREO”.
_GRADE = re.compile(r"(?P<what>[A-Z][A-Za-z0-9+]{0,9})(?: grade)?[\s_,(\[]+(?P<unit>wt ?%|%|pct|ppm|g/t|gpt|kg/t)[)\]]?", re.I)
_GRADE_TURNED = re.compile(r"(?P<unit>%)\s*(?P<what>[A-Z][A-Za-z0-9+]{0,9})", re.I)
_TONNES = re.compile(r"(?P<what>.+?)[\s_,(\[]+(?P<unit>million t(?:onnes)?|mt|kt|t|tonnes|млн т|тыс\.? т|т)[)\]]?", re.I)
_ORE = re.compile(r"(ore|tonnage|tonnes|resources?|reserves?|mineral resources?|quantity|руда|запасы( руды)?)", re.I)
_CONTAINED = re.compile(r"(contained|metal|treo|reo|ree|oxides?)( (treo|reo|ree|metal|oxides?))*", re.I)


def estimate_lines(table: Table, rows: list[RawRow], terms: Terms, scheme: str) -> tuple[list[str], set[str]] | None:
    """Write the entries of a table of estimates, and name the columns that they use; None if it is no such table."""
    headers = Headers(table.columns)
    found = {key: headers.first(words) for key, words in ESTIMATE_WORDS.items()}
    hits = {key: column for key, column in found.items() if column}
    called = {column: f"{column} ({table.units[column]})" if column in table.units else column for column in table.columns}
    grades = [(column, *grade) for column in table.columns if (grade := _grade(called[column], terms))]
    tonnes = {key: (column, unit) for column in table.columns if (stated := _tonnage(called[column])) for key, unit in [stated]}
    pairs = {key: pair for key, words in FIGURE_WORDS.items() if all(pair := [headers.first(one) for one in words])}
    if tonnes or grades or not {"deposit", "category"} <= hits.keys():
        pairs = {}
    if "deposit" not in hits or not (pairs or (tonnes and (grades or "category" in hits))):
        return None
    naming = [hits[key] for key in ("deposit", "zone", "category", "commodity", "effective") if key in hits]
    lines = [f"  external_id: {{scheme: {_quoted(scheme)}, columns: [{', '.join(map(_quoted, naming))}]}}"]
    for key, column in hits.items():
        order = order_of(str(row.values.get(column) or "") for row in rows) if key == "effective" else None
        lines.append(
            f"  {key}: {{column: {_quoted(column)}, order: {_quoted(order)}}}" if order else f"  {key}: {_quoted(column)}"
        )
    for key, (column, unit) in tonnes.items():
        lines.append(f"  {key}: {{column: {_quoted(column)}, unit: {_quoted(unit)}}}")
    for key, (column, unit) in pairs.items():
        if key != "grades":
            lines.append(f"  {key}: {{column: {_quoted(column)}, unit_column: {_quoted(unit)}}}")
        elif "commodity" in hits:
            analyte = _quoted(hits["commodity"])
            lines.append(f"  grades: {{analyte: {analyte}, value: {_quoted(column)}, unit: {_quoted(unit)}}}")
    lines += ["  grades:"] if grades else []
    for column, symbol, unit in grades:
        lines.append(
            f"  - {{analyte: {{value: {_quoted(symbol)}}}, value: {_quoted(column)}, unit: {{value: {_quoted(unit)}}}}}"
        )
    if "stage" not in hits:
        lines.append('  # stage: {value: "resource"}  # or reserve')
    used = {
        *hits.values(),
        *(column for pair in pairs.values() for column in pair),
        *(column for column, *_ in grades),
        *(column for column, _ in tonnes.values()),
    }
    return lines, used


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _grade(column: str, terms: Terms) -> tuple[str, str] | None:
    """Read analyte and unit of a column of grades."""
    found = _GRADE.fullmatch(column.strip()) or _GRADE_TURNED.fullmatch(column.strip())
    symbol = symbol_of(terms, found["what"]) if found else None
    return (symbol, _UNITS[found["unit"].lower().replace(" ", "")]) if found and symbol else None


def _tonnage(column: str) -> tuple[str, str] | None:
    """Read what a column of tonnes counts, and its unit."""
    found = _TONNES.fullmatch(column.strip())
    if not found or folded(found["unit"]) not in units_of("ore_tonnes"):
        return None
    what = found["what"].replace("_", " ").strip()
    if _ORE.fullmatch(what):
        return "ore_tonnes", found["unit"]
    return ("contained_tonnes", found["unit"]) if _CONTAINED.fullmatch(what) else None
