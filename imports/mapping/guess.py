"""A first mapping file, guessed from the header and the first rows of a table; a person reviews and edits it."""

import json
import re
from itertools import islice
from pathlib import PurePath

from imports.kinds import KINDS
from imports.mapping.chosen_columns import CODED, PEOPLE, SEVERAL, chosen_columns, likely_name
from imports.mapping.country_of_file import country_line, country_of_name
from imports.mapping.guess_estimates import estimate_lines
from imports.mapping.header_words import DEPOSIT_WORDS, LICENSE_WORDS, ROW_NUMBERS, SHAPE_WORDS, UNIT_WORDS
from imports.mapping.own_export import own_target, own_text
from imports.readers.table import Progress, Table
from imports.rows import RawRow
from imports.targets import TABLES
from imports.values.commodities import symbol_of
from imports.values.dates import order_of
from imports.values.empty_values import is_nothing
from imports.values.identities import is_scheme
from imports.values.numbers import number_in
from imports.values.terms import Terms, folded
from imports.values.written_shapes import is_written_shape

_SAMPLE = 200
_MOST_CODES = 20
#: So few columns may be in any table.
_FEW = 2
_DATES = ("applied", "granted", "expires")
_FIGURES = ("longitude", "latitude", "declared_area_km2", "discovery_year")
_SEPARATORS = ("|", ";", ",", "/")
#: Words by which the header of a table of records is known from other tables.
HEADER_WORDS = frozenset(word for words in (DEPOSIT_WORDS, LICENSE_WORDS) for names in words.values() for word in names)


def mapping_text(file_name: str, table: Table, terms: Terms) -> str:
    """Write the mapping file; says so where the columns are those of a kind that is known here."""
    rows = list(islice(table.walk(Progress()), _SAMPLE))
    if own := own_target(table, rows):
        return own_text(_quoted(file_name), table, own)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", PurePath(file_name).stem).strip("-") or "my-source"
    if estimates := estimate_lines(table, rows, terms, _scheme(slug)):
        return _whole(file_name, table, "estimate", slug, rows, _file_lines(table, {}, rows), *estimates)
    target, hits = chosen_columns(table, rows)
    is_named = "name" in hits or target == "license"
    if not is_named:
        hits = {"name": [likely_name(table, rows, {column for columns in hits.values() for column in columns})], **hits}
    used = {column for columns in hits.values() for column in columns}
    lines = _record_lines(target, hits, table, rows, terms, slug, country_of_name(PurePath(file_name).stem, terms))
    if not is_named:
        said = "  # no column looks like a name: enter the right one"
        lines = [f"{line.split('  #')[0]}{said}" if line.startswith("  name:") else line for line in lines]
    return _whole(file_name, table, target, slug, rows, _file_lines(table, hits, rows), lines, used)


