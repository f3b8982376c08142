"""The facts and lists of a kind of record, derived from its model: what files may say of it."""

from collections.abc import Iterable
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.db import models as dj

from imports.columns import mapped, typed
from imports.tables import CONTRADICTS, MENTIONS, Fact, RowList, TargetTable, named
from registry.entries import Rows, curated_columns, rows_of
from registry.fields import PartialDateField
from registry.keys import RowKey
from registry.kinds import RecordKind
from registry.models import Citation
from registry.models.location import Placed
from registry.sql import Sql, compiled, identifier, joined, sql

#: The columns of a place, which are one fact.
PLACE = (
    "location",
    "footprint",
    "location_kind",
    "coordinates_as_printed",
    "source_srid",
    "location_uncertainty_m",
    "uncertainty_basis",
)
#: Codes that say nothing, in any vocabulary.
_SAYS_NOTHING = ("unknown", "unspecified")
#: Lists of records that are written as a whole: what the file no longer has goes.
_WHOLE = ("grades", "commodities")
#: The list of citations, and what a file can say of one.
CITATIONS = "citations"
_CITED = ("source", "relation", "fields", "locator", "quote", "confidence", "note")


def table_of(kind: RecordKind, **given: Any) -> TargetTable:
    """Derive what files may say of a kind of record; what is `given` takes precedence."""
    derived: dict[str, Any] = {
        "owner": kind.name,
        "facts": facts_of(kind.model),
        "lists": (*lists_of(kind.model), *citations_of(kind)),
        "named": kind.named,
        "cited_as": kind.cited_as,
        "located_by": "area" if kind.located_by == "area" else "location" if kind.located_by else "",
    }
    return TargetTable(kind.name, kind.model, **derived | given)


def facts_of(model: type[Any], *but: str) -> tuple[Fact, ...]:
    """Give a fact of each column that people curate; a place is one, and so is a figure with its bounds and its basis."""
    fields = {field.name: field for field in curated_columns(model) if field.name not in (*but, "source")}
    facts = []
    if issubclass(model, Placed) and fields.keys() >= {*PLACE}:
        facts.append(Fact("location", PLACE))
        fields = {name: field for name, field in fields.items() if name not in PLACE}
    while fields:
        name, field = next(iter(fields.items()))
        figure = name.removesuffix("_low")
        bounds = tuple(f"{figure}{end}" for end in ("_low", "", "_high"))
        if fields.keys() >= {*bounds}:
            # What is counted belongs to the figure: neither is known without the other.
            beside = tuple(other for other in (f"{figure.removesuffix('_tonnes')}_basis", "unit") if other in fields)
            facts.append(Fact(figure, (*bounds, *beside), is_figure=True))
        else:
            facts.append(_fact(model, name, field))
        fields = {other: field for other, field in fields.items() if other not in facts[-1].columns}
    return tuple(facts)


def _fact(model: type[Any], name: str, field: Any) -> Fact:
    if name == model.label_field:
        return Fact(name, (name,), relation="")
    default = str(getattr(field.get_default(), "value", field.get_default())) if field.has_default() else ""
    is_text = type(field) in (dj.CharField, dj.TextField, dj.URLField) and not field.choices
    unknown = ("", default, *_SAYS_NOTHING) if field.choices else ("", "{}")
    relation = MENTIONS if is_text and not isinstance(field, PartialDateField) else CONTRADICTS
    return Fact(name, (name,), tuple(dict.fromkeys(unknown)), relation)


def lists_of(model: Any, *but: str) -> tuple[RowList, ...]:
    """Give a list of each table of rows that belong to a record; names are read for themselves."""
    return tuple(_list(rows) for rows in rows_of(model) if rows.name not in (*but, "names"))


def citations_of(kind: RecordKind) -> tuple[RowList, ...]:
    """Give the citations of a kind of record as a list, to which a file can add: none if it has its source in a column."""
    if not kind.cited_as:
        return ()
    fields = tuple(Citation._meta.get_field(name) for name in _CITED)
    return (_list(Rows(CITATIONS, Citation, f"{kind.cited_as}_id", RowKey(columns=("source",))), fields),)


def _list(rows: Rows, fields: tuple[Any, ...] = ()) -> RowList:
    fields = fields or tuple(field for field in curated_columns(rows.model) if field.column != rows.owner)
    columns = tuple(field.column for field in fields)

    def elements(row: Sql) -> Sql:
        values = (
            sql("{value} AS {name}", value=typed(field, sql("x.value")), name=identifier(field.column)) for field in fields
        )
        listed = "CASE WHEN jsonb_typeof({row}->{name}) = 'array' THEN {row}->{name} ELSE '[]' END"
        return sql(
            "SELECT DISTINCT {columns} FROM (SELECT {values} FROM jsonb_array_elements({listed}) x) e WHERE {known}",
            columns=named(columns),
            values=joined(", ", values),
            listed=sql(listed, row=row, name=rows.name),
            known=_says_something(fields),
        )

    def stated(value: Sql) -> Sql:
        return sql(
            "SELECT {key} FROM jsonb_populate_recordset(NULL::{table}, {value}) l ORDER BY 1",
            key=compiled(rows.key_sql("l")),
            table=identifier(rows.model._meta.db_table),
            value=value,
        )

    grows = rows.name not in _WHOLE
    return RowList(rows.name, rows.model, rows.owner, columns, elements, stated, grows, fields, rows.key.columns)


def _says_something(fields: Iterable[Any]) -> Sql:
    """Return the condition that all keys that a row needs are known."""
    needed = [field.column for field in fields if isinstance(field, dj.ForeignKey) and not field.null]
    return joined(" AND ", (sql("{column} IS NOT NULL", column=identifier(column)) for column in needed)) or sql("true")


def texts_of(table: TargetTable, is_wanted: Any) -> Sql:
    """Select column, kind and text of the references of a staged row `r`; `is_wanted` gives the kind of a field, if it is."""
    selects = [
        sql("SELECT {column} AS column_name, {kind} AS kind, r.mapped->>{column} AS text", column=column, kind=kind)
        for column in table.columns
        if (kind := is_wanted(table.field(column)))
    ]
    for rows in table.lists:
        for field in _fields(rows):
            if kind := is_wanted(field):
                listed = sql(
                    "CASE WHEN jsonb_typeof({r}->{l}) = 'array' THEN {r}->{l} ELSE '[]' END", r=mapped("r"), l=rows.name
                )
                selects.append(
                    sql(
                        "SELECT {list} AS column_name, {kind} AS kind, x.value->>{column} AS text"
                        " FROM jsonb_array_elements({listed}) x",
                        list=rows.name,
                        kind=kind,
                        column=field.name,
                        listed=listed,
                    )
                )
    return joined(" UNION ALL ", selects)


def _fields(rows: RowList) -> tuple[Any, ...]:
    """List the fields of a list; those of one that is declared by SQL, by its columns."""
    by_column = {field.column: field for field in rows.model._meta.concrete_fields if not isinstance(field, GeometryField)}
    return rows.fields or tuple(by_column[column] for column in rows.columns)
