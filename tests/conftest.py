"""What all tests share."""

import os

os.environ.setdefault("REGISTRY_TEST", "1")
os.environ.setdefault("REGISTRY_LOG_LEVEL", "ERROR")

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client

from tests.caches import forget_everything
from tests.seeded import empty_database, seeded_database  # noqa: F401 - fixtures of all packages, made once


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
