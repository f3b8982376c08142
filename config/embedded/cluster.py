"""Starting and stopping the private cluster, whatever became of it since."""

import fcntl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded import binaries, create, pgbackrest, server, settings
from config.embedded.location import ClusterLocation
from config.embedded.messages import Refusal, say, step

_PATIENCE_S = 120
_POLL_S = 0.1
_SOCKET_APPEARS_S = 1


class Cluster:
    """The private PostGIS of one checkout; `test` means the second one, fast and forgetful, for the tests."""

    def __init__(self, root: Path, *, test: bool = False) -> None:
        """Find its place; nothing is started.

        Raises Refusal when this process may not use it.
        """
        self.place = ClusterLocation.of(root, test=test)

    @property
    def installation(self) -> binaries.Installation:
        """The PostgreSQL that runs it: of the version that made it, else the newest."""
        try:
            major = int((self.place.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return binaries.find()
        return binaries.find(major)

    def pid(self) -> int | None:
        """Return the process id of its server; None if it does not run."""
        return server.running(self.place.data)

    def was_killed(self) -> bool:
        """Return whether its server ended without being stopped: it leaves its note behind, which an orderly end removes."""
        return self.pid() is None and (self.place.data / "postmaster.pid").exists()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else start or stop it meanwhile."""
        self.place.prepare()
        path = self.place.state / f"{self.place.data.name}.lock"
        with path.open("a") as file:
            self.place.account.take(path)
            deadline = time.monotonic() + _PATIENCE_S
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise Refusal(f"another start or stop has locked {path} for {_PATIENCE_S} s") from None
                    time.sleep(_POLL_S)
            yield

    def start(self) -> int:
        """Make it if need be, start it if it does not run, and give the server's process id; only under `locked()`.

        Raises Refusal with PostgreSQL's own words when it does not start.
        """
        if (pid := self._settled()) is not None:
            return pid
        place = self.place
        place.account.own_folder(place.socket)
        if not place.data.is_dir():
            with step("creating the private database"):
                create.make(place, self.installation)
        elif place.data.stat().st_uid != place.account.uid:
            subprocess.run(["chown", "-R", f"{place.account.uid}:{place.account.gid}", place.data], check=True)
        place.account.write(place.data / "registry.conf", settings.configuration(place))
        (place.state / f"{place.data.name}.kept").unlink(missing_ok=True)
        server.launch(place, self.installation, place.data)
        started = self.pid()
        if started is None:
            raise Refusal(f"PostgreSQL exited immediately after its start; see {place.data}/startup.log")
        pgbackrest.begin(place)
        return started

    def _settled(self) -> int | None:
        """Wait until the running server takes connections; None if there is none (any more)."""
        begin = time.monotonic()
        socket = self.place.socket / ".s.PGSQL.5432"
        probe = self.installation.program("pg_isready") if self.pid() else ""
        while (pid := self.pid()) is not None:
            if self.place.account.run(probe, "-q", "-h", self.place.socket).returncode == 0:
                return pid
            if not socket.exists() and time.monotonic() > begin + _SOCKET_APPEARS_S:
                say("the database's socket was deleted; restarting the database")
                self.stop()
                return None
            if time.monotonic() > begin + _PATIENCE_S:
                raise Refusal(f"the database (process {pid}) runs but takes no connections; see {self.place.data}/log")
            time.sleep(_POLL_S)
        return None

    def stop(self) -> bool:
        """Stop it, and say whether it ran; only under `locked()`.

        Raises Refusal when the server does not end.
        """
        pid = self.pid()
        if pid is None:
            return False
        server.halt(self.place, self.installation, self.place.data)
        if self.pid() is not None:
            raise Refusal(f"the database (process {pid}) did not stop; see {self.place.data}/log")
        return True
