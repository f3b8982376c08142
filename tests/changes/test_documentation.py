"""The mirror of docs/changes.md, run as it is written against a running service and behind a cache; the rule of retention."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.db import connection, transaction

from api.resources.resource import all_resources
from registry.models import Deposit
from tests import records
from tests.changes.mirror import Mirror, assert_equals_the_lists, get, wait_for_other_databases
from tests.changes.own_database import db, own_database  # noqa: F401
from tests.server import served, varnish

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "changes.md").read_text()
pytestmark = pytest.mark.usefixtures("db")

Run = Callable[[str], dict[str, Any]]


@pytest.fixture
def mirror(tmp_path: Path) -> Run:
    """Run the script of the documentation against a server, and give the copy that it keeps."""
    (script,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.S)
    (tmp_path / "mirror.py").write_text(script)
    copy = tmp_path / "copy.json"

    def run(server: str) -> dict[str, Any]:
        wait_for_other_databases()
        done = subprocess.run([sys.executable, tmp_path / "mirror.py", server, copy], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        kept: dict[str, Any] = json.loads(copy.read_text())
        return kept

    return run


def deposits() -> dict[str, Any]:
    return {d["slug"]: d for d in get("/api/v1/deposits/?limit=1000")["results"]}


def test_the_mirror_of_the_documentation(mirror: Run) -> None:
    with transaction.atomic():
        kept, gone = records.deposit(), records.deposit()
    with served() as server:
        assert kept.slug in mirror(server)["deposits"]
        Deposit.objects.filter(pk=gone.pk).update(record_status="withdrawn")
        Deposit.objects.filter(pk=kept.pk).update(name="Newer Hill")
        # Of kinds without records so far, too: a change of a list that was not copied would end the program.
        with transaction.atomic():
            scheme, gap = records.ree_scheme(), records.gap()
        followed = mirror(server)
        assert followed["deposits"] == deposits()
        assert scheme.slug in followed["ree-schemes"] and gap.slug in followed["gaps"]
        assert followed.keys() == {"next", *(resource.name for resource in all_resources())}
    assert gone.slug not in deposits()


def test_the_mirror_behind_a_cache_that_serves_old_lists(mirror: Run) -> None:
    """A cache may serve a list that is older than the mirror; no change between them is lost."""
    with transaction.atomic():
        changed, gone = records.deposit(), records.deposit()
    with served() as server, varnish(server) as cache:
        address = f"{cache}/api/v1/deposits/?limit=1000"
        old = urlopen(address).read()
        Deposit.objects.filter(pk=changed.pk).update(name="Hill behind a cache")
        Deposit.objects.filter(pk=gone.pk).update(record_status="withdrawn")
        time.sleep(1.2)
        copied = mirror(cache)["deposits"]
        assert copied == mirror(cache)["deposits"] == deposits(), "now, and whenever it goes on"
        assert b"Hill behind a cache" not in old


@pytest.mark.parametrize("accept", ["application/json", "application/geo+json", "text/csv"])
def test_a_cache_that_revalidates_keeps_the_type(accept: str) -> None:
    """Varnish adds the headers of a 304 to its copy, and serves that to the next clients."""
    statuses: list[str] = []
    with transaction.atomic():
        records.deposit(at=(60.0, 40.0))
    with served(statuses) as server, varnish(server) as cache:
        request = Request(f"{cache}/api/v1/deposits/?limit=2", headers={"Accept": accept})
        first = urlopen(request)
        # Varnish revalidates beside the request that meets its copy too old, and the data may have moved once since the first.
        for _ in range(8):
            time.sleep(1.2)
            with urlopen(request) as again:
                assert again.headers["Content-Type"] == first.headers["Content-Type"]
                assert again.headers["Content-Type"].startswith(accept)
            if any(status.startswith("304") for status in statuses):
                break
        with urlopen(request) as again:
            assert again.headers["Content-Type"] == first.headers["Content-Type"], "the copy after the 304"
    assert any(status.startswith("304") for status in statuses)


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
