"""Saving a database into one file, and bringing it back whole or not at all."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from config.embedded.binaries import client_program
from config.embedded.messages import Refusal, advice, step

_ATTEMPTS = 3
#: PostgreSQL cuts longer names.
_NAME_BYTES = 63


@dataclass(frozen=True)
class Database:
    """A database in the form that PostgreSQL's own programs take.

    The password goes through the environment: arguments can be read by every account of the machine.
    """

    url: str
    name: str
    environment: dict[str, str]

    @classmethod
    def at(cls, url: str) -> "Database":
        """Read an address of the form that DATABASE_URL has."""
        parts = urlsplit(url)
        password = unquote(parts.password or "")
        network = parts.netloc.rpartition("@")[2]
        if parts.username:
            network = f"{parts.username}@{network}"
        plain = urlunsplit(("postgresql", network, parts.path, parts.query, ""))
        return cls(plain, unquote(parts.path.lstrip("/")), {"PGPASSWORD": password} if password else {})

    def sibling(self, name: str) -> "Database":
        """Another database of the same server."""
        parts = urlsplit(self.url)
        return Database(urlunsplit(parts._replace(path=f"/{name}")), name, self.environment)

    def run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run psql, pg_dump or pg_restore on it and give what it says."""
        return subprocess.run(
            [client_program(program), "--no-password", *arguments, "--dbname", self.url],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
        )

    def ask(self, *statements: str) -> str:
        """Run SQL statements, each on its own and without a time limit, and give what they return.

        Raises Refusal with PostgreSQL's words when one fails.
        """
        # A role may carry a limit for requests.
        arguments = [part for statement in ("SET statement_timeout = 0", *statements) for part in ("-c", statement)]
        done = self.run("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", *arguments)
        if done.returncode:
            raise Refusal(f"the database command failed:\n{done.stderr.strip()}")
        return done.stdout.strip()


def backup(database: Database, file: Path) -> None:
    """Write the database into a file, which appears when it is complete and which only its owner can read.

    Raises Refusal when it cannot be written.
    """
    partial = file.with_name(f".{file.name}.partial")
    try:
        with step(f"writing {file}"):
            os.close(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
            done = database.run("pg_dump", "--format=custom", f"--file={partial}")
            if done.returncode:
                raise Refusal(f"the backup failed:\n{done.stderr.strip()}{advice(done.stderr, file.parent)}")
            partial.replace(file)
    except OSError as error:
        raise Refusal(f"the backup failed: {error}{advice(str(error), file.parent)}") from None
    finally:
        partial.unlink(missing_ok=True)


def restore(database: Database, file: Path, *, force: bool = False) -> None:
    """Bring a backup back: into a new database, which takes the name of the old one when it is complete.

    Raises Refusal, with the old database untouched, when the file is not a whole backup or, without `force`, when there
    is something in the database.
    """
    contents = _contents(file)
    if not force and database.ask(_OWN_TABLES) != "0":
        raise Refusal(f"“{database.name}” is not empty; to replace what is in it: ./run restore {file} --force")
    server = database.sibling("postgres")
    new, old = _temporary(database.name)
    with _announced(server, database.name):
        try:
            server.ask(_dropped(new), _dropped(old), f'CREATE DATABASE "{new}"')
            with step(f"reading {file}"):
                _read(file, contents, server.sibling(new))
            _swap(server, database.name, new, old)
            server.ask(_dropped(old))
        finally:
            server.run("psql", "-qX", "-c", _dropped(new))


def _read(file: Path, contents: str, into: Database) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".list") as entries:
        entries.write(contents)
        entries.flush()
        # The roles of another machine are not here: everything belongs to the role that restores.
        options = ("--no-owner", "--no-privileges", "--exit-on-error", f"--use-list={entries.name}", str(file))
        done = into.run("pg_restore", *options)
        if done.returncode:
            raise Refusal(f"the restore failed; the database is unchanged:\n{done.stderr.strip()[-2000:]}")
        into.ask("ANALYZE")


def _dropped(name: str) -> str:
    return f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'


_OWN_TABLES = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      )
"""


def _contents(file: Path) -> str:
    """List what a backup holds, without what only a superuser may write: extensions' comments, PostGIS's own table."""
    if not file.is_file():
        raise Refusal(f"there is no file {file}")
    done = subprocess.run([client_program("pg_restore"), "--list", file], capture_output=True, text=True)
    if done.returncode or "django_migrations" not in done.stdout:
        raise Refusal(f"{file} is not a backup of a registry: {done.stderr.strip() or 'it contains no registry'}")
    return re.sub(r"^.* (COMMENT - EXTENSION|TABLE DATA \S+ spatial_ref_sys) .*\n", "", done.stdout, flags=re.MULTILINE)


def _swap(server: Database, name: str, new: str, old: str) -> None:
    """Exchange the names in one transaction, however many clients keep connecting.

    ALTER DATABASE … RENAME takes a lock that new connections wait for, and then gives the others up to 5 s to go; they are
    disconnected meanwhile. If this process is killed, either both names have changed or none, and nothing stays locked.
    """
    oid = server.ask(f"SELECT oid FROM pg_database WHERE datname = '{name}'")
    disconnected = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datid = {oid}"
    names = f'BEGIN; ALTER DATABASE "{name}" RENAME TO "{old}"; ALTER DATABASE "{new}" RENAME TO "{name}"; COMMIT'
    with ThreadPoolExecutor(1) as background:
        for attempt in range(_ATTEMPTS):
            renaming = background.submit(server.ask, names)
            while not renaming.done():
                server.ask(disconnected)
            try:
                renaming.result()
                return
            except Refusal as refusal:
                # A client that does not go within 5 s.
                if "being accessed" not in str(refusal) or attempt == _ATTEMPTS - 1:
                    raise


@contextmanager
def _announced(server: Database, name: str) -> Iterator[None]:
    """Hold a connection by which others see that a restore is running; it ends with this process, even if that is killed."""
    if server.ask(_running(name)) != "0":
        raise Refusal(f"another restore of “{name}” is running")
    command = [client_program("psql"), "--no-password", "-qX", "--dbname", server.url]
    environment = {**os.environ, **server.environment, "PGAPPNAME": _application(name)}
    # psql waits for a statement, and ends when the pipe is closed.
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as connected:
        try:
            yield
        finally:
            assert connected.stdin is not None
            connected.stdin.close()


def _application(name: str) -> str:
    return f"restore of {name}"[:_NAME_BYTES]


def _running(name: str) -> str:
    return f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{_application(name)}'"


def sweep(database: Database) -> None:
    """Drop what a killed restore has left behind."""
    made = ", ".join(f"'{name}'" for name in _temporary(database.name))
    found = database.ask(f"SELECT datname FROM pg_database WHERE datname IN ({made})").split()
    if found and database.ask(_running(database.name)) == "0":
        with step(f"dropping the remains of a killed restore: {', '.join(found)}"):
            database.sibling("postgres").ask(*map(_dropped, found))


def _temporary(name: str) -> tuple[str, str]:
    """Name the databases that a restore makes: the new one, and the old one after the exchange."""
    return f"{name}_restoring", f"{name}_before_restore"