def _whole(
    file_name: str,
    table: Table,
    target: str,
    slug: str,
    rows: list[RawRow],
    file_lines: list[str],
    record_lines: list[str],
    used: set[str],
) -> str:
    """Write the mapping around the entries of a record."""
    kinds = [kind.name for kind in KINDS.values() if len(kind.columns) > _FEW and set(kind.columns) <= set(table.columns)]
    lines = [
        *(f"# It has the columns of the kind “{name}”: load it as that." for name in kinds),
        f"# A first mapping, guessed from the header of {_quoted(file_name)}.",
        "# Review it before you load the file.",
        f"target: {_quoted(target)}",
        "source:  # the records cite it; check whether the registry has it already",
        f"  slug: {_quoted(slug[:100])}",
        f"  title: {_quoted(PurePath(file_name).stem[:200] or 'My source')}",
        '  # publisher: ""',
        '  # published: "2024"',
        '  # url: ""',
        '  # rights: ""',
        *file_lines,
        "record:",
        *record_lines,
    ]
    lines += [f"# not used: {_quoted(column)}{_example(rows, column)}" for column in table.columns if column not in used]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write a text as YAML, which every JSON string is."""
    return json.dumps(text, ensure_ascii=False)


def _file_lines(table: Table, hits: dict[str, list[str]], rows: list[RawRow]) -> list[str]:
    notes = [f"# {note}" for note in table.notes]
    keys = []
    if table.encoding and table.is_encoding_guessed:
        keys.append(
            f"# encoding: {_quoted(table.encoding)}  # guessed; state it here if the letters are right, or another one if not"
        )
    if table.srid is None:
        keys.append("# srid: 4284  # EPSG number of the coordinates, if they are not WGS 84")
    figures = [hits[key][0] for key in _FIGURES if key in hits]
    if any(_has_commas(rows, column) for column in figures):
        return [
            *notes,
            f"file:  # read as {table.format}",
            *(f"  {key}" for key in keys),
            '  decimal: ","  # guessed from the numbers',
        ]
    return [*notes, f"# file:  # read as {table.format}", *(f"#   {key[2:]}" for key in keys)]


def _example(rows: list[RawRow], column: str) -> str:
    if PEOPLE.search(column):
        return ""
    value = next((row.values.get(column) for row in rows if row.values.get(column) not in (None, "")), None)
    return "" if value is None else f", for example {_quoted(' '.join(str(value).split())[:60])}"


def _record_lines(
    target: str, hits: dict[str, list[str]], table: Table, rows: list[RawRow], terms: Terms, slug: str, country: str
) -> list[str]:
    lines = [_id_line(hits, table, rows, _scheme(slug))]
    for key, columns in hits.items():
        column = columns[0]
        if key in ("external_id", "longitude", "latitude"):
            continue
        if key in CODED:
            lines += _code_lines(target, key, column, rows)
        elif key in SEVERAL:
            several = []
            for column in columns:
                cut = _separator(rows, column)
                split = f", split: {_quoted(cut)}" if cut else ""
                several.append(f"{{column: {_quoted(column)}{split}}}")
            lines += [f"  {key}: {several[0]}"] if len(several) == 1 else [f"  {key}:", *(f"  - {one}" for one in several)]
            if key == "commodities":
                lines += _unknown_commodities(rows, column, cut, terms)
        elif key in _DATES:
            order = order_of(str(row.values.get(column) or "") for row in rows)
            stated = f'{{column: {_quoted(column)}, order: "{order}"}}  # guessed from the dates' if order else _quoted(column)
            lines.append(f"  {key}: {stated}")
        elif key == "name" and target == "deposit" and _has_gaps(rows, column) and (others := _instead_of_name(hits)):
            said = "the id" if "external_id" in hits else "where it is"
            lines.append(f"  name: {{columns: [{', '.join(map(_quoted, (column, *others)))}]}}  # {said}, if there is no name")
        elif key == "declared_area_km2":
            lines.append(_area_line(column, table))
        else:
            note = (
                "  # is this the holder? then it is parties, which mask persons" if (target, key) == ("license", "name") else ""
            )
            lines.append(f"  {key}: {_quoted(column)}{'' if 'parties' in hits else note}")
    if "country" not in hits:
        lines.append(country_line(country, has_places=table.has_geometry or {"longitude", "latitude"} <= hits.keys()))
    return [*lines, *_place_lines(target, hits, table, rows)]


def _instead_of_name(hits: dict[str, list[str]]) -> list[str]:
    """Choose what an occurrence without a name is called: its id, or else where it is."""
    keys = ("external_id",) if "external_id" in hits else ("locality", "admin_area")
    return [hits[key][0] for key in keys if key in hits]


def _scheme(slug: str) -> str:
    scheme = re.sub(r"[^a-z0-9]+", "_", slug.lower()).strip("_")[:40].strip("_")
    return scheme if is_scheme(scheme) else "my_source"


def _id_line(hits: dict[str, list[str]], table: Table, rows: list[RawRow], scheme: str) -> str:
    if "external_id" in hits:
        column = hits["external_id"][0]
        if folded(column) in ROW_NUMBERS:
            # A licence has its number, which is an id that lasts.
            column = hits.get("number", [column])[0]
        note = "  # a row number, which another edition may assign to another record" if folded(column) in ROW_NUMBERS else ""
        return f"  external_id: {{scheme: {_quoted(scheme)}, column: {_quoted(column)}}}{note}"
    naming = [hits[key][0] for key in ("name", "number", "country", "admin_area") if key in hits] or [table.columns[0]]
    if {"longitude", "latitude"} <= hits.keys() and _are_repeated(rows, naming):
        naming += [hits["longitude"][0], hits["latitude"][0]]
    shown = ", ".join(_quoted(column) for column in naming)
    return f"  external_id: {{scheme: {_quoted(scheme)}, columns: [{shown}]}}  # no id column: these must identify each row"


def _code_lines(target: str, key: str, column: str, rows: list[RawRow]) -> list[str]:
    """Offer each word of a column with the code that it seems to mean."""
    field = TABLES[target].field(key)
    known = {folded(str(text)): str(code) for code, label in field.flatchoices for text in (code, label)}
    words = list(dict.fromkeys(str(row.values[column]).strip() for row in rows if row.values.get(column)))[:_MOST_CODES]
    lines = [f"  {key}:", f"    column: {_quoted(column)}", f"    # codes are: {', '.join(dict.fromkeys(known.values()))}"]
    found = [f"      {_quoted(word)}: {_quoted(known[folded(word)])}" for word in words if folded(word) in known]
    missing = [f'      # {_quoted(word)}: ""' for word in words if folded(word) not in known]
    if found:
        lines += ["    codes:", *found, *missing]
    elif missing:
        lines += ["    # codes:", *missing]
    return lines


def _area_line(column: str, table: Table) -> str:
    """Write the entry of an area: its unit from a column of units, from its own name, or hectares."""
    units = next((other for other in table.columns if folded(other) in UNIT_WORDS), "")
    if units:
        return f"  declared_area_km2: {{column: {_quoted(column)}, unit_column: {_quoted(units)}}}"
    stated = table.units.get(column) or next((unit for unit in ("km2", "sq km", "acres", "m2") if unit in folded(column)), "")
    note = "" if stated or "ha" in folded(column).split() else "  # check the unit"
    return f"  declared_area_km2: {{column: {_quoted(column)}, unit: {_quoted(stated or 'ha')}}}{note}"


def _separator(rows: list[RawRow], column: str) -> str:
    """Find the separator that most cells have; the first of those that as many have."""
    texts = [str(row.values.get(column) or "") for row in rows]
    counts = {cut: sum(cut in text for text in texts) for cut in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda cut: counts[cut])
    return best if counts[best] else ""


def _unknown_commodities(rows: list[RawRow], column: str, cut: str, terms: Terms) -> list[str]:
    words = dict.fromkeys(
        word.strip()
        for row in rows
        for word in (str(row.values.get(column) or "").split(cut) if cut else [str(row.values.get(column) or "")])
    )
    unknown = [word for word in words if word and symbol_of(terms, word) is None][:_MOST_CODES]
    return [f"  # not known as commodities: {_quoted(', '.join(unknown)[:300])}"] if unknown else []


def _place_lines(target: str, hits: dict[str, list[str]], table: Table, rows: list[RawRow]) -> list[str]:
    written = next((column for column in table.columns if folded(column) in SHAPE_WORDS and _is_written(rows, column)), None)
    if written is not None and not table.has_geometry:
        return [f"  {'area' if target == 'license' else 'location'}: {{column: {_quoted(written)}}}  # well-known text"]
    if table.has_geometry:
        return ['  area: "geometry"' if target == "license" else '  location: "geometry"']
    if target == "license":
        return []
    if "longitude" in hits and "latitude" in hits:
        x, y = hits["longitude"][0], hits["latitude"][0]
        return [f"  location: {{longitude: {_quoted(x)}, latitude: {_quoted(y)}}}"]
    return []


def _are_repeated(rows: list[RawRow], columns: list[str]) -> bool:
    """Return whether columns together do not tell rows apart."""
    return len({tuple(str(row.values.get(column)) for column in columns) for row in rows}) < len(rows)


def _has_gaps(rows: list[RawRow], column: str) -> bool:
    return any(is_nothing(str(row.values.get(column) or "").strip()) for row in rows)


def _is_written(rows: list[RawRow], column: str) -> bool:
    """Return whether a column has shapes as well-known text."""
    return any(is_written_shape(str(row.values.get(column) or "")) for row in rows)


def _has_commas(rows: list[RawRow], column: str) -> bool:
    """Return whether numbers of a column have decimal commas, so that they are none without."""
    texts = [value for row in rows if isinstance(value := row.values.get(column), str)]
    return any(number_in(text) is None and number_in(text, decimal_comma=True) is not None for text in texts)
