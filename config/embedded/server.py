"""One PostgreSQL server on one folder of data: whether it runs, and its start and end."""

import os
import subprocess
import sys
import time
from pathlib import Path

from config.embedded.binaries import Installation
from config.embedded.location import ClusterLocation
from config.embedded.messages import Refusal, advice

_PATIENCE_S = 120


def _same_folder(a: str, b: Path) -> bool:
    try:
        return os.path.samefile(a, b)
    except OSError:
        return False


def running(data: Path) -> int | None:
    """Return the process id of the server that runs on a data folder; None if none does.

    A number in postmaster.pid proves nothing: it may have been given to another process since, or have come along with
    a copied checkout. PostgreSQL works in its data folder, and nothing else does.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    if sys.platform.startswith("linux"):
        return pid if _same_folder(f"/proc/{pid}/cwd", data) else None
    command = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True).stdout
    return pid if "postgres" in command and str(data) in command else None


def halt(place: ClusterLocation, installation: Installation, data: Path) -> None:
    """Stop the server on a data folder: in order, and if it takes too long, at once, which loses nothing either."""
    for mode, seconds in (("fast", "60"), ("immediate", "20")):
        command = (installation.program("pg_ctl"), "-D", data, "-w", "-t", seconds, "-s", "-m", mode, "stop")
        if place.account.run(*command, output=subprocess.DEVNULL).returncode == 0:
            return


def launch(place: ClusterLocation, installation: Installation, data: Path, socket: Path | None = None) -> None:
    """Start the server on a data folder that has none, and wait until it takes connections at `socket`, or the cluster's.

    Raises Refusal with the end of its log.
    """
    # No server of ours runs: what stands here is left from a power cut, a kill or a copy, and would refuse the start.
    (data / "postmaster.pid").unlink(missing_ok=True)
    for left in (socket or place.socket).glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)
    log = data / "startup.log"
    command = (installation.program("pg_ctl"), "-D", data, "-l", log, "-w", "-t", str(_PATIENCE_S), "-s", "start")
    deadline = time.monotonic() + 10
    while True:
        before = log.stat().st_size if log.exists() else 0
        if place.account.run(*command, output=subprocess.DEVNULL).returncode == 0:
            return
        words = _last_words(data, before)
        # The children of a killed server take a moment to notice.
        if "shared memory block" not in words or time.monotonic() > deadline:
            raise Refusal(f"PostgreSQL did not start:\n{words}{advice(words, data.parent)}\nLogs: {log}, {data}/log")
        time.sleep(0.5)


def _last_words(data: Path, offset: int) -> str:
    log = data / "startup.log"
    text = ""
    if log.exists():
        with log.open(errors="replace") as file:
            file.seek(offset)
            text = file.read()
    written = sorted((data / "log").glob("*.log"), key=lambda path: path.stat().st_mtime)
    if written:
        text += "".join(written[-1].read_text(errors="replace").splitlines(keepends=True)[-10:])
    noise = ("local.conf", "logging collector", "appear in directory")
    return "\n".join(line for line in text.splitlines() if not any(word in line for word in noise))[-2000:]
