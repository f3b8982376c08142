"""Pages of long lists without counting them: beyond some thousand rows PostgreSQL's estimate is enough."""

from functools import cached_property
from typing import Any

import orjson
from django.core.paginator import Paginator
from django.db import connections
from django.db.models import QuerySet

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
    if query.is_empty():
        return 0
    sql, parameters = query.sql_with_params()
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
        (plan,) = cursor.fetchone()
    read = orjson.loads(plan) if isinstance(plan, str) else plan
    return int(read[0]["Plan"]["Plan Rows"])
