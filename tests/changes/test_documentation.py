"""The mirror of docs/changes.md, run as it stands against a running service; and the rule of retention."""

import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection, connections, transaction

from registry.models import Deposit
from tests import records
from tests.changes.committing import db, own_database  # noqa: F401
from tests.changes.following import Mirror, assert_equals_the_lists, get, wait_for_other_databases

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "changes.md").read_text()
pytestmark = pytest.mark.usefixtures("db")


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def serve(server: object) -> None:
    try:
        server.serve_forever(0.05)  # type: ignore[attr-defined]
    finally:
        connections.close_all()


def test_the_mirror_of_the_documentation(tmp_path: Path) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)
    (tmp_path / "mirror.py").write_text(script)
    copy = tmp_path / "copy.json"
    with transaction.atomic():
        kept, gone = records.deposit(), records.deposit()
    server = make_server("localhost", 0, get_wsgi_application(), handler_class=Quiet)
    thread = threading.Thread(target=serve, args=(server,))
    thread.start()
    try:
        for name in ("kept", "new"):
            wait_for_other_databases()
            done = subprocess.run(
                [sys.executable, tmp_path / "mirror.py", f"http://localhost:{server.server_port}", copy],
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, done.stderr
            assert kept.slug in json.loads(copy.read_text())["deposits"]
            if name == "kept":
                Deposit.objects.filter(pk=gone.pk).update(record_status="withdrawn")
                Deposit.objects.filter(pk=kept.pk).update(name="Newer Hill")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    mirrored = json.loads(copy.read_text())
    deposits = {d["slug"]: d for d in get("/api/v1/deposits/?limit=1000")["results"]}
    assert mirrored["deposits"] == deposits
    assert gone.slug not in deposits


def test_what_may_be_deleted_of_the_log_is_missed_by_nobody() -> None:
    (sql,) = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.S)
    with transaction.atomic():
        deposit, other = records.deposit(), records.deposit()
    old = Mirror()
    old.fill()
    for year in range(1900, 1905):
        Deposit.objects.filter(pk=deposit.pk).update(discovery_year=year)
    Deposit.objects.filter(pk=other.pk).update(record_status="withdrawn")
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("interval '1 year'", "interval '0'"))
        assert cursor.rowcount >= 5
    assert len(old.follow()) == 2
    assert_equals_the_lists(old)
    new = Mirror(start="")
    new.follow()
    assert_equals_the_lists(new)
