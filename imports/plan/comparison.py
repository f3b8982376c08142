"""Compares rows with their records, fact by fact: what is written, filled, kept, and what differs."""

from collections.abc import Iterable

from imports.plan.steps import Work
from imports.tables import NEAR_PLACE_M, SAME_PLACE_M, Fact, RowList, Table

#: What a fact of an existing record meets:
#: `write`: this data set wrote it, nobody has changed it since, and the file says something new.
#: `fill`: the registry has nothing. `kept`: this data set wrote it and a curator has changed it: the curator's stands.
#: `differs`: it comes from elsewhere, and the file says otherwise: the file is cited. `known`: so it was before.


def compare(work: Work) -> None:
    """Make `import_compared`: a verdict per fact and list of each row that is to be compared."""
    table = work.table
    typed = ", ".join(f'{table.typed(column)} AS "{table.db_column(column)}"' for column in table.columns)
    work.do(f"""
        CREATE TEMP TABLE import_base ON COMMIT DROP AS
        SELECT r.id AS last_row, {typed} FROM registry_importrow r
        WHERE r.id IN (SELECT last_row FROM import_matched WHERE verdict = 'compare')
    """)
    work.do("CREATE INDEX ON import_base (last_row)")
    _gather_lists(work)
    work.analyze("base", "listed")
    facts = ", ".join(f"{_verdict(table, fact)} AS v_{fact.name}" for fact in table.facts)
    lists = "".join(f", {_list_verdict(rows)} AS v_{rows.name}" for rows in table.lists)
    work.do(f"""
        CREATE TEMP TABLE import_compared ON COMMIT DROP AS
        SELECT m.row_id, m.line, m.record_id, m.last_row, m.owned, m.comes_back, m.gains_id, {facts}{lists}
        FROM import_matched m JOIN import_incoming i USING (row_id) JOIN registry_importrow r ON r.id = m.row_id
        JOIN {table.name} d ON d.id = m.record_id
        LEFT JOIN import_base b ON b.last_row = m.last_row LEFT JOIN import_listed l ON l.row_id = m.row_id
        WHERE m.verdict = 'compare'
    """)
    work.do("CREATE UNIQUE INDEX ON import_compared (row_id)")
    work.analyze("compared")


#: Columns that the database itself fills beside the others of a fact: that they differ is nobody's edit.
_FILLED = ("location_uncertainty_m", "uncertainty_basis")


def _row(table: Table, columns: Iterable[str], alias: str) -> str:
    return "ROW(" + ", ".join(f'{alias}."{table.db_column(column)}"' for column in columns) + ")"


def nothing(table: Table, fact: Fact, alias: str) -> str:
    """Return the condition that a row says nothing about a fact."""
    column = f'{alias}."{table.db_column(fact.columns[0])}"'
    if fact.name == "location":
        return f"COALESCE({alias}.location, {alias}.footprint) IS NULL"
    if fact.name == "value":
        return f"num_nonnulls({alias}.value_low, {alias}.value, {alias}.value_high) = 0"
    if fact.name in ("boundary", "area"):
        return f"{column} IS NULL"
    codes = ", ".join(f"'{code}'" for code in fact.unknown)
    return f"({column} IS NULL OR {column}::text IN ({codes}))"


def _alike(table: Table, fact: Fact) -> str:
    """Return the condition that two sources say the same, if not in the same characters."""
    i, d = (f'{alias}."{table.db_column(fact.columns[0])}"' for alias in ("i", "d"))
    if fact.name == "location":
        return f"COALESCE(ST_DWithin(geography(i.location), geography(d.location), {SAME_PLACE_M}), false)"
    if fact.name == "area":
        return f"COALESCE(ST_Equals({i}, {d}), false)"
    if fact.name == "status":
        return f"{i} = {d}"
    if fact.name == "value":
        return f"COALESCE({_in_tonnes('i')} = {_in_tonnes('d')}, false)"
    if fact.name in ("text", "locator"):
        # How a finding is worded here, and where another source says it, is nothing that sources can disagree on.
        return "true"
    field = table.field(fact.columns[0])
    return f"lower(btrim({i})) = lower(btrim({d}))" if field.get_internal_type() in ("CharField", "TextField") else "false"


def _in_tonnes(alias: str) -> str:
    """Return the figures of a finding in tonnes, to compare 1.8 Mt with 1,800,000 t; null in other units."""
    tonnes = f"(SELECT f FROM (VALUES ('t', 1), ('kt', 1000), ('Mt', 1000000)) u(unit, f) WHERE u.unit = {alias}.unit)"
    figures = ", ".join(f"round(({alias}.{column} * {tonnes})::numeric, 3)" for column in ("value_low", "value", "value_high"))
    return f"CASE WHEN {tonnes} IS NOT NULL THEN jsonb_build_array({figures}, {alias}.comparator) END"


