"""The private database survives what machines do to it."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from config.embedded.account import Account
from config.embedded.location import ClusterLocation
from tests.operations.machine import (
    command,
    copy,
    embedded,
    environment,
    eventually,
    postmaster,
    processes_in,
    sql,
    temporary_root,
)


@pytest.mark.slow
def test_a_new_one_is_complete(empty: Path) -> None:
    """PostGIS and its companions are in every new database, and the role may make one without being superuser."""
    assert embedded(empty, "start").returncode == 0
    assert sql(empty, "SELECT current_user, rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == (
        "registry|f|t"
    )
    sql(empty, "CREATE DATABASE another")
    asked = "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"
    done = embedded(empty, "psql", "-qXAtc", asked, "another")
    assert done.stdout.split() == ["btree_gist", "pg_trgm", "plpgsql", "postgis", "unaccent"]
    assert sql(empty, "SELECT current_setting('fsync'), current_setting('data_checksums')") == "on|on"
    assert sql(empty, "SELECT lower('ЖЕТІСУ'), current_setting('listen_addresses') = ''") == "жетісу|t"


@pytest.mark.slow
def test_the_tests_have_one_of_their_own(checkout: Path) -> None:
    """`--test` is another cluster, beside the first, without fsync."""
    sql(checkout, "CREATE TABLE mine ()")
    asked = "SELECT current_setting('fsync'), to_regclass('mine') IS NULL"
    assert embedded(checkout, "--test", "psql", "-qXAtc", asked).stdout.strip() == "off|t"


def test_stopping_leaves_nothing(checkout: Path) -> None:
    """No process, no socket, no pid file."""
    embedded(checkout, "start")
    assert processes_in(checkout)
    assert embedded(checkout, "stop").stdout == "stopped\n"
    assert eventually(lambda: not processes_in(checkout), 3)
    assert not list((checkout / ".data" / "socket").iterdir())
    assert embedded(checkout, "status").returncode == 3


def test_killed_server_starts_again(checkout: Path) -> None:
    """After kill -9, with children that take their time to go, nothing committed is lost."""
    embedded(checkout, "start")
    sql(checkout, "CREATE TABLE kept AS SELECT 42 AS answer")
    server = postmaster(checkout)
    children = [pid for pid in processes_in(checkout / ".data" / "pg") if pid != server]
    for pid in children:
        os.kill(pid, signal.SIGSTOP)
    os.kill(server, signal.SIGKILL)
    with subprocess.Popen(command("start"), cwd=checkout, env=environment(), stdout=subprocess.DEVNULL) as start:
        time.sleep(0.8)
        for pid in children:
            os.kill(pid, signal.SIGCONT)
    assert start.returncode == 0
    assert sql(checkout, "SELECT answer FROM kept") == "42"


def test_reused_process_id_is_not_a_server(checkout: Path) -> None:
    """A pid file whose number now belongs to somebody else neither stops the start nor that somebody."""
    embedded(checkout, "start")
    text = (checkout / ".data" / "pg" / "postmaster.pid").read_text()
    number = str(postmaster(checkout))
    os.kill(int(number), signal.SIGKILL)
    assert eventually(lambda: not processes_in(checkout / ".data" / "pg"))
    # PostgreSQL takes a process of its own account for a server.
    user = (checkout / ".data" / "pg").stat().st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user) as other:
        (checkout / ".data" / "pg" / "postmaster.pid").write_text(text.replace(number, str(other.pid)))
        (checkout / ".data" / "socket" / ".s.PGSQL.5432.lock").write_text(f"{other.pid}\n")
        started = embedded(checkout, "start")
        assert started.returncode == 0, started.stderr
        assert embedded(checkout, "stop").stdout == "stopped\n"
        assert other.poll() is None
        other.kill()


def test_three_starts_at_once_give_one_server(checkout: Path) -> None:
    """All three succeed and name the same process."""
    starts = [
        subprocess.Popen(command("start"), cwd=checkout, env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = {start.communicate(timeout=60)[0] for start in starts}
    assert [start.returncode for start in starts] == [0, 0, 0]
    assert len(said) == 1
    assert f"process {postmaster(checkout)}:" in said.pop()


@pytest.mark.slow
def test_copy_of_a_running_checkout(checkout: Path) -> None:
    """The copy starts a server of its own, and the original goes on."""
    embedded(checkout, "start")
    sql(checkout, "CREATE TABLE kept AS SELECT 42 AS answer")
    sql(checkout, "CHECKPOINT" if os.geteuid() else "SELECT 1")
    with temporary_root() as other:
        copy(checkout, other)
        assert embedded(other, "start").returncode == 0
        assert postmaster(other) != postmaster(checkout)
        sql(other, "DROP TABLE kept")
        assert sql(checkout, "SELECT answer FROM kept") == "42"


def test_path_too_long_for_a_socket(template: Path) -> None:
    """The socket goes to a private folder in /tmp."""
    with temporary_root() as root:
        deep = copy(template, root / ("a-rather-long-name" * 6))
        assert embedded(deep, "start").returncode == 0
        place = ClusterLocation.made(deep, test=False)
        assert place is not None
        assert place.socket.parent == Path("/tmp")
        assert place.socket.stat().st_mode & 0o777 == 0o700
        assert sql(deep, "SELECT 1") == "1"
        embedded(deep, "stop")
        place.socket.rmdir()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["initdb", "server"])
def test_interrupted_making(empty: Path, moment: str) -> None:
    """A maker that is killed leaves nothing that the next start does not clear away."""
    begun = "PG_VERSION" if moment == "initdb" else "registry.conf"
    with subprocess.Popen(command("start"), cwd=empty, env=environment(), stderr=subprocess.DEVNULL) as maker:
        assert eventually(lambda: bool(list(empty.glob(f".data/pg.new-*/{begun}"))))
        maker.kill()
    assert not (empty / ".data" / "pg").exists()
    done = embedded(empty, "start")
    assert done.returncode == 0, done.stderr
    assert not list(empty.glob(".data/pg.new-*"))
    assert sql(empty, "SELECT postgis_lib_version() > ''") == "t"
    embedded(empty, "stop")
    assert eventually(lambda: not processes_in(empty))


@pytest.mark.slow
def test_socket_swept_away(checkout: Path) -> None:
    """Some machines clean /tmp: a server whose socket is gone is started again."""
    embedded(checkout, "start")
    before = postmaster(checkout)
    (checkout / ".data" / "socket" / ".s.PGSQL.5432").unlink()
    assert embedded(checkout, "start").returncode == 0
    assert postmaster(checkout) != before
    assert sql(checkout, "SELECT 1") == "1"


def test_settings_of_ones_own(checkout: Path) -> None:
    """local.conf has the last word."""
    local = checkout / ".data" / "pg" / "local.conf"
    local.write_text("work_mem = '7MB'\n")
    Account.owner(local.parent).take(local)
    assert sql(checkout, "SHOW work_mem") == "7MB"


def test_another_version_of_postgresql(checkout: Path) -> None:
    """Data of a version that is not installed are refused, by name, and left alone."""
    (checkout / ".data" / "pg" / "PG_VERSION").write_text("9\n")
    done = embedded(checkout, "start")
    assert done.returncode == 1
    assert "PostgreSQL 9 with PostGIS" in done.stderr


@pytest.mark.slow
def test_full_disk(empty: Path, as_root: None) -> None:
    """One message says that the disk is full, and nothing is half-made."""
    (empty / ".data").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", str(empty / ".data")]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        done = embedded(empty, "start")
        assert done.returncode == 1
        assert "is full" in done.stderr
        assert not list(empty.glob(".data/pg*/"))
        assert not processes_in(empty)
    finally:
        subprocess.run(["umount", empty / ".data"], check=True)
    assert embedded(empty, "start").returncode == 0


def test_somebody_elses_database(checkout: Path, as_root: None) -> None:
    """Another account gets a message that says whose database it is."""
    done = subprocess.run(
        command("start"), cwd=checkout, env=environment(), user=65534, group=65534, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "belongs to “postgres”; run as that account or as root" in done.stderr


def test_folder_that_nobody_may_write(empty: Path, as_root: None) -> None:
    """One message, not a traceback."""
    done = subprocess.run(
        command("start"), cwd=empty, env=environment(), user=65534, group=65534, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "This account may not use" in done.stderr
    assert "Traceback" not in done.stderr
