"""What the citation of a row carries: the fields and rows that the row gives and the record has."""

from django.db.models import Model

from imports.plan.comparison import nothing
from imports.plan.names import names_of
from imports.plan.steps import Work
from imports.tables import Fact, RowList, Table
from registry.entries import Column, Rows, columns_of, rows_of

#: Verdicts on what a row says otherwise than the record.
_OTHERWISE = "('kept', 'differs', 'known')"
_WRITTEN = "('write', 'fill')"

#: What the expression is computed from, beside the verdicts `v`.
CARRIED_FROM = (
    "JOIN import_incoming i USING (row_id) JOIN registry_importrow r ON r.id = v.row_id JOIN {table} d ON d.id = v.record_id"
    " LEFT JOIN import_listed l ON l.row_id = v.row_id"
)


def carried(work: Work) -> str:
    """Return the entries of a row about an existing record, as an array.

    It is an expression over the row (`i`, `r`), its record (`d`), the verdicts (`v`) and the lists (`l`). Computed again when
    names and organizations have been written, it has their keys too.
    """
    table = work.table
    model: type[Model] = table.model
    columns = {column.name: column for column in columns_of(model)}
    cases = ", ".join(_column(table, f, columns[name]) for f in table.facts for name in f.columns if name in columns)
    arrays = [f"array_remove(ARRAY[{cases}]::text[], NULL)"]
    stated = {rows.name: rows for rows in rows_of(model)}
    arrays += [f"ARRAY({_elements(rows, stated[rows.name])})" for rows in table.lists if rows.name in stated]
    if table.named:
        arrays.append(f"ARRAY({_names(work)})")
    return f"({' || '.join(arrays)})"


def _column(table: Table, fact: Fact, stated: Column) -> str:
    keys = ", ".join(f"'{each}'" for each in fact.columns)
    return (
        f"CASE WHEN r.mapped ?| ARRAY[{keys}] AND {stated.given('i')} AND COALESCE(v.v_{fact.name}, '') NOT IN {_OTHERWISE}"
        f" AND (v.v_{fact.name} IN {_WRITTEN} OR NOT {nothing(table, fact, 'd')}) THEN '{stated.name}' END"
    )


def _elements(rows: RowList, stated: Rows) -> str:
    """Select the entries of a list: all of a list that is written, else those that the record has as well."""
    table = rows.model._meta.db_table
    keys = [str(rows.model._meta.get_field(column).column) for column in stated.key.columns]  # type: ignore[union-attr]
    here, there = (", ".join(f"{alias}.{key}" for key in keys) for alias in ("x", "y"))
    return (
        f"SELECT DISTINCT '{rows.name}:' || {stated.key_sql('x')}"
        f" FROM jsonb_populate_recordset(NULL::{table}, l.{rows.name}_i) x WHERE v.v_{rows.name} IN {_WRITTEN}"
        f" OR EXISTS (SELECT FROM jsonb_populate_recordset(NULL::{table}, l.{rows.name}_d) y"
        f" WHERE ROW({here}) IS NOT DISTINCT FROM ROW({there}))"
    )


def _names(work: Work) -> str:
    """Select the entries of names that the row gives and the record has, its own name among the others if that differs."""
    return (
        f"SELECT DISTINCT 'names:' || n.text FROM ({names_of('r')} UNION ALL SELECT r.mapped->>'name', '', '') n"
        f" WHERE EXISTS (SELECT FROM registry_name h WHERE h.{work.table.owner}_id = v.record_id AND h.text = n.text"
        " AND h.kind <> 'preferred')"
    )
