"""Granian as a child process: its start, the moment it is ready, and an end that leaves nothing."""

import ctypes
import http.client
import os
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

#: One worker for each core of a small machine. While a thread waits for PostgreSQL another one computes; four leave a
#: worker responsive behind three slow queries, and more would only queue for the interpreter, each with a connection.
WORKERS, THREADS = 2, 4


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGTERM)


@dataclass
class Server:
    """Granian with this project's application; `name` is a host name that the service answers to."""

    host: str
    port: int
    name: str
    root: Path
    application: str = "config.wsgi:application"
    process: "subprocess.Popen[bytes]" = field(init=False)
    ready: bool = field(default=False, init=False)

    def __enter__(self) -> "Server":
        """Start it, out of reach of the terminal's Ctrl-C: its end is ours to order."""
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", self.host, "--port", str(self.port)),
            *("--workers", str(WORKERS), "--blocking-threads", str(THREADS)),
            # A thread that ends takes its database connection along, and the next request pays for a new one.
            *("--blocking-threads-idle-timeout", "600"),
            # Without it a worker that is still importing the application is waited for without end.
            *("--workers-kill-timeout", str(_GRACE_S - 3)),
            *("--respawn-failed-workers", "--log-level", "warning", self.application),
        ]
        dies = _end_with_parent if sys.platform.startswith("linux") else None
        self.process = subprocess.Popen(
            command, cwd=self.root, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=dies
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
                raise Refusal(f"the server ended while starting (status {status}); the reason stands above")
            answer = self._readiness()
            if answer == "200":
                self.ready = True
                return
            time.sleep(0.1)
        raise Refusal(f"the server was not ready after {_BOOT_S} s (/readyz: {answer}); the reason may stand above")

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

    def wait(self) -> int:
        """Wait for its end and give its exit status."""
        return self.process.wait()

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
