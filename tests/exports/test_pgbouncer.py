"""Exports behind pgbouncer in transaction mode, whose connections carry a short time limit as the role does."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from api.exports.stream import connect
from tests.conformance.test_errors import assert_problem
from tests.operations.test_serve import free_port

pytestmark = pytest.mark.django_db
POOLER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
ROLE_LIMIT_MS = 400


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let exports go through a real pgbouncer."""
    if POOLER is None:
        pytest.skip("NO PGBOUNCER (apt-get install pgbouncer)")
    given, port = connection.get_connection_params(), free_port()
    folder = Path("/tmp", f"registry-pooler-{port}")
    folder.mkdir(mode=0o755)
    (folder / "users.txt").write_text(f'"{given["user"]}" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={given['host']} user={given['user']} connect_query='SET statement_timeout = {ROLE_LIMIT_MS}'\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = trust\n"
        f"auth_file = {folder}/users.txt\npool_mode = transaction\ndefault_pool_size = 4\n"
    )
    account = ["-u", "postgres"] if os.geteuid() == 0 else []
    with subprocess.Popen([POOLER, "-q", *account, str(folder / "pgbouncer.ini")], stderr=subprocess.PIPE, text=True) as pooler:
        # As REGISTRY_PGBOUNCER=1 and DATABASE_URL would have it.
        changes = {"HOST": "127.0.0.1", "PORT": str(port), "OPTIONS": {"prepare_threshold": None}}
        for name, value in changes.items():
            monkeypatch.setitem(connection.settings_dict, name, value)
        try:
            _wait_for(pooler)
            yield
        finally:
            pooler.terminate()
            shutil.rmtree(folder)


def _wait_for(pooler: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 20
    while pooler.poll() is None and time.monotonic() < end:
        with suppress(psycopg.OperationalError):
            return connect().close()
        time.sleep(0.05)
    pooler.kill()
    pytest.fail(f"pgbouncer does not answer: {pooler.stderr.read() if pooler.stderr else ''}")


@pytest.fixture
def direct() -> dict[str, Any]:
    """Lead to PostgreSQL itself; asked for before the pooler is."""
    given = connection.get_connection_params()
    return {name: given[name] for name in ("host", "dbname", "user")}


@contextmanager
def held(direct: dict[str, Any]) -> Iterator[None]:
    """Lock the deposits until an export has waited for them longer than the role's limit: its time runs meanwhile."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'registry_deposit'::regclass"
    over = threading.Event()
    with psycopg.connect(**direct) as live:
        live.execute("LOCK TABLE registry_deposit IN ACCESS EXCLUSIVE MODE")

        def release() -> None:
            while not over.wait(0.05) and live.execute(waiting).fetchone() == (0,):
                pass
            over.wait(2.5 * ROLE_LIMIT_MS / 1000)
            live.rollback()

        releasing = threading.Thread(target=release)
        releasing.start()
        try:
            yield
        finally:
            over.set()
            releasing.join()


@pytest.mark.parametrize("format_", ["csv", "geojson", "parquet", "gpkg"])
def test_an_export_has_its_own_time_limit(direct: dict[str, Any], behind: None, format_: str) -> None:
    with held(direct):
        response = Client().get(f"/api/v1/deposits/export/?format={format_}")
    assert response.status_code == 200, response.content
    assert len(b"".join(response.streaming_content)) > 10_000  # type: ignore[attr-defined]


def test_its_limit_stays_with_its_transaction(direct: dict[str, Any], behind: None, settings: Any) -> None:
    settings.EXPORT_TIMEOUT_MS = 200
    with held(direct):
        assert_problem(Client().get("/api/v1/deposits/export/?format=csv"), 503)
    settings.EXPORT_TIMEOUT_MS = 60_000
    with connect() as live:
        assert live.execute("SHOW statement_timeout").fetchone() == ("1min",)
        live.rollback()
        assert live.execute("SHOW statement_timeout").fetchone() == (f"{ROLE_LIMIT_MS}ms",), "the role's again"
