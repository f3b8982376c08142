"""Renewing the workers: new code takes over the address while the old code serves it, so that no client is refused.

All workers of a server take connections from one socket, which stays open. A worker of the new code that still boots takes
none, and one of the old code answers what it has begun before it ends.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from config.embedded.messages import Refusal, say
from config.serve.server import Server

#: What asks for it, as other servers of Python have it; SIGHUP means that the terminal was closed.
RENEW = signal.SIGUSR2


class Renewal:
    """Hears when it is asked for, and does it: first `prepare`, which may refuse, then the workers one after another."""

    def __init__(self, prepare: Callable[[], object]) -> None:
        """Nobody has asked."""
        self.prepare = prepare
        self._asked = False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Hear the signal during the block."""
        before = signal.signal(RENEW, self._note)
        try:
            yield
        finally:
            signal.signal(RENEW, before)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True

    def look(self, *servers: Server) -> None:
        """Renew the workers if somebody has asked; the old ones go on where the new code cannot be prepared."""
        if not self._asked:
            return
        self._asked = False
        say("taking over the new code; the old one serves meanwhile")
        try:
            self.prepare()
        except Refusal as refusal:
            say(f"the old code goes on: {refusal}")
        else:
            for server in servers:
                server.renew()


@contextmanager
def registered(root: Path, port: int) -> Iterator[None]:
    """Note for `./run reload` which process serves a port."""
    path = pid_file(root, port)
    path.write_text(f"{os.getpid()}\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def pid_file(root: Path, port: int) -> Path:
    """Return where the process that serves a port is noted."""
    return root / ".data" / f"serve-{port}.pid"


def ask(root: Path, port: int) -> None:
    """Ask the service on a port to renew its workers.

    Raises Refusal when this checkout serves nothing there.
    """
    try:
        pid = int(pid_file(root, port).read_text())
        # A note that a killed service left may name a process of somebody else's by now.
        if not serves(pid):
            raise ProcessLookupError
        os.kill(pid, RENEW)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        raise Refusal(f"this checkout serves nothing on port {port}; start it: ./run serve --port {port}") from None
    except PermissionError:
        raise Refusal(f"the service on port {port} belongs to another account; run as that account or as root") from None


def serves(pid: int) -> bool:
    """Return whether a process is a service of the registry."""
    if sys.platform.startswith("linux"):
        try:
            return _is_ours(Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace"))
        except OSError:
            return False
    done = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True)
    return _is_ours(done.stdout)


def _is_ours(command: str) -> bool:
    return "config.serve" in command or "config.replicated" in command
