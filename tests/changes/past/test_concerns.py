"""What records showed of disagreements at a time."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from tests import records
from tests.changes.own_database import db, own_database  # noqa: F401
from tests.conftest import ApiClient

pytestmark = pytest.mark.usefixtures("db")


def paths(address: str, **query: str) -> list[str]:
    shown: Any = ApiClient().json(address, data=query)
    found = [side["path"] for link in shown["disagreement_links"] for side in link["through"]]
    assert shown["disputed"] == bool(found)
    return found


def test_the_past_shows_what_was_known_to_differ_then() -> None:
    with transaction.atomic():
        deposit, other = records.deposit(), records.deposit()
        estimate = records.estimate(deposit=deposit)
        question = records.disagreement({"estimate": estimate}, {"finding": records.finding()})
    then = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    estimate.deposit = other
    estimate.save()
    here, there = (f"/api/v1/deposits/{one.slug}/" for one in (deposit, other))
    assert (paths(here), paths(there)) == ([], ["estimate.deposit"])
    assert (paths(here, as_of=then), paths(there, as_of=then)) == (["estimate.deposit"], [])
    asked = f"/api/v1/disagreements/?deposit={deposit.slug}"
    assert [one["slug"] for one in ApiClient().json(f"{asked}&as_of={then}")["results"]] == [question.slug]
    assert ApiClient().json(asked)["results"] == []
    question.record_status = "withdrawn"
    question.save()
    assert paths(here, as_of=then) == []
