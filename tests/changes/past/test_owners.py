"""The past of a record is found by indexes of the history: each of its lists, and what belongs to one of several kinds."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from api.documents.past import ASKED, children_then, rows_then
from api.resources.resource import all_resources
from registry.targets import belongs_to
from tests.conformance.plans import nodes

pytestmark = pytest.mark.django_db
OWNED = [model for model in apps.get_app_config("registry").get_models() if belongs_to(model)]
#: What a record of the past shows of other tables, and what belongs to a record of several kinds.
CHILDREN = dict.fromkeys(
    [
        *((model, f"{column}_id") for model in OWNED for column in belongs_to(model)),
        *(child for resource in all_resources() for child in children_then(resource)),
    ]
)


@pytest.mark.parametrize(("model", "column"), list(CHILDREN), ids=lambda part: getattr(part, "__name__", part))
def test_the_rows_of_a_record_are_found_by_an_index_of_their_history(model: Any, column: str) -> None:
    sql = f"EXPLAIN (FORMAT JSON) {ASKED} SELECT * FROM {rows_then(model, column, '1')} r"
    with transaction.atomic(), connection.cursor() as cursor:
        # The tables of the seed are so small that PostgreSQL would rather read them from end to end.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(sql, ["2030-01-01"])
        [(plan,)] = cursor.fetchall()
    # `e` finds which rows belonged to the record.
    (found,) = [node for node in nodes(plan[0]["Plan"]) if node.get("Alias") == "e"]
    conditions = [str(node.get("Index Cond", "")) for node in nodes(found)]
    assert any(column in condition for condition in conditions), found
