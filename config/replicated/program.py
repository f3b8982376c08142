"""A program that runs beside the service: pgbouncer, nginx. Its configuration is written, then it is started, and ended."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import which

from config.embedded.account import Account
from config.embedded.messages import Refusal

_PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"
_BOOT_S = 10


def program(name: str, package: str) -> str:
    """Find a program; raises Refusal naming Debian's package."""
    found = which(name, path=f"{os.environ.get('PATH', '')}:{_PATH}")
    if found is None:
        raise Refusal(f"{name} is not installed: apt-get install {package}")
    return found


class Program:
    """A program in the foreground, as the account that owns the databases, with what it says in a file."""

    def __init__(self, account: Account, folder: Path, command: Sequence[str], is_ready: Callable[[], bool]) -> None:
        """Say what to run, and how to see that it is ready; nothing is started."""
        self.account, self.folder, self.command, self.is_ready = account, folder, command, is_ready
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready.

        Raises Refusal with what it said.
        """
        root = os.geteuid() == 0
        log = self.folder / "output.log"
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=self.account.uid if root else None,
                group=self.account.gid if root else None,
                extra_groups=[] if root else None,
            )
        deadline = time.monotonic() + _BOOT_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Refusal(f"{self.command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def has_ended(self) -> bool:
        """Return whether it ran and does not run any more."""
        return self.process is not None and self.process.poll() is not None

    def reload(self) -> None:
        """Let it read its configuration again."""
        if self.process and not self.has_ended():
            self.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End it, and what it has started, also where that has outlived it."""
        if self.process is None:
            return
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
