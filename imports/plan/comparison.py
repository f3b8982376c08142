"""Compares rows with their records, fact by fact: what is written, filled, kept, and what differs."""

from collections.abc import Iterable
from typing import LiteralString

from django.db.models import ForeignKey

from imports.plan.steps import Work
from imports.tables import NEAR_PLACE_M, SAME_PLACE_M, Fact, RowList, TargetTable, named
from registry.sql import Sql, identifier, joined, literal, sql

#: What a fact of an existing record meets:
#: `write`: this data set wrote it, nobody has changed it since, and the file says something new.
#: `fill`: the registry has nothing. `kept`: this data set wrote it and a curator has changed it: the curator's stands.
#: `differs`: it comes from elsewhere, and the file says otherwise: the file is cited. `known`: so it was before.


def compare(work: Work) -> None:
    """Make `import_compared`: a verdict per fact and list of each row that is to be compared."""
    table = work.table
    work.do(
        """
        CREATE TEMP TABLE import_base ON COMMIT DROP AS
        SELECT r.id AS last_row, {typed} FROM registry_importrow r
        WHERE r.id IN (SELECT last_row FROM import_matched WHERE verdict = 'compare')
        """,
        typed=table.all_typed,
    )
    work.do("CREATE INDEX ON import_base (last_row)")
    _gather_lists(work)
    work.analyze("base", "listed")
    verdict = _edited if work.edits else _verdict
    verdicts = {fact.name: verdict(table, fact) for fact in table.facts}
    verdicts |= {rows.name: _list_verdict(rows) for rows in table.lists}
    named_verdicts = (sql("{verdict} AS {name}", verdict=each, name=identifier(f"v_{name}")) for name, each in verdicts.items())
    work.do(
        """
        CREATE TEMP TABLE import_compared ON COMMIT DROP AS
        SELECT m.row_id, m.line, m.record_id, m.last_row, m.owned, m.comes_back, m.gains_id, {verdicts}
        FROM import_matched m JOIN import_incoming i USING (row_id) JOIN registry_importrow r ON r.id = m.row_id
        JOIN {table} d ON d.id = m.record_id
        LEFT JOIN import_base b ON b.last_row = m.last_row LEFT JOIN import_listed l ON l.row_id = m.row_id
        WHERE m.verdict = 'compare'
        """,
        verdicts=joined(", ", named_verdicts),
    )
    work.do("CREATE UNIQUE INDEX ON import_compared (row_id)")
    work.analyze("compared")


#: Columns that the database itself fills beside the others of a fact: that they differ is nobody's edit.
_FILLED = ("location_uncertainty_m", "uncertainty_basis")


def _row(table: TargetTable, columns: Iterable[str], alias: str) -> Sql:
    return sql("ROW({columns})", columns=named(map(table.db_column, columns), alias))


def _first(table: TargetTable, fact: Fact, alias: str) -> Sql:
    return identifier(alias, table.db_column(fact.columns[0]))


def nothing(table: TargetTable, fact: Fact, alias: str) -> Sql:
    """Return the condition that a row says nothing about a fact."""
    row = identifier(alias)
    if fact.name == "location":
        return sql("COALESCE({row}.location, {row}.footprint) IS NULL", row=row)
    if fact.is_figure:
        return sql("num_nonnulls({figures}) = 0", figures=named(map(table.db_column, fact.columns[:3]), alias))
    column = _first(table, fact, alias)
    if fact.name in ("boundary", "area"):
        return sql("{column} IS NULL", column=column)
    return sql("({column} IS NULL OR {column}::text = ANY ({codes}))", column=column, codes=list(fact.unknown))


def _alike(table: TargetTable, fact: Fact) -> Sql:
    """Return the condition that two sources say the same, if not in the same characters."""
    i, d = (_first(table, fact, alias) for alias in ("i", "d"))
    if fact.name == "location":
        near = "COALESCE(ST_DWithin(geography(i.location), geography(d.location), {metres}), false)"
        return sql(near, metres=SAME_PLACE_M)
    if fact.name == "area":
        return sql("COALESCE(ST_Equals({i}, {d}), false)", i=i, d=d)
    if fact.name == "status":
        return sql("{i} = {d}", i=i, d=d)
    if fact.is_figure and fact.columns[-1] == "unit":
        return sql("COALESCE({i} = {d}, false)", i=_in_tonnes("i"), d=_in_tonnes("d"))
    if table.target == "finding" and fact.name in ("text", "locator"):
        # How a finding is worded here, and where another source says it, is nothing that sources can disagree on.
        return sql("true")
    is_text = table.field(fact.columns[0]).get_internal_type() in ("CharField", "TextField")
    return sql("lower(btrim({i})) = lower(btrim({d}))", i=i, d=d) if is_text else sql("false")


