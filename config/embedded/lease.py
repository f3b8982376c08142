"""Sharing the cluster: it runs while anybody uses it, and the last user stops it."""

import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from config.embedded import ROOT
from config.embedded.cluster import Cluster

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE_S = 10


class Ended(BaseException):
    """Somebody asked this process to end; `number` is the signal."""

    def __init__(self, number: int) -> None:
        """Keep the signal's number."""
        super().__init__(number)
        self.number = number


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let SIGINT, SIGTERM and SIGHUP raise Ended, so that what was begun is also finished."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise Ended(number)

    before = {number: signal.signal(number, end) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold signals back until the block is done: a server that is half started would be left running."""
    held: list[int] = []
    before = {number: signal.signal(number, lambda got, _frame: held.append(got)) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if held:
        signal.raise_signal(held[0])


@contextmanager
def lease(cluster: Cluster) -> Iterator[None]:
    """Keep the cluster running during the block; the last process stops it, unless `start` was used.

    A user is counted by a shared lock, which the system takes back even from one that was killed.
    """
    cluster.place.prepare()
    path = cluster.place.state / f"{cluster.place.data.name}.users"
    with orderly_end(), path.open("a") as users:
        cluster.place.account.take(path)
        try:
            with undisturbed(), cluster.locked():
                fcntl.flock(users, fcntl.LOCK_SH)
                cluster.start()
            yield
        finally:
            with undisturbed(), cluster.locked():
                if not is_kept(cluster) and _alone(users.fileno()):
                    cluster.stop()


def _alone(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def in_use(*, test: bool) -> Iterator[str]:
    """Return the address of the database in use: DATABASE_URL, else the private one, running during the block."""
    if url := os.environ.get("DATABASE_URL", "").strip():
        with orderly_end():
            yield url
        return
    cluster = Cluster(ROOT, test=test)
    with lease(cluster):
        yield cluster.place.url


def keep(cluster: Cluster) -> None:
    """Let the running cluster stay when its last user goes; every new start forgets it."""
    (cluster.place.state / f"{cluster.place.data.name}.kept").touch()


def is_kept(cluster: Cluster) -> bool:
    """Whether the running cluster stays when its last user goes."""
    return (cluster.place.state / f"{cluster.place.data.name}.kept").exists()


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> int:
    """Run a command in the foreground and give its exit status; what asks us to end is passed on to it.

    Ctrl-C reaches the command from the terminal itself, and may mean less than its end.
    """
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    child = subprocess.Popen(command, env={**os.environ, **(environment or {})})
    try:
        status = child.wait()
    except Ended as ended:
        child.send_signal(ended.number)
        try:
            child.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, before)
    return status if status >= 0 else 128 - status
