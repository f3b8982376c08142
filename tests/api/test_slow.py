"""A query that takes too long is stopped, with a message that names the filter to narrow."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests import records
from tests.connections import other_connection

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def slow(transactional_db: None) -> Any:
    """Hold the table of deposits, and let nobody wait for it longer than 100 ms."""
    with transaction.atomic():
        records.deposit()
    with other_connection() as holder:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 100")
        holder.execute("LOCK TABLE registry_deposit IN ACCESS EXCLUSIVE MODE")
        yield
        holder.rollback()
    with connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("", "country or region or bbox"),
        ("search=hill", "longer search word"),
        ("bbox=0,0,10,10", "“bbox”"),
        ("near=1,1&radius_km=500", "“radius_km”"),
        ("count=exact", "count=estimate"),
    ],
)
def test_it_is_told_what_to_narrow(slow: None, query: str, advice: str) -> None:
    from tests.conftest import ApiClient

    answer = ApiClient().get(f"/api/v1/deposits/?{query}")
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:registry:problem:too-slow"
    assert advice in answer.json()["detail"], answer.json()


def test_a_reader_of_a_locked_table_is_told_to_come_back(slow: None) -> None:
    from tests.conftest import ApiClient

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 5000; SET lock_timeout = 50")
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()
    answer = ApiClient().get("/api/v1/deposits/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json()["type"] == "urn:registry:problem:busy"
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() == before, "the connection is not broken"


def test_a_record_too(slow: None) -> None:
    from tests.conftest import ApiClient

    assert ApiClient().json("/api/v1/deposits/x/", 503)["type"] == "urn:registry:problem:too-slow"


@pytest.mark.parametrize(
    ("module", "expected"), [("config.wsgi", f"{settings.STATEMENT_TIMEOUT_MS // 1000}s"), ("config", "0")]
)
def test_only_what_is_served_is_bounded(module: str, expected: str, db: None) -> None:
    """Commands such as migrate and load may take their time."""
    script = (
        f"import django; django.setup(); import {module}; from django.db import connection as c; k = c.cursor();"
        " k.execute('SHOW statement_timeout'); print(k.fetchone()[0])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True)
    assert done.stdout.strip() == expected, done.stderr
