"""What bounds an export: memory, time, number at once; and what ends it: its reader."""

import os
import resource as process
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from api.errors import Busy, TooSlow
from api.exports import build_process, built_files, files
from api.exports.build.order import Order
from api.exports.formats import FORMATS, Format
from api.exports.stream import AT_ONCE, CopyStream, Slot, parameters
from tests.conformance.test_errors import assert_problem
from tests.exports.endless import ENDLESS, PATH
from tests.operations.test_serve import free_port

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def running() -> int:
    """Count the exports that the database works at, as somebody else sees it."""
    with connection.cursor() as cursor:
        # Within a transaction the first look would be remembered.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'registry export' AND datname = current_database()"
        )
        ((number,),) = cursor.fetchall()
    return int(number)


def eventually(number: int) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if running() == number:
            return True
        time.sleep(0.05)
    return False


def read(response: Any) -> bytes:
    """Read an answer to its end, as a server does."""
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def free_slots() -> int:
    """Count the slots that are free."""
    taken = []
    try:
        while True:
            taken.append(Slot())
    except Busy:
        return len(taken)
    finally:
        for slot in taken:
            slot.give_back()


def test_a_reader_that_goes_away_ends_the_query() -> None:
    endless = CopyStream(lambda live: ENDLESS, Slot())
    assert len(next(endless)) >= 1 << 16
    assert running() == 1
    assert free_slots() == AT_ONCE - 1
    endless.close()
    endless.close()
    assert eventually(0)
    assert free_slots() == AT_ONCE
    assert list(endless) == []


def test_a_reader_that_leaves_a_real_server_ends_the_query() -> None:
    """Granian sends while the query runs, and ends it when the socket closes."""
    port = free_port()
    given = connection.get_connection_params()
    url = f"postgis://{given['user']}@/{given['dbname']}?host={given['host']}"
    application = "tests.exports.endless_server:application"
    command = ["-m", "granian", "--interface", "asginl", "--port", str(port), "--log-level", "error", application]
    with subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    ) as server:
        try:
            answer = _open(f"http://127.0.0.1:{port}{PATH}")
            assert len(answer.read(1000)) == 1000
            assert running() == 1
            answer.close()
            assert eventually(0)
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _open(address: str) -> Any:
    end = time.monotonic() + 30
    while True:
        try:
            return urllib.request.urlopen(address, timeout=30)
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.2)


def test_memory_stays_flat() -> None:
    hundred_mb = "COPY (SELECT repeat('x', 1000) FROM (SELECT generate_series(1, 100000)) rows) TO STDOUT"
    before = process.getrusage(process.RUSAGE_SELF).ru_maxrss
    size = sum(len(block) for block in CopyStream(lambda live: hundred_mb, Slot()))
    assert size > 100_000_000
    assert process.getrusage(process.RUSAGE_SELF).ru_maxrss - before < 30_000


