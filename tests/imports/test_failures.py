"""What fails for reasons outside of the file: a full disk, another import, an end by force."""

import errno
import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from imports import flows
from imports.errors import ImportRefused
from imports.failures import is_full_disk
from imports.flows import import_load, import_stage, import_undo
from imports.values import duplicates
from registry.models import Deposit, ImportRow, ImportRun
from tests.imports.given import Given, load, row, stage
from tests.imports.made_files import shapefile_parts, zipped
from tests.mappings import NAMED

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let temporary files go to a disk with room for 64 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    # What SQLITE_TMPDIR says to a process that starts.
    sqlite3.connect("").execute(f"PRAGMA temp_store_directory = '{folder}'")
    yield folder
    sqlite3.connect("").execute("PRAGMA temp_store_directory = ''")
    subprocess.run(["umount", "-l", folder], check=True)


def survey(folder: Path, rows: int) -> tuple[str, ...]:
    (folder / "m.yaml").write_text(NAMED, encoding="utf-8")
    file = folder / "survey.csv"
    file.write_text("id,name\n" + "".join(f"{n},Deposit {n}\n" for n in range(rows)), encoding="utf-8")
    return ("load", "generic", "--file", str(file), "--mapping", str(folder / "m.yaml"))


def test_a_full_disk_fails_the_import_with_a_clear_message(
    full_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "_CACHE_KB", 10)
    with pytest.raises(CommandError, match=r"The disk for temporary files is full.*Nothing was written\.$"):
        call_command(*survey(tmp_path, 5_000))
    run = ImportRun.objects.get()
    assert run.state == "failed" and "is full" in run.message
    assert not ImportRow.objects.exists() and not Deposit.objects.exists()


def test_a_full_disk_is_not_called_a_broken_zip(full_disk: Path, tmp_path: Path) -> None:
    shapes: list[Any] = [((65.0, 45.0), {"id": os.urandom(30).hex(), "name": os.urandom(39).hex()}) for _ in range(1_000)]
    archive = zipped(tmp_path / "sites.zip", shapefile_parts(shapes, kind=1))
    (tmp_path / "m.yaml").write_text(NAMED, encoding="utf-8")
    with pytest.raises(CommandError, match="The disk for temporary files is full"):
        call_command("load", "generic", "--file", str(archive), "--mapping", str(tmp_path / "m.yaml"))


def test_a_report_that_cannot_be_written_does_not_hide_what_was_loaded(full_disk: Path, tmp_path: Path) -> None:
    (full_disk / "filler").write_bytes(bytes(64 << 10))
    with pytest.raises(CommandError, match=r"The report of import \d+ could not be written .*: No space left on device"):
        call_command(*survey(tmp_path, 2), "--report", str(full_disk / "report.html"), "--verbosity", "0")
    assert Deposit.objects.count() == 2 and ImportRun.objects.get().state == "loaded"


def test_what_counts_as_a_full_disk() -> None:
    assert is_full_disk(OSError(errno.ENOSPC, "")) and is_full_disk(OSError(errno.EDQUOT, ""))
    assert not is_full_disk(OSError(errno.EACCES, "")) and not is_full_disk(ValueError())


@pytest.mark.parametrize(("error", "said"), [(RuntimeError("odd"), "unexpectedly"), (KeyboardInterrupt(), "interrupted")])
def test_a_run_is_never_left_being_read(error: BaseException, said: str, tmp_path: Path) -> None:
    class Broken(Given):
        def rows(self) -> Any:
            raise error

    path = tmp_path / "list.csv"
    path.write_text("x")
    with pytest.raises(type(error)):
        import_load(opened=Broken([row("1")]), path=path)
    run = ImportRun.objects.get()
    assert run.state == "failed" and said in run.message


@pytest.mark.django_db(transaction=True)
def test_a_check_waits_for_nobody_and_those_who_write_go_one_at_a_time(tmp_path: Path) -> None:
    """Two checks and a load at once: each check ends while the other and the load are in the middle of their file."""
    begun, go_on = threading.Barrier(4, timeout=120), threading.Event()
    ended: dict[str, Any] = {}

    def begin(name: str, flow: Any) -> None:
        class Slow(Given):
            def rows(self) -> Any:
                yield from super().rows()
                begun.wait()
                assert go_on.wait(120)

        folder = tmp_path / name
        folder.mkdir()
        (folder / "list.csv").write_text(name)
        try:
            ended[name] = flow(opened=Slow([row(name)]), path=folder / "list.csv")
        except ImportRefused as error:
            ended[name] = error
        finally:
            connection.close()

    flows = {"check": import_stage, "another check": import_stage, "load": import_load}
    threads = [threading.Thread(target=begin, args=one) for one in flows.items()]
    for thread in threads:
        thread.start()
    # All three hold what they hold until they may go on; a fourth goes through meanwhile.
    begun.wait()
    assert stage(tmp_path, row("4")).state == "checked"
    with pytest.raises(ImportRefused, match="Another import is running"):
        load(tmp_path, row("5"))
    assert set(ImportRun.objects.filter(file_name="list.csv").values_list("state", flat=True)) >= {"reading"}
    go_on.set()
    for thread in threads:
        thread.join(120)
    assert {name: run.state for name, run in ended.items()} == {
        "check": "checked",
        "another check": "checked",
        "load": "loaded",
    }
    assert import_undo(run=ended["load"]).withdrawn == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_that_has_just_begun_is_not_taken_for_interrupted(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("begun")
    run = flows._begin(Given([row("1")]), tmp_path / "list.csv")

    def check_another() -> None:
        (tmp_path / "other").mkdir()
        stage(tmp_path / "other", row("2"))
        connection.close()

    another = threading.Thread(target=check_another)
    another.start()
    another.join(60)
    run.refresh_from_db()
    assert run.state == "reading"
    connection.close()
    stage(tmp_path, row("3"))
    run.refresh_from_db()
    assert run.state == "failed" and "interrupted" in run.message, "its process has ended"
