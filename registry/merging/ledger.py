"""What a merge did to each row, noted from the history that the database writes, so that the merge can be taken back."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import connection, models

from registry.history import history_columns, history_of, watched_columns
from registry.kinds import kind_named, kind_of_model
from registry.merging.relations import relations_of
from registry.models import Judgement, MergedRow
from registry.sql import Sql, identifier, joined, sql

#: Table and key of a row that was dropped → the row that stayed in its place.
Twins = dict[tuple[str, int], int]


@cache
def reached(model: type[models.Model]) -> tuple[type[models.Model], ...]:
    """List the tables with history that a merge of this kind can write: an owner stands before the rows that hang on it."""
    found: list[type[models.Model]] = [model]
    for one in found:
        for relation in relations_of(one):
            if relation.model not in found and is_kept(relation.model) and (one is model or not relation.is_of_records):
                found.append(relation.model)
    return (*found, *([] if Judgement in found else [Judgement]))


def is_kept(model: type[models.Model]) -> bool:
    """Return whether the history keeps a table."""
    return any(relation.name == "history" for relation in model._meta.related_objects)


def compared(model: type[models.Model]) -> list[str]:
    """List the columns whose values a merge can change and a take-back returns."""
    return [column for column in watched_columns(model) if column not in ("id", "version") and column in history_columns(model)]


def positions(model: type[models.Model]) -> dict[str, int]:
    """Return how far the history of each table has been written."""
    queries = (
        sql("SELECT {name}, COALESCE(max(pgh_id), 0) FROM {history}", name=table._meta.db_table, history=history_table(table))
        for table in reached(model)
    )
    query = joined(" UNION ALL ", queries)
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        return dict(cursor.fetchall())


def note(judgement: Judgement, model: type[models.Model], since: Mapping[str, int], twins: Twins) -> None:
    """Note what this transaction has done to rows since the positions."""
    transaction = sql("pg_current_xact_id()::text::bigint")
    now = positions(model)
    for table in reached(model):
        name = table._meta.db_table
        if now[name] > since[name]:
            _note_table(judgement, table, since[name], transaction)
    dropped = list(MergedRow.objects.filter(judgement=judgement, after=None)) if twins else []
    for row in dropped:
        row.twin_id = twins.get((row.table, row.row_id))
    MergedRow.objects.bulk_update(dropped, ["twin_id"])


def note_past(judgement: Judgement, model: type[models.Model], transaction: int) -> None:
    """Note what an earlier transaction did: of a merge that was made before merges were noted."""
    for table in reached(model):
        _note_table(judgement, table, 0, sql("{transaction}", transaction=transaction))


def note_without_history(judgement: Judgement, model: type[models.Model], gone: int) -> None:
    """Note the rows of tables without history that point at the record; to be called before they move."""
    MergedRow.objects.bulk_create(
        MergedRow(judgement=judgement, table=relation.model._meta.db_table, row_id=key)
        for relation in relations_of(model)
        if not is_kept(relation.model)
        for key in relation.rows(gone).values_list("pk", flat=True)
    )


def history_table(model: type[models.Model]) -> Sql:
    """Name the table of a model's history."""
    return identifier(history_of(model)._meta.db_table)


def columns_of(alias: str, columns: Any) -> Sql:
    """List columns of an alias."""
    return joined(", ", (identifier(alias, column) for column in columns))


def _note_table(judgement: Judgement, table: type[models.Model], since: int, transaction: Sql) -> None:
    """Keep the rows that were made, dropped or changed, and the survivor; of others a new version alone is no change."""
    query = sql(
        """
        INSERT INTO registry_mergedrow (judgement_id, "table", row_id, before, after)
        SELECT {judgement}, {name}, e.id, b.pgh_id, a.pgh_id
        FROM (SELECT pgh_obj_id AS id, min(pgh_id) AS first, max(pgh_id) AS last FROM {history}
              WHERE pgh_id > {since} AND pgh_transaction = {transaction} GROUP BY 1) e
        JOIN {history} f ON f.pgh_id = e.first
        LEFT JOIN {history} a ON a.pgh_id = e.last AND a.pgh_label <> 'delete'
        LEFT JOIN LATERAL (SELECT h.* FROM {history} h WHERE h.pgh_obj_id = e.id AND h.pgh_id < e.first
            ORDER BY h.pgh_id DESC LIMIT 1) b ON f.pgh_label <> 'insert'
        WHERE CASE WHEN a.pgh_id IS NULL OR b.pgh_id IS NULL THEN (a.pgh_id IS NULL) <> (b.pgh_id IS NULL)
            ELSE ROW({after}) IS DISTINCT FROM ROW({before}) OR e.id = {survivor} END
        ORDER BY e.id
        """,
        judgement=judgement.pk,
        name=table._meta.db_table,
        history=history_table(table),
        since=since,
        survivor=judgement.stays_id if kind_of_model(table) == kind_named(judgement.kind) else None,
        transaction=transaction,
        after=columns_of("a", compared(table)),
        before=columns_of("b", compared(table)),
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
