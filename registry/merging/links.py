"""Which records a row links with each other: merges of both concern that row, so they are made one after the other."""

from collections import defaultdict
from collections.abc import Collection
from itertools import combinations

from django.db import connection, models

from registry.matching.judgements import kind_name
from registry.merging.relations import columns_to, relations_of
from registry.models.base import Record
from registry.sql import identifier, joined, sql


def links_of(model: type[Record], keys: Collection[int]) -> dict[int, set[int]]:
    """Return, for each of some records, those among them with which a row links it: a part, a judgement."""
    tables: dict[type[models.Model], list[str]] = {
        relation.model: columns_to(relation.model, model) for relation in relations_of(model)
    }
    tables[model] = ["id", *columns_to(model, model)]
    queries = [
        sql(
            "SELECT {one}, {other} FROM {table} WHERE {one} = ANY ({keys}) AND {other} = ANY ({keys})",
            one=identifier(one),
            other=identifier(other),
            table=identifier(table._meta.db_table),
            keys=list(keys),
        )
        for table, columns in tables.items()
        for one, other in combinations(columns, 2)
    ]
    judged = sql(
        "SELECT one_id, other_id FROM registry_judgement WHERE kind = {kind} AND one_id = ANY ({keys})"
        " AND other_id = ANY ({keys})",
        kind=kind_name(model),
        keys=list(keys),
    )
    found: dict[int, set[int]] = defaultdict(set)
    query = joined(" UNION ", [*queries, judged])
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        for one, other in cursor.fetchall():
            found[one].add(other)
            found[other].add(one)
    return found
