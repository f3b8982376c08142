"""Gives the rows of merges back, each compared with what it was before its merge, after it, and is now.

A value that is still what the merge wrote becomes what it was; a value that was changed since stays. A row that the merge
made goes, unless it was changed or something refers to it; a row that it dropped comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models import Q

from registry.history import history_columns
from registry.kinds import kind_of_model
from registry.merging.differences import groups_of
from registry.merging.ledger import columns_of, compared, history_table
from registry.merging.relations import relations_of
from registry.models import Citation, Judgement, MergedRow, Name
from registry.models.base import Record
from registry.sql import Sql, identifier, joined, sql

#: Columns of rows that say one thing together: if one of them was changed since the merge, all of them stay.
_TOGETHER: dict[type[models.Model], tuple[str, ...]] = {
    Citation: ("relation", "stated_value", "fields"),
    Name: ("text", "kind"),
    Judgement: ("one_id", "other_id"),
}


@dataclass(frozen=True)
class Returned:
    """What became of the rows of one table."""

    model: type[models.Model]
    #: Rows that are again what they were, rows that exist again, rows of the merge that are gone.
    back: int
    restored: int
    removed: int
    #: Rows with values that were changed since the merge, which stay; and rows that were deleted since.
    edited: int
    deleted: int

    def __bool__(self) -> bool:
        """Return whether the merge touched the table at all."""
        return any((self.back, self.restored, self.removed, self.edited, self.deleted))


#: Merges that are taken back at once; no row concerns two of them.
Merges = Sequence[Judgement]


def give_back(model: type[models.Model], merges: Merges) -> Returned:
    """Give the rows of one table back."""
    noted = MergedRow.objects.filter(judgement__in=merges, table=model._meta.db_table)
    is_made, is_dropped = Q(before=None), Q(after=None)
    made, dropped = noted.filter(is_made & ~is_dropped).exists(), noted.filter(is_dropped & ~is_made).exists()
    removed = _remove_made(model, merges) if made else 0
    back = 0
    if noted.filter(~is_made & ~is_dropped).exists():
        back = sum(_change(model, merges, chosen) for chosen in _in_order(model, merges))
    restored = _restore_dropped(model, merges) if dropped else 0
    edited, deleted = _left(model, merges)
    return Returned(model, back, restored, removed, edited, deleted)


def _in_order(model: type[models.Model], merges: Merges) -> list[Sql]:
    """Divide the rows: what must be unique, such as a licence's number, may have gone to the survivor, which comes first."""
    if merges[0].kind != _kind(model):
        return [sql("true")]
    stay = [judgement.stays_id for judgement in merges]
    return [sql("t.id = ANY ({stay})", stay=stay), sql("t.id <> ALL ({stay})", stay=stay)]


def _kind(model: type[models.Model]) -> str:
    """Return the name of a kind of record; "" for a table of rows."""
    kind = kind_of_model(model)
    return kind.name if kind else ""


def _run(query: Sql) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        return int(cursor.rowcount)


def _noted(model: type[models.Model], merges: Merges) -> Sql:
    """Select the rows of the merges in one table."""
    return sql(
        '(SELECT row_id, before, after FROM registry_mergedrow WHERE judgement_id = ANY ({keys}) AND "table" = {table})',
        keys=[judgement.pk for judgement in merges],
        table=model._meta.db_table,
    )


def _remove_made(model: type[models.Model], merges: Merges) -> int:
    """Delete the rows that the merges made, unless they were changed since or something refers to them."""
    used = (
        sql(
            "NOT EXISTS (SELECT FROM {other} x WHERE {column} = t.id)",
            other=identifier(relation.model._meta.db_table),
            column=identifier("x", relation.field.column),
        )
        for relation in relations_of(model)
    )
    unchanged = sql(
        "ROW({now}) IS NOT DISTINCT FROM ROW({then})",
        now=columns_of("t", compared(model)),
        then=columns_of("a", compared(model)),
    )
    return _run(
        sql(
            "DELETE FROM {table} t USING {noted} m JOIN {history} a ON a.pgh_id = m.after"
            " WHERE m.before IS NULL AND t.id = m.row_id AND {conditions}",
            table=identifier(model._meta.db_table),
            noted=_noted(model, merges),
            history=history_table(model),
            conditions=joined(" AND ", [unchanged, *used]),
        )
    )


