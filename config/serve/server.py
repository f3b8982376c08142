"""Granian as a child process: its start, the moment it is ready, and an end that leaves nothing."""

import ctypes
import http.client
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded.lease import undisturbed
from config.embedded.messages import Refusal
from config.serve.port import reachable

_BOOT_S = 60
_GRACE_S = 8
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG

#: One worker for each core of a small machine; what each may hold is in `config.edge.lanes`.
WORKERS = 2
#: Connections that a worker holds at once, and how long one may take to send the head of a request or stay idle.
CONNECTIONS, IDLE_S = 2_000, 15
#: How long a new worker boots beside the old one whose place it takes.
RENEWAL_S = 10


def _prepare() -> None:
    """Make the server end with its parent, and allow it as many open files as it may hold connections."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGTERM)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


@dataclass
class Server:
    """Granian with this project's application; `name` is a host name that the service answers to."""

    host: str
    port: int
    name: str
    root: Path
    application: str = "config.asgi:application"
    variables: dict[str, str] = field(default_factory=dict)
    #: Where the workers share their measures: new at each start, so that numbers begin at nothing.
    measures: Path = field(init=False)
    process: "subprocess.Popen[bytes]" = field(init=False)
    ready: bool = field(default=False, init=False)

    def __enter__(self) -> "Server":
        """Start it, out of reach of the terminal's Ctrl-C: its end is ours to order."""
        command = [
            *(sys.executable, "-m", "granian", "--interface", "asginl", "--loop", "uvloop", "--no-ws"),
            *("--host", self.host, "--port", str(self.port), "--workers", str(WORKERS)),
            *("--backpressure", str(CONNECTIONS), "--http1-header-read-timeout", str(IDLE_S * 1000)),
            # Without it a worker that is still importing the application is waited for without end.
            *("--workers-kill-timeout", str(_GRACE_S - 3)),
            *("--respawn-interval", str(RENEWAL_S)),
            *("--respawn-failed-workers", "--log-level", "warning", self.application),
        ]
        self.measures = self.root / ".data" / "metrics" / str(self.port)
        shutil.rmtree(self.measures, ignore_errors=True)
        self.measures.mkdir(parents=True)
        self.process = subprocess.Popen(
            command,
            cwd=self.root,
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": os.fspath(self.measures), **self.variables},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_prepare,
        )
        return self

    def __exit__(self, *_: object) -> None:
        """End it, whatever happened."""
        with undisturbed():
            self.stop()

    def wait_until_ready(self) -> None:
        """Wait until it says that it is ready.

        Raises Refusal when it ends before that, or takes a minute.
        """
        deadline = time.monotonic() + _BOOT_S
        answer = "no answer"
        while time.monotonic() < deadline:
            if (status := self.process.poll()) is not None:
                raise Refusal(f"the server ended while starting (status {status}); see the messages above")
            answer = self._readiness()
            if answer == "200":
                self.ready = True
                return
            time.sleep(0.1)
        raise Refusal(f"the server was not ready after {_BOOT_S} s (/readyz: {answer}); see the messages above")

    def _readiness(self) -> str:
        connection = http.client.HTTPConnection(reachable(self.host), self.port, timeout=5)
        try:
            # As a proxy would ask, so that no setting for the outside turns this away.
            connection.request("GET", "/readyz", headers={"Host": self.name, "X-Forwarded-Proto": "https"})
            return str(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as error:
            return str(error)
        finally:
            connection.close()

    def renew(self) -> None:
        """Replace its workers one after another by new ones, which read the code again; they share its socket."""
        self.process.send_signal(signal.SIGHUP)

    def ended_within(self, seconds: float) -> int | None:
        """Wait for its end, but not longer; give its exit status, or None if it runs."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End it and every process it started: what is being answered is finished first, unless that takes too long."""
        if self.ready:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_GRACE_S)
        # Nothing is lost with a server that boots or hangs: what it had not committed, PostgreSQL takes back.
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
