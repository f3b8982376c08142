"""What the tests of this folder do to a machine: temporary checkouts, real processes, and a look at what is left."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def environment(**more: str) -> dict[str, str]:
    """Give a plain environment: nothing of the one that runs these tests, such as its DATABASE_URL."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "REGISTRY_PG_BIN") if name in os.environ}
    return kept | more


#: What a dozen clusters at once need of a file system in memory.
_ROOM_BYTES = 4 * 2**30


@cache
def _below() -> str:
    """Choose where folders are made: in memory where that is large, for each test makes or copies a whole cluster."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or os.statvfs(memory).f_flag & os.ST_NOEXEC:
        return "/tmp"
    return str(memory) if shutil.disk_usage(memory).free > _ROOM_BYTES else "/tmp"


@contextmanager
def temporary_root() -> Iterator[Path]:
    """Make a folder that other accounts may enter, as a checkout is; whatever still runs in it at the end is killed."""
    root = Path(tempfile.mkdtemp(prefix="registry-test-", dir=_below()))
    root.chmod(0o755)
    try:
        yield root
    finally:
        for pid in processes_in(root):
            with suppress(ProcessLookupError):
                os.kill(pid, 9)
        shutil.rmtree(root, ignore_errors=True)


def checkout_in(root: Path) -> Path:
    """Put into a folder what the private database needs of a checkout."""
    (root / "config").mkdir(parents=True)
    shutil.copy(REPOSITORY / "config" / "__init__.py", root / "config")
    shutil.copytree(REPOSITORY / "config" / "embedded", root / "config" / "embedded")
    return root


def copy(source: Path, target: Path) -> Path:
    """Copy a checkout with everything in it, owners too; a running server's files may come and go meanwhile."""
    subprocess.run(["cp", "-a", f"{source}/.", target], check=False, stderr=subprocess.DEVNULL)
    return target


def command(*arguments: str) -> list[str]:
    """Give the command line of the private database."""
    return [sys.executable, "-m", "config.embedded", *arguments]


def embedded(root: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the private database of a checkout."""
    done = subprocess.run(
        command(*arguments), cwd=root, env=environment(**variables), capture_output=True, text=True, timeout=100
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def sql(root: Path, statement: str) -> str:
    """Ask the private database of a checkout."""
    done = embedded(root, "psql", "-qXAtc", statement)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def postmaster(root: Path) -> int:
    """Give the process id of a checkout's running server."""
    return int((root / ".data" / "pg" / "postmaster.pid").read_text().splitlines()[0])


def processes_in(folder: Path) -> list[int]:
    """List every living process that works in a folder or names it in its command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            # The command line of a zombie is empty, and it has no working folder.
            words = (entry / "cmdline").read_bytes()
            where = os.readlink(entry / "cwd") if words else ""
        except OSError:
            continue
        if int(entry.name) != os.getpid() and (str(folder).encode() in words or where.startswith(str(folder))):
            found.append(int(entry.name))
    return found


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Wait until something becomes true; say whether it did."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False
