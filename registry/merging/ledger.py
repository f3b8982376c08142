"""What merges did to each row, noted from the history that the database writes, so that each can be taken back."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.db import connection, models

from registry.history import history_columns, history_of, watched_columns
from registry.merging.relations import columns_to, relations_of
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
    return (*_owners_first(found), *([] if Judgement in found else [Judgement]))


def _owners_first(tables: list[type[models.Model]]) -> Iterator[type[models.Model]]:
    left = list(tables)
    while left:
        free = (one for one in left if not any(columns_to(one, other) for other in left if other is not one))
        table = left[0] if left[0] is tables[0] else next(free, left[0])
        left.remove(table)
        yield table


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


def note(judgements: Mapping[int, Judgement], model: type[models.Model], since: Mapping[str, int], twins: Twins) -> None:
    """Note what this transaction has done to rows since the positions, each row for the merge that it belongs to."""
    keys, now = [judgement.pk for judgement in judgements.values()], positions(model)
    for table in reached(model):
        name = table._meta.db_table
        if now[name] > since[name]:
            _note_table(keys, model, table, since[name], sql("pg_current_xact_id()::text::bigint"))
    dropped = list(MergedRow.objects.filter(judgement__in=keys, after=None)) if twins else []
    for row in dropped:
        row.twin_id = twins.get((row.table, row.row_id))
    MergedRow.objects.bulk_update(dropped, ["twin_id"])


def name_the_reasons(judgements: Mapping[int, Judgement], model: type[models.Model], since: Mapping[str, int]) -> None:
    """Let the history say of each row why its own merge was made, where several were made at once."""
    keys = [judgement.pk for judgement in judgements.values()]
    for table in reached(model):
        name = table._meta.db_table
        rows = sql(
            'SELECT judgement_id, row_id FROM registry_mergedrow WHERE judgement_id = ANY ({keys}) AND "table" = {name}',
            keys=keys,
            name=name,
        )
        if table is Judgement:
            rows = joined(" UNION ALL ", [rows, sql("SELECT id, id FROM {judged} j", judged=judged(keys))])
        query = sql(
            """
            UPDATE {history} h SET pgh_context = h.pgh_context
                || jsonb_build_object('reason', j.reason, 'merge', g.slug || ' → ' || s.slug)
            FROM ({rows}) m JOIN {judged} j ON j.id = m.judgement_id
                JOIN {records} g ON g.id = j.gone JOIN {records} s ON s.id = j.stays
            WHERE h.pgh_id > {since} AND h.pgh_obj_id = m.row_id
            """,
            history=history_table(table),
            judged=judged(keys),
            records=identifier(model._meta.db_table),
            since=since[name],
            rows=rows,
        )
        with connection.cursor() as cursor:
            cursor.execute(query.text, query.values)


def note_past(judgement: Judgement, model: type[models.Model], transaction: int) -> None:
    """Note what an earlier transaction did: of a merge that was made before merges were noted."""
    for table in reached(model):
        _note_table([judgement.pk], model, table, 0, sql("{transaction}", transaction=transaction))


def note_without_history(judgements: Mapping[int, Judgement], model: type[models.Model]) -> None:
    """Note the rows of tables without history that point at records that go, by whose keys the judgements are given."""
    MergedRow.objects.bulk_create(
        MergedRow(judgement=judgements[gone], table=relation.model._meta.db_table, row_id=key)
        for relation in relations_of(model)
        if not is_kept(relation.model)
        for key, gone in relation.rows(judgements).values_list("pk", relation.field.attname)
    )


def history_table(model: type[models.Model]) -> Sql:
    """Name the table of a model's history."""
    return identifier(history_of(model)._meta.db_table)


def columns_of(alias: str, columns: Any) -> Sql:
    """List columns of an alias."""
    return joined(", ", (identifier(alias, column) for column in columns))


def judged(keys: list[int]) -> Sql:
    """Select some merges as a table: the key of the judgement, and of the record that went and the one that stays."""
    return sql(
        "(SELECT id, gone_id AS gone, CASE gone_id WHEN one_id THEN other_id ELSE one_id END AS stays, reason"
        " FROM registry_judgement WHERE id = ANY ({keys}))",
        keys=keys,
    )


def _note_table(keys: list[int], model: type[models.Model], table: type[models.Model], since: int, transaction: Sql) -> None:
    """Keep the rows that were made, dropped or changed, and the survivors; of others a new version alone is no change."""
    query = sql(
        """
        WITH judged AS {judged}
        INSERT INTO registry_mergedrow (judgement_id, "table", row_id, before, after)
        SELECT COALESCE({owners}), {name}, e.id, b.pgh_id, a.pgh_id
        FROM (SELECT pgh_obj_id AS id, min(pgh_id) AS first, max(pgh_id) AS last FROM {history}
              WHERE pgh_id > {since} AND pgh_transaction = {transaction} GROUP BY 1) e
        JOIN {history} f ON f.pgh_id = e.first
        LEFT JOIN {history} a ON a.pgh_id = e.last AND a.pgh_label <> 'delete'
        LEFT JOIN LATERAL (SELECT h.* FROM {history} h WHERE h.pgh_obj_id = e.id AND h.pgh_id < e.first
            ORDER BY h.pgh_id DESC LIMIT 1) b ON f.pgh_label <> 'insert'
        WHERE CASE WHEN a.pgh_id IS NULL OR b.pgh_id IS NULL THEN (a.pgh_id IS NULL) <> (b.pgh_id IS NULL)
            ELSE ROW({after}) IS DISTINCT FROM ROW({before}) OR {survives} END AND {noted}
        ORDER BY e.id
        """,
        judged=judged(keys),
        owners=joined(", ", _owners(keys, model, table)),
        name=table._meta.db_table,
        history=history_table(table),
        since=since,
        survives=sql("e.id IN (SELECT stays FROM judged)") if table is model else sql("false"),
        noted=sql("e.id NOT IN (SELECT id FROM judged)") if table is Judgement else sql("true"),
        transaction=transaction,
        after=columns_of("a", compared(table)),
        before=columns_of("b", compared(table)),
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)


def _owners(keys: list[int], model: type[models.Model], table: type[models.Model]) -> Iterator[Sql]:
    """Return the ways from a row's event to the merge that it belongs to, the nearest first.

    Two merges that concern one row are never made at once, so each way leads to one merge at most.
    """
    if table is model:
        yield _merge_of(sql("e.id"))
    columns = ["one_id", "other_id"] if table is Judgement else columns_to(table, model)
    for column in columns:
        yield _merge_of(identifier("b", column))
        yield _merge_of(identifier("a", column))
    for owner in reached(model):
        for column in columns_to(table, owner) if owner is not model else ():
            yield sql(
                "(SELECT m.judgement_id FROM registry_mergedrow m JOIN judged j ON j.id = m.judgement_id"
                ' WHERE m."table" = {owner} AND m.row_id = {column} AND m.after IS NULL)',
                owner=owner._meta.db_table,
                column=identifier("b", column),
            )
    # What one merge alone has written is its own.
    yield sql("{only}::bigint", only=keys[0] if len(keys) == 1 else None)


def _merge_of(key: Sql) -> Sql:
    return sql("(SELECT j.id FROM judged j WHERE {key} IN (j.gone, j.stays))", key=key)
