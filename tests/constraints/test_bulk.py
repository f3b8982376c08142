"""What bulk statements cost: as much per row for many as for few, whatever the session did before."""

from typing import Any

import orjson
import pytest
from django.db import connection

from registry.models import Deposit
from tests import records

pytestmark = pytest.mark.django_db


def trigger_times(statement: str) -> dict[str, float]:
    """Run a statement and give the milliseconds that each of its triggers took."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        ((plan,),) = cursor.fetchall()
    given: Any = plan if isinstance(plan, list) else orjson.loads(plan)
    return {t["Trigger Name"]: t["Time"] for t in given[0]["Triggers"]}


def test_a_plan_made_for_one_row_serves_many() -> None:
    """A join of new and old rows kept from a statement of one row compared each of 3,000 with each: 9 million pairs."""
    first = records.deposit()
    Deposit.objects.bulk_create([Deposit(slug=f"many-{n}", name=f"Many {n}", record_status="draft") for n in range(3_000)])
    Deposit.objects.filter(pk=first.pk).update(host_rock="granite")
    times = trigger_times("UPDATE registry_deposit SET host_rock = 'gneiss' WHERE slug LIKE 'many-%'")
    # Rendering documents is the most expensive step of a row; all steps of a statement together cost a few times that.
    assert times["registry_after_update"] < 4 * times["registry_before"], times
