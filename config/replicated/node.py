"""One PostgreSQL server of several: made as a primary or as the replica of one, promoted, and returned behind another."""

import os
import re
import shutil
import signal
from contextlib import suppress
from pathlib import Path

from config.embedded import create
from config.embedded.cluster import Cluster
from config.embedded.location import NAME
from config.embedded.messages import Refusal
from config.embedded.settings import memory_bytes

#: Replicas come in by streaming replication, which `all` databases do not include.
_REPLICATION = "local replication all peer map=registry\n"
#: A long query on a replica holds back the cleaning of the primary, instead of being ended by what it cleaned; a replica is
#: not behind for longer than a reader accepts.
_SETTINGS = """
hot_standby_feedback = on
max_standby_streaming_delay = '5s'
wal_receiver_timeout = '5s'
wal_retrieve_retry_interval = '200ms'
wal_keep_size = '256MB'
shared_buffers = '{shared_mb}MB'
log_min_duration_statement = -1
"""


class Node:
    """A server with a folder of its own; `name` is what the others know it by."""

    def __init__(self, folder: Path, name: str) -> None:
        """Find its place; nothing is started."""
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.cluster = Cluster(folder)
        self.place = self.cluster.place

    @property
    def url(self) -> str:
        """The address of its database."""
        return self.place.url

    def make_primary(self) -> None:
        """Make it the first, with a database that is empty, and start it."""
        with self.cluster.locked():
            if not self.place.data.is_dir():
                self.place.account.own_folder(self.place.socket)
                create.make(self.place, self.cluster.installation)
                self._append("pg_hba.conf", _REPLICATION)
                self._append("local.conf", _SETTINGS.format(shared_mb=min(memory_bytes() >> 24, 512)))
            self.cluster.start()

    def make_replica(self, primary: "Node") -> None:
        """Copy the primary, unless this was done before, and start to follow it.

        Raises Refusal with PostgreSQL's own words.
        """
        with self.cluster.locked():
            if not self.place.data.is_dir():
                create.clear(self.place, self.cluster.installation)
                copy = self.place.unfinished
                self.place.account.own_folder(copy)
                self._must("pg_basebackup", "-D", copy, "-d", self._source(primary), "-X", "stream", "-R", "-c", "fast")
                copy.rename(self.place.data)
            self.cluster.start()

    def rejoin(self, primary: "Node") -> None:
        """Follow the server that was promoted: what only this one had was acknowledged to nobody, and is taken back."""
        # pg_rewind looks for the timeline of the promoted server in its last checkpoint. Without this it finds nothing to do.
        primary.sql("CHECKPOINT")
        with self.cluster.locked():
            self.cluster.stop()
            rewound = ("pg_rewind", "-D", self.place.data, f"--source-server={self._source(primary)} dbname=postgres", "-R")
            try:
                self._must(*rewound, "--no-sync")
            except Refusal:
                shutil.rmtree(self.place.data)
        self.make_replica(primary)

    def come_back(self, primary: "Node") -> None:
        """Run again after its end, whatever it was before: as the primary if it is that, else as a replica of it.

        Raises Refusal, and may be tried again.
        """
        if self.is_primary() and self is not primary:
            self.rejoin(primary)
        else:
            self.make_replica(primary)

    def follow(self, primary: "Node") -> None:
        """Follow another primary, as a replica that runs."""
        self.sql(f"ALTER SYSTEM SET primary_conninfo = '{self._source(primary)}'", "SELECT pg_reload_conf()")

    def promote(self) -> None:
        """Become the primary, unless it is; returns when it takes writes."""
        self.sql("SELECT CASE WHEN pg_is_in_recovery() THEN pg_promote() END")

    def wait_for(self, names: list[str]) -> None:
        """Acknowledge a commit when one of the named servers has it as well; with none, when it is on this disk."""
        waited = f"ANY 1 ({', '.join(names)})" if names else ""
        self.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{waited}'", "SELECT pg_reload_conf()")

    def is_primary(self) -> bool:
        """Return whether it is made and follows nobody, running or not."""
        return self.place.data.is_dir() and not (self.place.data / "standby.signal").exists()

    def timeline(self) -> int:
        """Return how often a server was promoted on the way to its data, by its last checkpoint."""
        said = self._must("pg_controldata", "-D", self.place.data)
        return int(re.search(r"Latest checkpoint's TimeLineID: +(\d+)", said)[1])  # type: ignore[index]

    def received(self) -> int:
        """Return how many bytes of the log it has received."""
        return int(self.sql("SELECT COALESCE(pg_last_wal_receive_lsn() - '0/0', 0)::bigint"))

    def following(self) -> set[str]:
        """Return the names of the servers that follow it now."""
        return set(self.sql("SELECT application_name FROM pg_stat_replication WHERE state = 'streaming'").split())

    def kill(self) -> None:
        """End it as a power cut would."""
        if pid := self.cluster.pid():
            os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Stop it in order; a primary then waits for nobody, so that it can start alone."""
        if self.cluster.pid() and self.is_primary():
            with suppress(Refusal):
                self.wait_for([])
        with self.cluster.locked():
            self.cluster.stop()

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements as PostgreSQL's superuser, each in a transaction of its own, and give what the last one returned.

        Raises Refusal when one fails.
        """
        commands = [part for statement in statements for part in ("-c", statement)]
        where = ("-h", self.place.socket, "-U", "postgres", "-d", database)
        return self._must("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", *where, *commands).strip()

    def _source(self, primary: "Node") -> str:
        return f"host={primary.place.socket} user=postgres application_name={self.name}"

    def _must(self, program: str, *arguments: str | Path) -> str:
        done = self.place.account.run(self.cluster.installation.program(program), *arguments)
        if done.returncode:
            raise Refusal(f"{program} failed on {self.name}:\n{done.stdout.strip()[-2000:]}")
        return done.stdout

    def _append(self, file: str, text: str) -> None:
        path = self.place.data / file
        self.place.account.write(path, (path.read_text() if path.exists() else "") + text)


#: What a session of the service sets, for the role: behind a pooler a session sets nothing (docs/operations.md).
ROLE_SETTINGS = {
    "statement_timeout": "'5s'",
    "plan_cache_mode": "auto",
    "enable_mergejoin": "off",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "pgtrigger.ignore": "'{}'",
    "timezone": "'UTC'",
}


def carry_settings(primary: Node) -> None:
    """Let the role carry what sessions would set."""
    primary.sql(*(f"ALTER ROLE {NAME} SET {name} = {value}" for name, value in ROLE_SETTINGS.items()))