def test_a_query_that_takes_too_long_says_so_before_it_has_begun(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EXPORT_TIMEOUT_MS = 200
    monkeypatch.setattr(files, "csv_statement", lambda live, query: "COPY (SELECT pg_sleep(20)) TO STDOUT")
    assert_problem(Client().get("/api/v1/deposits/export/?format=csv"), 503)
    monkeypatch.setattr(build_process, "table_statement", lambda live, query, located: "COPY (SELECT pg_sleep(20)) TO STDOUT")
    assert_problem(Client().get("/api/v1/deposits/export/?format=parquet"), 503)
    assert eventually(0)
    assert free_slots() == AT_ONCE


#: Rows without end, as a builder reads them.
_ROWS = "COPY (SELECT 'a', encode(ST_AsBinary(ST_Point(1, 1)), 'hex'), 1, 1, 1, 1 FROM generate_series(1, 1e9)) TO STDOUT CSV"


@pytest.mark.parametrize("format_", ["parquet", "gpkg", "fgb", "xlsx"])
def test_a_built_export_that_is_ended_halfway_is_no_fault_of_ours(format_: str, tmp_path: Path) -> None:
    """Arrow and GDAL make an error of their own of what the database said."""
    order = Order(
        connection=parameters(), timeout_ms=700, statement=_ROWS, columns=[("name", "text", "")], geometry=True,
        format=format_, path=str(tmp_path / f"x.{format_}"), layer="x", title="x", license="x",
        changed="2024-01-01T00:00:00+00:00", dictionary=[],
    )  # fmt: skip
    with pytest.raises(TooSlow):
        build_process.run(order)


@pytest.fixture
def full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let temporary files go to a disk with room for 8 kB."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


def test_a_full_disk_is_said_to_be_full(full_disk: Path) -> None:
    for format_ in ("parquet", "gpkg", "fgb", "xlsx"):
        document = assert_problem(Client().get(f"/api/v1/deposits/export/?format={format_}"), 503)
        assert "not enough disk space" in document["detail"], format_
        assert [path for path in full_disk.rglob("*") if path.is_file()] == []
    (full_disk / "filler").write_bytes(bytes(8192))
    assert "not enough disk space" in assert_problem(Client().get("/api/v1/deposits/export/?format=parquet"), 503)["detail"]
    assert free_slots() == AT_ONCE


def test_a_query_that_breaks_halfway_breaks_the_stream(settings: Any) -> None:
    settings.EXPORT_TIMEOUT_MS = 300
    with pytest.raises(psycopg.errors.QueryCanceled):
        for _ in CopyStream(lambda live: ENDLESS, Slot()):
            pass
    assert free_slots() == AT_ONCE


def test_more_at_once_than_a_worker_writes_is_told_to_wait(caplog: pytest.LogCaptureFixture) -> None:
    taken = [Slot() for _ in range(AT_ONCE)]
    try:
        response = Client().get("/api/v1/deposits/export/")
        [line] = [record for record in caplog.records if record.name == "django.request"]
        assert (line.levelname, line.getMessage()) == ("WARNING", "Service Unavailable: /api/v1/deposits/export/")
        assert_problem(response, 503)
        assert response["Retry-After"] == "10"
        assert Client().head("/api/v1/deposits/export/").status_code == 200, "HEAD of a stream writes nothing"
    finally:
        for slot in taken:
            slot.give_back()
    assert read(Client().get("/api/v1/deposits/export/"))


@pytest.mark.parametrize("query", ["format=xml", "limit=10", "nonsense=1", "order=nonsense", "fields=nonsense", "bom=perhaps"])
def test_a_wrong_question_takes_no_slot(query: str) -> None:
    assert_problem(Client().get(f"/api/v1/deposits/export/?{query}"), 400, query.split("=", 1)[0])
    assert free_slots() == AT_ONCE


def test_a_spreadsheet_that_would_overflow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(FORMATS, "xlsx", replace(FORMATS["xlsx"], most_records=10))
    document = assert_problem(Client().get("/api/v1/deposits/export/?format=xlsx"), 400, "format")
    assert "10 records" in document["detail"]
    assert free_slots() == AT_ONCE


def test_built_files_are_kept_and_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file for all that ask for it, in a folder of ours; the oldest goes when they take too much room."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    first, again = (Client().get("/api/v1/regions/export/?format=parquet") for _ in range(2))
    [folder] = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    [kept] = folder.iterdir()
    assert kept.read_bytes() == read(first) == read(again)
    assert int(first["Content-Length"]) == kept.stat().st_size
    monkeypatch.setattr(built_files, "MOST_BYTES", 1)
    read(Client().get("/api/v1/regions/export/?format=parquet&fields=slug"))
    [other] = folder.iterdir()
    assert other != kept, "the newest stays"
    folder.chmod(0o755)
    assert_problem(Client().get("/api/v1/regions/export/?format=parquet"), 503)
    assert free_slots() == AT_ONCE


def part_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_parts_of_a_built_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranges, as RFC 9110 has them; `If-Range` gives the whole file where it has become another."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    client, address = Client(), "/api/v1/regions/export/?format=parquet"
    whole = client.get(address)
    body, tag, size = read(whole), whole["ETag"], int(whole["Content-Length"])
    assert not tag.startswith("W/")
    for asked, part in (("0-9", body[:10]), ("5-", body[5:]), ("-7", body[-7:]), (f"3-{size + 9}", body[3:])):
        found = client.get(address, headers={"Range": f"bytes={asked}", "Accept-Encoding": "gzip"})
        assert (found.status_code, part_of(found), found["ETag"]) == (206, part, tag), asked
        assert found["Content-Range"].endswith(f"/{size}") and int(found["Content-Length"]) == len(part)
    past = client.get(address, headers={"Range": f"bytes={size}-"})
    assert (past.status_code, past["Content-Range"]) == (416, f"bytes */{size}")
    for asked in ("bytes=0-1,4-5", "bytes=9-5", "bytes=-", "lines=1-2", "bytes=a-b"):
        assert read(client.get(address, headers={"Range": asked})) == body, asked
    for named, status in ((tag, 206), ('"another"', 200), ("Thu, 26 Nov 2099 23:00:00 GMT", 200)):
        found = client.get(address, headers={"Range": "bytes=0-9", "If-Range": named})
        assert (found.status_code, len(part_of(found))) == (status, 10 if status == 206 else size)
    assert client.get(address, headers={"If-None-Match": tag, "Range": "bytes=0-9"}).status_code == 304
    statements = client.get("/api/v1/statements/export/?format=parquet", headers={"Range": "bytes=0-3"})
    assert part_of(statements) == b"PAR1"
    assert free_slots() == AT_ONCE


@pytest.mark.parametrize("wanted", FORMATS.values(), ids=lambda each: each.name)
def test_head_tells_the_length_of_what_is_built(wanted: Format) -> None:
    address = f"/api/v1/regions/export/?format={wanted.name}"
    head = Client().head(address)
    assert (head.status_code, b"".join(head.streaming_content)) == (200, b"")  # type: ignore[attr-defined]
    assert head["Accept-Ranges"] == ("bytes" if wanted.built else "none")
    assert free_slots() == AT_ONCE
    if not wanted.built:
        assert "Content-Length" not in head, "nobody knows the length of a stream before it ends"
        return
    first, second = read(Client().get(address)), read(Client().get(address))
    assert int(head["Content-Length"]) == len(first) > 1_000
    assert first == second


def test_manners() -> None:
    client = Client()
    for format_, media_type, extension in (("csv", "text/csv", "csv"), ("gpkg", "application/geopackage+sqlite3", "gpkg")):
        response = client.head(f"/api/v1/deposits/export/?format={format_}")
        assert response["Content-Type"].startswith(media_type)
        assert response["Content-Disposition"].startswith('attachment; filename="deposits-')
        assert response["Content-Disposition"].endswith(f'.{extension}"')
        assert response["Access-Control-Allow-Origin"] == "*"
        again = client.get(f"/api/v1/deposits/export/?format={format_}", HTTP_IF_NONE_MATCH=response["ETag"])
        assert (again.status_code, again.content) == (304, b"")
    assert (
        client.get("/api/v1/deposits/export/", HTTP_ACCEPT="application/geo+json-seq")["Content-Type"]
        == "application/geo+json-seq"
    )
    assert_problem(client.get("/api/v1/deposits/export/", HTTP_ACCEPT="image/png"), 406)
    assert_problem(client.get("/api/v1/findings/export/?format=geojson"), 400, "format")
    assert_problem(client.put("/api/v1/deposits/export/"), 405)
    assert_problem(client.post("/api/v1/deposits/export/", b"{", content_type="application/json"), 400)
    assert_problem(client.post("/api/v1/deposits/export/", {"near": "1,1"}, content_type="application/json"), 400, "near")
    assert_problem(client.get("/api/v1/deposits/export/dictionary/?country=KZ"), 400, "country")
    # A HEAD that was answered is no body for the GET that follows.
    assert read(client.get("/api/v1/deposits/export/?format=csv"))
