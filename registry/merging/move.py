"""Moves what hangs on one record to another; rows that both have become one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from registry.merging.ledger import Twins
from registry.merging.relations import Relation, relations_of
from registry.sql import Sql, identifier, joined, sql


@dataclass(frozen=True)
class Double:
    """A row that both records have: the one that goes, and the one that stays and takes over what hangs on the other."""

    relation: Relation
    gone: int
    stays: int


def move_all(model: type[models.Model], gone: int, stays: int, twins: Twins) -> None:
    """Let everything that points at the record `gone` point at `stays`; `twins` notes which row stays for one that goes."""
    for relation in pointing(model, gone):
        crossing(relation, gone, stays).delete()
        found = list(doubles(relation, gone, stays))
        for double in found:
            move_all(relation.model, double.gone, double.stays, twins)
            twins[relation.model._meta.db_table, double.gone] = double.stays
        if found:
            # At once: each statement renders the record's document again.
            relation.model._base_manager.filter(pk__in=[double.gone for double in found]).delete()
        relation.rows(gone).update(**{relation.field.name: stays})


def pointing(model: type[models.Model], pk: int) -> list[Relation]:
    """List the relations by which some row points at a row: one query instead of several for each relation."""
    relations = relations_of(model)
    if not relations:
        return []
    query = joined(
        " UNION ALL ",
        (
            sql(
                "SELECT {number} WHERE EXISTS (SELECT FROM {table} WHERE {column} = {pk})",
                number=number,
                table=identifier(relation.model._meta.db_table),
                column=identifier(relation.field.column),
                pk=pk,
            )
            for number, relation in enumerate(relations)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        return [relations[number] for (number,) in sorted(cursor.fetchall())]


def crossing(relation: Relation, one: int, other: int) -> "models.QuerySet[Any]":
    """Return the rows that link the two with each other, which say nothing of a single record; records are never among them."""
    rows: models.QuerySet[Any] = relation.model._base_manager.all()
    if relation.is_of_records:
        return rows.none()
    condition = models.Q(pk__in=[])
    name = relation.field.name
    for field in relation.model._meta.concrete_fields:
        if field.name != name and isinstance(field, models.ForeignKey) and field.related_model is relation.field.related_model:
            condition |= models.Q(**{name: one, field.name: other}) | models.Q(**{name: other, field.name: one})
    return rows.filter(condition)


def doubles(relation: Relation, gone: int, stays: int) -> Iterator[Double]:
    """Find the rows that would collide at the record that stays."""
    if relation.is_of_records:
        return
    found: set[int] = set()
    for once in relation.once:
        table, name = relation.model._meta.db_table, relation.field.column
        columns = [str(relation.model._meta.get_field(column).column) for column in once.columns]  # type: ignore[union-attr]
        # Rows are compared as text: equal where both are null, and still joined by a hash.
        alike = sql("({g}) = ({s})", g=_row("g", columns), s=_row("s", columns)) if columns else sql("true")
        found_pairs = sql(
            "SELECT g.id, min(s.id) FROM {table} g JOIN {table} s ON {alike}"
            " WHERE {g} = {gone} AND {s} = {stays} {restricted} GROUP BY g.id ORDER BY g.id",
            table=identifier(table),
            alike=alike,
            g=identifier("g", name),
            s=identifier("s", name),
            gone=gone,
            stays=stays,
            restricted=_restricted(relation, once.condition),
        )
        with connection.cursor() as cursor:
            cursor.execute(found_pairs.text, found_pairs.values)
            pairs = cursor.fetchall()
        for one, other in pairs:
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