def _verdict(table: Table, fact: Fact) -> str:
    """Describe what happens to a fact of an existing record."""
    i, d, b = (_row(table, fact.columns, alias) for alias in ("i", "d", "b"))
    entered = [column for column in fact.columns if column not in _FILLED]
    entered_d, entered_b = (_row(table, entered, alias) for alias in ("d", "b"))
    keys = ", ".join(f"'{column}'" for column in fact.columns)
    owned = f"(m.last_row IS NOT NULL AND NOT m.several AND (m.owned IS NULL OR m.owned ? '{fact.name}'))"
    empty_i, empty_d = nothing(table, fact, "i"), nothing(table, fact, "d")
    return f"""CASE
        WHEN NOT r.mapped ?| ARRAY[{keys}] OR {i} IS NOT DISTINCT FROM {d} THEN NULL
        WHEN {owned} AND {entered_d} IS NOT DISTINCT FROM {entered_b} THEN 'write'
        WHEN {owned} THEN 'kept'
        WHEN {empty_i} OR ({empty_d} AND m.several) THEN NULL
        WHEN {empty_d} THEN 'fill'
        WHEN {_alike(table, fact)} THEN NULL
        WHEN m.last_row IS NOT NULL AND {i} IS NOT DISTINCT FROM {b} THEN 'known'
        ELSE 'differs' END"""


def _gather_lists(work: Work) -> None:
    """Make `import_listed`: each list of the rows to be compared, as the file, the registry and the last load have it."""
    columns = ""
    for rows in work.table.lists:
        columns += (
            f", {_gathered(rows.elements.format(mapped='r.mapped'))} AS {rows.name}_i"
            f", {_gathered(_current(work.table, rows))} AS {rows.name}_d"
            f", {_gathered(rows.elements.format(mapped='p.mapped'))} AS {rows.name}_b"
        )
    work.do(f"""
        CREATE TEMP TABLE import_listed ON COMMIT DROP AS
        SELECT m.row_id{columns}
        FROM import_matched m JOIN registry_importrow r ON r.id = m.row_id LEFT JOIN registry_importrow p ON p.id = m.last_row
        WHERE m.verdict = 'compare'
    """)
    work.do("CREATE UNIQUE INDEX ON import_listed (row_id)")


def _current(table: Table, rows: RowList) -> str:
    return f"SELECT {', '.join(rows.columns)} FROM {rows.model._meta.db_table} WHERE {table.owner}_id = m.record_id"


def _gathered(elements: str) -> str:
    return f"COALESCE((SELECT jsonb_agg(to_jsonb(e) ORDER BY to_jsonb(e)) FROM ({elements}) e), '[]')"


def _list_verdict(rows: RowList) -> str:
    """Describe what happens to a list of an existing record: it is written, filled, kept or differs as a whole."""
    i, d, b = (f"l.{rows.name}_{alias}" for alias in "idb")
    owned = f"(m.last_row IS NOT NULL AND NOT m.several AND (m.owned IS NULL OR m.owned ? '{rows.name}'))"
    given = f"r.mapped ? '{rows.name}'" if rows.name != "subjects" else "true"
    return f"""CASE
        WHEN NOT {given} OR {i} = {d} THEN NULL
        WHEN {owned} AND {d} = {b} THEN 'write'
        WHEN {owned} THEN 'kept'
        WHEN {i} = '[]' OR ({d} = '[]' AND m.several) THEN NULL
        WHEN {d} = '[]' THEN 'fill'
        WHEN {i} <@ {d} OR {stated_list(rows, i)} <@ {stated_list(rows, d)} THEN NULL
        WHEN m.last_row IS NOT NULL AND {i} = {b} THEN 'known'
        ELSE 'differs' END"""


def stated_list(rows: RowList, value: str) -> str:
    """Return what a list says, as a citation states it and people compare it: slugs or names, without roles."""
    return f"(SELECT jsonb_agg(s.v) FROM ({rows.stated.format(list=value)}) s(v))"


def stated(table: Table, fact: Fact) -> str:
    """Return what the file says of a fact, as a citation states it."""
    column = f'i."{table.db_column(fact.columns[0])}"'
    if fact.name == "location":
        return "ST_AsGeoJSON(COALESCE(i.footprint, i.location), 7)::jsonb"
    if fact.name == "area":
        return "ST_AsGeoJSON(i.area, 7)::jsonb"
    if fact.name == "country":
        return "(SELECT to_jsonb(k.slug) FROM registry_country k WHERE k.id = i.country_id)"
    if fact.name == "value":
        return "to_jsonb(concat_ws(' ', NULLIF(concat_ws('–', i.value_low, i.value, i.value_high), ''), i.unit))"
    if fact.name == "boundary":
        return "to_jsonb(COALESCE(i.boundary_source, 'a shape'))"
    return f"to_jsonb({column})"


def relation(table: Table, fact: Fact) -> str:
    """Return how the file stands to the record where it says otherwise."""
    if fact.name == "location":
        far = f"ST_DWithin(geography(i.location), geography(d.location), {NEAR_PLACE_M})"
        return f"CASE WHEN {far} THEN 'mentions' ELSE 'contradicts' END"
    return f"'{fact.relation}'"
