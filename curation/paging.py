"""Pages of long lists without counting them: beyond some thousand rows PostgreSQL's estimate is enough."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connection, connections
from django.db.models import Model, QuerySet

#: Up to so many rows are counted; the estimate for more is good to a few per cent.
COUNTED = 5_000


class EstimatingPaginator(Paginator):
    """A paginator that counts short lists and estimates long ones."""

    @cached_property
    def count(self) -> int:
        """Count the rows, or take the planner's estimate."""
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        estimate = estimated_rows(rows)
        return estimate if estimate > COUNTED else rows.count()

    @property
    def is_estimate(self) -> bool:
        """Return whether the count is an estimate."""
        return self.count > COUNTED


def estimated_rows(rows: "QuerySet[Any]") -> int:
    """Ask the planner how many rows a query gives; it reads statistics, not tables."""
    query = rows.order_by().values("pk").query
    try:
        sql, parameters = query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        (plan,) = cursor.fetchone()
    read = orjson.loads(plan) if isinstance(plan, str) else plan
    return int(read[0]["Plan"]["Plan Rows"])


#: As the planner does it: rows per page when the table was last analysed, times the pages that it has now. A table that was
#: never analysed is taken to have ten rows a page.
_SIZES = """
    SELECT relname, pg_relation_size(oid) / current_setting('block_size')::float8
        * CASE WHEN relpages > 0 AND reltuples >= 0 THEN reltuples / relpages ELSE 10 END
    FROM pg_class WHERE oid = ANY(%s::regclass[])
"""


def estimated_sizes(models: Collection[type[Model]]) -> dict[type[Model], int]:
    """Estimate how many rows some tables have, by one query that reads none of them."""
    tables = {model._meta.db_table: model for model in models}
    with connection.cursor() as cursor:
        cursor.execute(_SIZES, [list(tables)])
        return {tables[name]: int(rows) for name, rows in cursor.fetchall()}
