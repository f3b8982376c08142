"""A backup comes back whole or not at all."""

import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded.backup import Database
from tests.operations.machine import command, copy, embedded, environment, eventually, sql, temporary_root

_FILL = """
    CREATE TABLE django_migrations (id int);
    CREATE TABLE deposits (name text CHECK (name > ''), place geometry(Point, 4326));
    COMMENT ON TABLE deposits IS 'where they lie';
    CREATE INDEX ON deposits USING gist (place);
    CREATE INDEX ON deposits USING gin (name gin_trgm_ops);
    INSERT INTO deposits SELECT 'Kundybai ' || n, ST_Point(62 + n * 1e-4, 52, 4326) FROM generate_series(1, 1000) n;
"""
_LOOK = "SELECT count(*), max(ST_X(place)) FROM deposits"
_BEFORE = "1000|62.1"


@pytest.fixture(scope="module")
def filled(template: Path) -> Iterator[Path]:
    """Give a checkout whose database, which is running, holds a registry of sorts."""
    with temporary_root() as root:
        copy(template, root)
        embedded(root, "start")
        sql(root, _FILL)
        yield root


@pytest.fixture(scope="module")
def backup(filled: Path) -> Path:
    """Make a backup of it."""
    file = filled / "backup.dump"
    done = embedded(filled, "backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def saved(filled: Path, backup: Path) -> Path:
    """Copy the backup, and change the database."""
    sql(filled, "DELETE FROM deposits WHERE name < 'Kundybai 5'")
    return Path(shutil.copy(backup, filled / "saved.dump"))


def databases(root: Path) -> set[str]:
    """List the databases of a checkout's cluster."""
    return set(sql(root, "SELECT datname FROM pg_database WHERE NOT datistemplate").split())


@pytest.mark.slow
def test_round_trip(filled: Path, saved: Path) -> None:
    """All comes back as it was, although somebody was connected, and nothing else is left."""
    assert saved.stat().st_mode & 0o777 == 0o600
    assert sql(filled, _LOOK) != _BEFORE
    arguments = command("psql", "-qXAtc", "SELECT 'connected'", "-c", "SELECT pg_sleep(60)")
    with subprocess.Popen(arguments, cwd=filled, env=environment(), stdout=subprocess.PIPE, text=True) as other:
        busy = "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"
        assert eventually(lambda: sql(filled, busy) == "t")
        done = embedded(filled, "restore", str(saved), "--force")
        assert done.returncode == 0, done.stderr
        assert other.wait(10) != 0
    assert sql(filled, _LOOK) == _BEFORE
    assert databases(filled) == {"postgres", "registry"}
    assert sql(filled, "SELECT obj_description('deposits'::regclass)") == "where they lie"
    sql(filled, "CREATE TABLE one_more (name text)")


class Reader(threading.Thread):
    """Connects, reads and disconnects as fast as it can, or keeps its connection until it is cut."""

    def __init__(self, url: str, keeps: bool, end: threading.Event) -> None:
        """Begin."""
        super().__init__(daemon=True)
        self.url, self.keeps, self.end = url, keeps, end
        self.seen: tuple[str, int] = ("", 0)
        self.cut = 0
        self.start()

    def run(self) -> None:
        """Read until the end."""
        while not self.end.is_set():
            try:
                with psycopg.connect(self.url, autocommit=True) as live:
                    for _ in range(10**9 if self.keeps else 5):
                        if self.end.is_set():
                            return
                        [(database, rows)] = live.execute("SELECT oid::text, (SELECT count(*) FROM deposits) FROM pg_database"
                                                          " WHERE datname = current_database()").fetchall()  # fmt: skip
                        self.seen = (database, rows)
            except psycopg.OperationalError:
                self.cut += 1


@pytest.mark.slow
def test_under_six_readers(filled: Path, saved: Path) -> None:
    """Clients that keep coming neither stop the exchange nor see anything but the old data and the new."""
    url = embedded(filled, "url").stdout.strip().replace("postgis:", "postgresql:")
    end = threading.Event()
    readers = [Reader(url, keeps=number % 2 == 0, end=end) for number in range(6)]
    try:
        for _ in range(3):
            assert eventually(lambda: all(reader.seen[0] for reader in readers))
            begin = time.monotonic()
            done = embedded(filled, "restore", str(saved), "--force")
            assert done.returncode == 0, done.stderr
            assert time.monotonic() - begin < 60
            now = sql(filled, "SELECT oid FROM pg_database WHERE datname = current_database()")
            assert eventually(lambda: all(reader.seen == (now, 1000) for reader in readers)), [r.seen for r in readers]  # noqa: B023
            assert all(reader.is_alive() and reader.cut for reader in readers)
    finally:
        end.set()
        for reader in readers:
            reader.join(10)
    assert databases(filled) == {"postgres", "registry"}


@pytest.mark.slow
def test_a_restore_that_is_killed(filled: Path, saved: Path) -> None:
    """The next backup, restore or start drops what it has left; one that is still running is left in peace."""
    before = sql(filled, _LOOK)
    with subprocess.Popen(
        command("restore", str(saved), "--force"), cwd=filled, env=environment(), stderr=subprocess.DEVNULL
    ) as restoring:
        assert eventually(lambda: "registry_restoring" in databases(filled))
        restoring.send_signal(signal.SIGSTOP)
        second = embedded(filled, "restore", str(saved), "--force")
        assert second.returncode == 1 and "another restore of “registry” is running" in second.stderr
        restoring.kill()
    assert "registry_restoring" in databases(filled)
    running = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'restore of%'"
    assert eventually(lambda: sql(filled, running) == "0")
    done = embedded(filled, "backup", str(filled / "other.dump"))
    assert "dropping the remains of a killed restore: registry_restoring" in done.stderr
    assert databases(filled) == {"postgres", "registry"}
    assert sql(filled, _LOOK) == before


@pytest.mark.slow
def test_into_an_empty_database(template: Path, saved: Path) -> None:
    """On a new machine it needs no force."""
    with temporary_root() as root:
        copy(template, root)
        done = embedded(root, "restore", str(saved))
        assert done.returncode == 0, done.stderr
        assert sql(root, _LOOK) == _BEFORE


def test_data_are_not_replaced_without_force(filled: Path, saved: Path) -> None:
    """The message gives the command that does."""
    before = sql(filled, _LOOK)
    done = embedded(filled, "restore", str(saved))
    assert done.returncode == 1
    assert f"./run restore {saved} --force" in done.stderr
    assert sql(filled, _LOOK) == before


@pytest.mark.parametrize("damage", ["cut off", "not a backup", "of something else", "missing"])
def test_broken_file(filled: Path, saved: Path, damage: str) -> None:
    """The database stays as it is, without a trace of the attempt."""
    before = sql(filled, _LOOK)
    match damage:
        case "cut off":
            saved.write_bytes(saved.read_bytes()[: saved.stat().st_size * 2 // 3])
        case "not a backup":
            saved.write_text("a letter")
        case "of something else":
            sql(filled, "CREATE DATABASE other")
            other = f"{embedded(filled, 'url').stdout.strip()}".replace("/registry?", "/other?")
            assert embedded(filled, "backup", str(saved), DATABASE_URL=other).returncode == 0
            sql(filled, "DROP DATABASE other")
        case "missing":
            saved.unlink()
    done = embedded(filled, "restore", str(saved), "--force")
    assert done.returncode == 1
    assert {
        "cut off": "the restore failed; the database is unchanged",
        "not a backup": "is not a backup of a registry",
        "of something else": "it contains no registry",
        "missing": "there is no file",
    }[damage] in done.stderr
    assert sql(filled, _LOOK) == before
    assert databases(filled) == {"postgres", "registry"}


def test_backup_that_cannot_be_written(filled: Path) -> None:
    """An older backup of the same name stays, and a new one does not appear, not even partly."""
    folder = filled / "backups"
    folder.mkdir()
    file = folder / "saved.dump"
    file.write_text("older")
    done = embedded(filled, "backup", str(file), DATABASE_URL="postgis://a@127.0.0.1:9/b")
    assert done.returncode == 1
    assert "the backup failed" in done.stderr
    assert [entry.name for entry in folder.iterdir()] == ["saved.dump"]
    assert file.read_text() == "older"


@pytest.fixture
def full_folder(filled: Path, as_root: None) -> Iterator[Path]:
    """Give a folder on a disk with room for 100 kB."""
    folder = filled / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_backup_onto_a_full_disk(filled: Path, full_folder: Path) -> None:
    """It says that the disk is full, and leaves nothing."""
    sql(filled, "INSERT INTO deposits SELECT md5(n::text) || md5((n + 1)::text) FROM generate_series(1, 5000) n")
    done = embedded(filled, "backup", str(full_folder / "saved.dump"))
    assert done.returncode == 1
    assert "is full" in done.stderr
    assert not list(full_folder.iterdir())


def test_with_a_database_of_ones_own(filled: Path, saved: Path, template: Path) -> None:
    """DATABASE_URL is what is saved and restored; the checkout's own database is not even started."""
    with temporary_root() as root:
        copy(template, root)
        url = embedded(filled, "url").stdout.strip()
        done = embedded(root, "restore", str(saved), "--force", DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        assert sql(filled, _LOOK) == _BEFORE
        assert embedded(root, "status").returncode == 3


def test_password_is_not_in_the_arguments() -> None:
    """Every account of a machine can read them."""
    database = Database.at("postgis://me:s%40crët@db.example:5433/registry?sslmode=require")
    assert database.url == "postgresql://me@db.example:5433/registry?sslmode=require"
    assert database.environment == {"PGPASSWORD": "s@crët"}
    assert (database.name, database.sibling("postgres").url) == (
        "registry",
        "postgresql://me@db.example:5433/postgres?sslmode=require",
    )
