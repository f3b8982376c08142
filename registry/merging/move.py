"""Moves what hangs on some records to others; rows that both of a pair have become one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from registry.merging.ledger import Twins
from registry.merging.relations import Relation, columns_to, relations_of
from registry.pairs import Pairs, apart, listed
from registry.sql import Sql, identifier, joined, sql
from registry.vocabularies import RecordStatus


@dataclass(frozen=True)
class Double:
    """A row that both records have: the one that goes, and the one that stays and takes over what hangs on the other."""

    relation: Relation
    gone: int
    stays: int


def move_all(model: type[models.Model], pairs: Pairs, twins: Twins) -> None:
    """Let everything that points at a record that goes point at the one that stays; `twins` notes which row stays for one."""
    for relation in pointing(model, pairs):
        crossing(relation, pairs).delete()
        found = {double.gone: double.stays for double in doubles(relation, pairs)}
        for part in apart(found):
            move_all(relation.model, part, twins)
        twins.update({(relation.model._meta.db_table, gone): stays for gone, stays in found.items()})
        if found:
            # At once: each statement renders the record's document again.
            relation.model._base_manager.filter(pk__in=found).delete()
        _move(relation, pairs)


def _move(relation: Relation, pairs: Pairs) -> None:
    """Let the rows of one relation point at the records that stay."""
    column = relation.field.column
    status = sql("AND t.record_status <> {merged}", merged=RecordStatus.MERGED) if relation.leaves_merged else Sql()
    query = sql(
        "UPDATE {table} t SET {column} = p.stays FROM {pairs} WHERE {own} = p.gone {status}",
        table=identifier(relation.model._meta.db_table),
        column=identifier(column),
        own=identifier("t", column),
        pairs=listed(pairs),
        status=status,
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)


def pointing(model: type[models.Model], keys: Iterable[int]) -> list[Relation]:
    """List the relations by which some row points at one of some rows: one query instead of several for each relation."""
    relations, keys = relations_of(model), list(keys)
    if not relations:
        return []
    query = joined(
        " UNION ALL ",
        (
            sql(
                "SELECT {number} WHERE EXISTS (SELECT FROM {table} WHERE {column} = ANY ({keys}))",
                number=number,
                table=identifier(relation.model._meta.db_table),
                column=identifier(relation.field.column),
                keys=keys,
            )
            for number, relation in enumerate(relations)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        return [relations[number] for (number,) in sorted(cursor.fetchall())]


def crossing(relation: Relation, pairs: Pairs) -> "models.QuerySet[Any]":
    """Return the rows that link the two of a pair with each other, which say nothing of a single record; never records."""
    rows: models.QuerySet[Any] = relation.model._base_manager.all()
    others = [column for column in columns_to(relation.model, relation.field.related_model) if column != relation.field.column]
    if relation.is_of_records or not others:
        return rows.none()
    one = identifier("t", relation.field.column)
    links = joined(
        " OR ",
        (
            sql("{one} = p.gone AND {other} = p.stays OR {one} = p.stays AND {other} = p.gone", one=one, other=other)
            for other in (identifier("t", column) for column in others)
        ),
    )
    query = sql(
        "SELECT t.id FROM {pairs} JOIN {table} t ON {links}",
        pairs=listed(pairs),
        table=identifier(relation.model._meta.db_table),
        links=links,
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        return rows.filter(pk__in=[key for (key,) in cursor.fetchall()])


def doubles(relation: Relation, pairs: Pairs) -> Iterator[Double]:
    """Find the rows that would collide at the record that stays."""
    if relation.is_of_records:
        return
    found: set[int] = set()
    for once in relation.once:
        table, name = relation.model._meta.db_table, relation.field.column
        columns = [str(relation.model._meta.get_field(column).column) for column in once.columns]  # type: ignore[union-attr]
        # Rows are compared as text: equal where both are null, and still joined by a hash.
        alike = sql("({g}) = ({s})", g=_row("g", columns), s=_row("s", columns)) if columns else sql("true")
        query = sql(
            "SELECT g.id, min(s.id) FROM {pairs} JOIN {table} g ON {g} = p.gone JOIN {table} s ON {s} = p.stays AND {alike}"
            " WHERE true {restricted} GROUP BY g.id ORDER BY g.id",
            pairs=listed(pairs),
            table=identifier(table),
            alike=alike,
            g=identifier("g", name),
            s=identifier("s", name),
            restricted=_restricted(relation, once.condition),
        )
        with connection.cursor() as cursor:
            cursor.execute(query.text, query.values)
            rows = cursor.fetchall()
        for one, other in rows:
            if one not in found:
                found.add(one)
                yield Double(relation, one, other)


def _row(alias: str, columns: list[str]) -> Sql:
    return sql("ROW({columns})::text", columns=joined(", ", (identifier(alias, column) for column in columns)))


def _restricted(relation: Relation, condition: models.Q | None) -> Sql:
    """Keep to the rows of a partial rule, on both sides."""
    if condition is None:
        return Sql()
    rows = Sql(*relation.model._base_manager.filter(condition).order_by().values("pk").query.sql_with_params())
    return sql("AND g.id IN ({rows}) AND s.id IN ({rows})", rows=rows)
