"""A program that runs beside the service: pgbouncer, nginx. Its configuration is written, then it is started, and ended."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
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

    def __init__(self, account: Account, folder: Path, command: Sequence[str]) -> None:
        """Say what to run; nothing is started."""
        self.account, self.folder, self.command = account, folder, command
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, is_ready: Callable[[], bool]) -> None:
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
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Refusal(f"{self.command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def reload(self) -> None:
        """Let it read its configuration again."""
        if self.process:
            self.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End it."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