def _change(model: type[models.Model], merges: Merges, chosen: Sql) -> int:
    """Set what the merges wrote to what was there before, where it is still what they wrote."""
    return _run(
        sql(
            "UPDATE {table} t SET {values} FROM {noted} m JOIN {history} b ON b.pgh_id = m.before"
            " JOIN {history} a ON a.pgh_id = m.after"
            " WHERE t.id = m.row_id AND {chosen} AND ROW({returned}) IS DISTINCT FROM ROW({now})",
            table=identifier(model._meta.db_table),
            values=joined(", ", (sql("{c} = {v}", c=identifier(c), v=v) for c, v in _values(model))),
            noted=_noted(model, merges),
            history=history_table(model),
            chosen=chosen,
            returned=joined(", ", (value for _, value in _values(model))),
            now=columns_of("t", (column for column, _ in _values(model))),
        )
    )


@cache
def _values(model: type[models.Model]) -> tuple[tuple[str, Sql], ...]:
    """Return the value that each column gets."""
    found = []
    for group in _groups(model):
        now, after = columns_of("t", group), columns_of("a", group)
        for column in group:
            value = sql(
                "CASE WHEN ROW({now}) IS NOT DISTINCT FROM ROW({after}) THEN {before} ELSE {own} END",
                now=now,
                after=after,
                before=identifier("b", column),
                own=identifier("t", column),
            )
            found.append((column, value))
    return tuple(found)


def _groups(model: type[models.Model]) -> list[tuple[str, ...]]:
    """Divide the columns into those that say one thing together."""
    columns = compared(model)
    together: list[tuple[str, ...]] = [_TOGETHER.get(model, ())]
    if issubclass(model, Record):
        together = [("record_status", "merged_into_id"), *(tuple(f.column for f in group) for group in groups_of(model))]
    groups = [tuple(column for column in group if column in columns) for group in together]
    grouped = {column for group in groups for column in group}
    return [*filter(None, groups), *((column,) for column in columns if column not in grouped)]


def _restore_dropped(model: type[models.Model], merges: Merges) -> int:
    """Write the rows again that the merges dropped; one that the record has again by other means is not written twice."""
    columns = [str(f.column) for f in model._meta.concrete_fields if f.column in history_columns(model)]
    return _run(
        sql(
            "INSERT INTO {table} ({names}) SELECT {values} FROM {noted} m JOIN {history} b ON b.pgh_id = m.before"
            " WHERE m.after IS NULL ON CONFLICT DO NOTHING",
            table=identifier(model._meta.db_table),
            names=joined(", ", map(identifier, columns)),
            values=columns_of("b", columns),
            noted=_noted(model, merges),
            history=history_table(model),
        )
    )


def _left(model: type[models.Model], merges: Merges) -> tuple[int, int]:
    """Count the rows that keep a value of after the merge, and those that were deleted after it."""
    query: Any = sql(
        "SELECT count(*) FILTER (WHERE t.id IS NOT NULL AND (m.before IS NULL OR ROW({now}) IS DISTINCT FROM ROW({then}))),"
        " count(*) FILTER (WHERE t.id IS NULL AND m.before IS NOT NULL)"
        " FROM {noted} m LEFT JOIN {history} b ON b.pgh_id = m.before LEFT JOIN {table} t ON t.id = m.row_id"
        " WHERE m.after IS NOT NULL",
        now=columns_of("t", compared(model)),
        then=columns_of("b", compared(model)),
        noted=_noted(model, merges),
        history=history_table(model),
        table=identifier(model._meta.db_table),
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        edited, deleted = cursor.fetchone()
    return int(edited), int(deleted)
