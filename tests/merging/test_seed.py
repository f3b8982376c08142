"""A seed that is loaded again leaves alone what a person has merged."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from registry.merging import record_merge
from registry.models import Deposit
from tests.curation.conftest import Curator
from tests.databases import database


@pytest.fixture
def seed(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    with database(seeded_database):
        yield


def test_the_seed_does_not_undo_a_merge(seed: None, db: None, admin: Curator) -> None:
    gone, stays = Deposit.objects.get(slug="kutessay-i"), Deposit.objects.get(slug="kutessay-ii")
    record_merge(record=gone, into=stays, user=admin.user, reason="a test")
    before = dict(Deposit.objects.values_list("pk", "version"))
    said = StringIO()
    call_command("seed", stdout=said)
    gone.refresh_from_db()
    assert (gone.record_status, gone.merged_into_id) == ("merged", stays.pk)
    assert dict(Deposit.objects.values_list("pk", "version")) == before
    assert "kutessay-i" in said.getvalue(), said.getvalue()
