"""What the tests of imports share."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.databases import database
from tests.imports.sample_files import opens, reads, reads_case, terms  # noqa: F401 - fixtures


@pytest.fixture
def whole(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Work in the database that holds the whole seed; what the test writes is taken back."""
    with django_db_blocker.unblock(), database(seeded_database), transaction.atomic():
        yield
        transaction.set_rollback(True)