def _in_tonnes(alias: str) -> Sql:
    """Return the figures of a finding in tonnes, to compare 1.8 Mt with 1,800,000 t; null in other units."""
    row = identifier(alias)
    units = "(SELECT f FROM (VALUES ('t', 1), ('kt', 1000), ('Mt', 1000000)) u(unit, f) WHERE u.unit = {row}.unit)"
    tonnes = sql(units, row=row)
    figures = (
        sql("round(({column} * {tonnes})::numeric, 3)", column=identifier(alias, column), tonnes=tonnes)
        for column in ("value_low", "value", "value_high")
    )
    return sql(
        "CASE WHEN {tonnes} IS NOT NULL THEN jsonb_build_array({figures}, {row}.comparator) END",
        tonnes=tonnes,
        figures=joined(", ", figures),
        row=row,
    )


def _verdict(table: TargetTable, fact: Fact) -> Sql:
    """Describe what happens to a fact of an existing record."""
    i, d, b = (_row(table, fact.columns, alias) for alias in ("i", "d", "b"))
    entered = [column for column in fact.columns if column not in _FILLED]
    return sql(
        """CASE
        WHEN NOT r.mapped ?| {keys} OR {i} IS NOT DISTINCT FROM {d} THEN NULL
        WHEN {owned} AND {entered_d} IS NOT DISTINCT FROM {entered_b} THEN 'write'
        WHEN {owned} THEN 'kept'
        WHEN {empty_i} OR ({empty_d} AND m.several) THEN NULL
        WHEN {empty_d} THEN 'fill'
        WHEN {alike} THEN NULL
        WHEN m.last_row IS NOT NULL AND {i} IS NOT DISTINCT FROM {b} THEN 'known'
        ELSE 'differs' END""",
        keys=list(fact.columns),
        i=i,
        d=d,
        b=b,
        owned=_owned(fact.name),
        entered_d=_row(table, entered, "d"),
        entered_b=_row(table, entered, "b"),
        empty_i=nothing(table, fact, "i"),
        empty_d=nothing(table, fact, "d"),
        alike=_alike(table, fact),
    )


def _edited(table: TargetTable, fact: Fact) -> Sql:
    """Return what happens to a fact of an edited record: what is other than in the registry is written."""
    i, d = (_row(table, fact.columns[:1] if fact.name == "location" else fact.columns, alias) for alias in ("i", "d"))
    # Exports round: a point that has not moved is as it was, with how it is printed and how sure it is.
    near = "COALESCE(ST_DWithin(geography(i.location), geography(d.location), 1), false)"
    return sql(
        "CASE WHEN NOT r.mapped ?| {keys} OR {i} IS NOT DISTINCT FROM {d} OR {same} THEN NULL ELSE 'write' END",
        keys=list(fact.columns),
        i=i,
        d=d,
        same=sql(near + " OR d.footprint IS NOT NULL") if fact.name == "location" else sql("false"),
    )


def _owned(name: str) -> Sql:
    """Return the condition that this data set wrote a fact or list."""
    return sql("(m.last_row IS NOT NULL AND NOT m.several AND (m.owned IS NULL OR m.owned ? {name}))", name=name)


def _gather_lists(work: Work) -> None:
    """Make `import_listed`: each list of the rows to be compared, as the file, the registry and the last load have it."""
    columns = [
        sql(", {gathered} AS {name}", gathered=_gathered(elements), name=identifier(f"{rows.name}_{whose}"))
        for rows in work.table.lists
        for whose, elements in (("i", rows.given("r")), ("d", _current(rows)), ("b", rows.given("p")))
    ]
    work.do(
        """
        CREATE TEMP TABLE import_listed ON COMMIT DROP AS
        SELECT m.row_id{columns}
        FROM import_matched m JOIN registry_importrow r ON r.id = m.row_id LEFT JOIN registry_importrow p ON p.id = m.last_row
        WHERE m.verdict = 'compare'
        """,
        columns=joined("", columns),
    )
    work.do("CREATE UNIQUE INDEX ON import_listed (row_id)")


