"""The past of a record is found by the index of its history: index and query are made from one expression."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from api.documents.past import ASKED, rows_then
from registry.history import history_of
from registry.targets import belongs_to

pytestmark = pytest.mark.django_db
OWNED = [model for model in apps.get_app_config("registry").get_models() if belongs_to(model)]


@pytest.mark.parametrize(("model", "column"), [(model, column) for model in OWNED for column in belongs_to(model)])
def test_what_belongs_to_a_record_is_found_by_the_index_of_owners(model: Any, column: str) -> None:
    sql = f"EXPLAIN {ASKED} SELECT * FROM {rows_then(model, f'{column}_id', '1')} r"
    with transaction.atomic(), connection.cursor() as cursor:
        # The tables of the seed are so small that PostgreSQL would rather read them from end to end.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(sql, ["2030-01-01"])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"{model._meta.model_name}_owner_then" in plan, plan
    assert f"Seq Scan on {history_of(model)._meta.db_table}" not in plan, plan
