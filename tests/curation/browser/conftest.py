"""A site that curators may write to: a clone of the seed of its own, one service and one browser for all tasks."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests import templates
from tests.curation.browser.curator import Curator, account, signed_in
from tests.databases import clone, database
from tests.explorer.browser.conftest import chromium, site, watched  # noqa: F401
from tests.explorer.browser.watched import Watched


@pytest.fixture(scope="package", autouse=True)
def on_seed(empty_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Write into a clone of the seed in this package."""
    with ExitStack() as made:
        with django_db_blocker.unblock():
            made.enter_context(database(made.enter_context(clone(templates.seeded(), f"{empty_database}_written"))))
        yield
        with django_db_blocker.unblock():
            made.close()


@pytest.fixture
def at(watched: Callable[..., Watched], django_db_blocker: Any) -> Iterator[Callable[..., Curator]]:  # noqa: F811
    """Open a page of the admin, signed in with some roles, or as somebody who may do everything."""

    def visit(address: str, name: str = "head", *roles: str) -> Curator:
        return Curator(watched(address, width=1440, height=900, storage_state=signed_in(account(name, *roles))))

    with django_db_blocker.unblock():
        yield visit