def _current(rows: RowList) -> Sql:
    columns, listed = named(rows.columns), rows.table
    return sql(
        "SELECT {columns} FROM {listed} WHERE {below} = m.record_id",
        columns=columns,
        listed=listed,
        below=identifier(rows.owner),
    )


def _gathered(elements: Sql) -> Sql:
    gathered = "COALESCE((SELECT jsonb_agg(to_jsonb(e) ORDER BY to_jsonb(e)) FROM ({elements}) e), '[]')"
    return sql(gathered, elements=elements)


def _list_verdict(rows: RowList) -> Sql:
    """Describe what happens to a list of an existing record: it is written, filled, kept or differs as a whole."""
    i, d, b = (identifier("l", f"{rows.name}_{whose}") for whose in "idb")
    return sql(
        """CASE
        WHEN NOT {given} OR {i} = {d} THEN NULL
        {grown}
        WHEN {owned} AND {d} = {b} THEN 'write'
        WHEN {owned} THEN 'kept'
        WHEN {i} = '[]' OR ({d} = '[]' AND m.several) THEN NULL
        WHEN {d} = '[]' THEN 'fill'
        WHEN {i} <@ {d} OR {stated_i} <@ {stated_d} THEN NULL
        WHEN m.last_row IS NOT NULL AND {i} = {b} THEN 'known'
        ELSE 'differs' END""",
        given=sql("r.mapped ? {name}", name=rows.name),
        i=i,
        d=d,
        b=b,
        grown=_grown(rows, i, d, b),
        owned=_owned(rows.name),
        stated_i=stated_list(rows, i),
        stated_d=stated_list(rows, d),
    )


def _grown(rows: RowList, i: Sql, d: Sql, b: Sql) -> Sql:
    """Return the verdict on a list that files add to: it gets what it lacks, but for rows that somebody has removed."""
    if not rows.grows:
        return sql("")
    lacks = "EXISTS (SELECT FROM jsonb_array_elements({i}) e WHERE NOT {d} @> jsonb_build_array(e.value)"
    lacking = sql(lacks + " AND NOT COALESCE({b}, '[]') @> jsonb_build_array(e.value))", i=i, d=d, b=b)
    return sql("WHEN {lacking} THEN 'fill' WHEN {i} IS NOT NULL THEN NULL", lacking=lacking, i=i)


def stated_list(rows: RowList, value: Sql) -> Sql:
    """Return what a list says, as a citation states it and people compare it: slugs or names, without roles."""
    return sql("(SELECT jsonb_agg(s.v) FROM ({stated}) s(v))", stated=rows.stated(value))


#: What is stated of facts that are more than one column, over a row `{row}`.
_STATED: dict[str, LiteralString] = {
    "location": "ST_AsGeoJSON(COALESCE({row}.footprint, {row}.location), 7)::jsonb",
    "area": "ST_AsGeoJSON({row}.area, 7)::jsonb",
    "country": "(SELECT to_jsonb(k.slug) FROM registry_country k WHERE k.id = {row}.country_id)",
    "boundary": "to_jsonb(COALESCE({row}.boundary_source, 'a shape'))",
}


def stated(table: TargetTable, fact: Fact, alias: str) -> Sql:
    """Return what a row, of the file or of the registry, says of a fact, as a citation states it."""
    column = _first(table, fact, alias)
    field = table.field(fact.columns[0])
    if fact.is_figure:
        low, figure, high, *beside = map(table.db_column, fact.columns)
        words = "to_jsonb(concat_ws(' ', NULLIF(concat_ws('–', {figures}), ''), {beside}))"
        return sql(words, figures=named((low, figure, high), alias), beside=named(beside[-1:], alias) or sql("NULL"))
    if isinstance(field, ForeignKey) and fact.name not in _STATED:
        table_of = identifier(field.related_model._meta.db_table)
        return sql("(SELECT to_jsonb(k.slug) FROM {table} k WHERE k.id = {column})", table=table_of, column=column)
    return sql(_STATED.get(fact.name, "to_jsonb({column})"), row=identifier(alias), column=column)


def relation(fact: Fact) -> Sql:
    """Return how the file stands to the record where it says otherwise."""
    if fact.name == "location":
        near = "CASE WHEN ST_DWithin(geography(i.location), geography(d.location), {metres})"
        return sql(near + " THEN 'mentions' ELSE 'contradicts' END", metres=NEAR_PLACE_M)
    return literal(fact.relation)
