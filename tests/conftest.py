"""What all tests share."""

import gc
import os

os.environ.setdefault("REGISTRY_TEST", "1")
os.environ.setdefault("REGISTRY_LOG_LEVEL", "ERROR")

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.core.signals import request_finished
from django.db import connection
from django.dispatch import receiver
from django.template import Template
from django.test import Client, override_settings
from hypothesis import settings as hypothesis_settings

from config.serve.preparation import collect_static_files
from config.settings import STORAGES
from tests.caches import forget_everything
from tests.room import with_room
from tests.seeded import django_db_setup, empty_database, seeded_database  # noqa: F401 - fixtures of all packages, made once

# The same examples in every run: a test that fails, fails for its change.
hypothesis_settings.register_profile("same", derandomize=True, database=None, deadline=None)
hypothesis_settings.load_profile("same")
_draw = Template._render  # type: ignore[attr-defined]
#: Files to begin with: the longest, with those between them that need no database of ours while the first makes it.
LONGEST = (Path(__file__).parent / "longest.txt").read_text().split()


def pytest_collection() -> None:
    """Search for no garbage while tests are collected: nearly all that is made stays."""
    gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, or one worker would end alone; ask a browser once more that did not draw a page in time."""
    begin = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: begin.get(item.nodeid.partition("::")[0], len(begin)))
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError", "it never came true"]))


def pytest_collection_finish() -> None:
    """Leave what was loaded and collected out of every search for garbage: looking at it took a third of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool:
    """Call a test as pytest does, with room."""
    with_room(pyfuncitem.obj, **{name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames})
    return True


@pytest.fixture(scope="session", autouse=True)
def _templates_as_served(django_test_environment: None) -> Iterator[None]:
    """Keep Django from noting each of a page's thousand templates for `response.context`: it took a tenth of its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _draw)
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_under_their_names(django_test_environment: None) -> Iterator[None]:
    """Name static files as they are in the source; collecting and hashing them is for the tests in a browser."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory, _static_files_under_their_names: None) -> dict[str, Any]:
    """Collect the static files as a start of the service does, and give the settings under which they are served."""
    given = {"STORAGES": STORAGES, "STATIC_ROOT": tmp_path_factory.mktemp("static")}
    with override_settings(**given):
        collect_static_files()
    return given


@receiver(request_finished)
def _forget_who_asked(**_: Any) -> None:
    """End the context of a request, as the end of its transaction does: what a test writes next is nobody's change."""
    if connection.in_atomic_block and connection.connection and not connection.needs_rollback:
        # Past every cursor: it is not a query of the page, and no test counts it.
        connection.connection.pgconn.exec_(b"SELECT set_config('pghistory.context_metadata', '', true)")


class ApiClient(Client):
    """A client that sees what its test has written and not committed."""

    def request(self, **request: Any) -> Any:
        forget_everything()
        return super().request(**request)

    def json(self, address: str, status: int = 200, **extra: Any) -> Any:
        response = self.get(address, **extra)
        assert response.status_code == status, (address, response.status_code, response.content[:600])
        return orjson.loads(response.content)


@pytest.fixture
def api(db: None) -> ApiClient:
    return ApiClient()


@pytest.fixture
def commit(db: None) -> Any:
    """Run what is deferred to the commit, now."""

    def check() -> None:
        connection.check_constraints()

    return check
