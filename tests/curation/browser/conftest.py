"""A site that curators may write to: a clone of the seed of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests import templates
from tests.databases import clone, database
from tests.explorer.browser.conftest import chromium, site, watched  # noqa: F401


@pytest.fixture(scope="package", autouse=True)
def on_seed(empty_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Write into a clone of the seed in this package."""
    with ExitStack() as made:
        with django_db_blocker.unblock():
            made.enter_context(database(made.enter_context(clone(templates.seeded(), f"{empty_database}_written"))))
        yield
        with django_db_blocker.unblock():
            made.close()
