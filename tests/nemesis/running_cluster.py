"""`./run cluster` on small disks of its own and with a clock that can be set, as a process that is left to itself."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.embedded import ROOT
from config.embedded.messages import Refusal
from config.replicated.node import Node
from config.replicated.pooler import pooled_url

_NAMES = ("one", "two", "three")
_DISK = "900m"
_START_S, _STOP_S, _COMMAND_S = 600, 90, 90
_ACTIVITY = (
    "SELECT pid, state, wait_event, now() - state_change, left(query, 80) FROM pg_stat_activity WHERE datname = 'registry'"
)


@dataclass
class RunningCluster:
    """A running cluster: its folder, its ports, and what it consists of."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes]"
    #: The disks that can be filled, and whether the clock can be set.
    disks: tuple[Path, ...]
    has_clock: bool

    @classmethod
    @contextmanager
    def started(cls, port: int) -> Iterator["RunningCluster"]:
        """Start one on the smallest seed, and end it after the block; raises Refusal."""
        with tempfile.TemporaryDirectory(prefix="registry-nemesis-") as name, _disks(Path(name)) as disks:
            folder = Path(name)
            folder.chmod(0o755)
            clock = _clock(folder)
            words = [str(ROOT / "run"), "cluster", "--port", str(port), "--seed", "article", "--folder", name]
            variables = {**os.environ, **clock, "REGISTRY_STATE": f"{name}/state"}
            variables.pop("REGISTRY_TEST", None)
            with (
                (folder / "log").open("wb") as said,
                subprocess.Popen(words, env=variables, stdout=said, stderr=said) as process,
            ):
                try:
                    cluster = cls(folder, port, process, disks, bool(clock))
                    cluster._wait()
                    yield cluster
                finally:
                    process.terminate()
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_STOP_S)
                    process.kill()
                    _keep_logs(folder)

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_S
        while "Ctrl-C stops" not in self.log():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Refusal(f"the cluster did not start:\n{self.log()[-3000:]}")
            time.sleep(0.2)

    def log(self) -> str:
        """Return what it said."""
        return (self.folder / "log").read_text(errors="replace")

    @property
    def base(self) -> str:
        """The address of the proxy."""
        return f"http://localhost:{self.port}"

    @property
    def services(self) -> tuple[str, str]:
        """The addresses of the services behind it."""
        return f"http://localhost:{self.port + 1}", f"http://localhost:{self.port + 2}"

    @property
    def password(self) -> str:
        """The password of the administrator, as it was printed once."""
        return re.findall(r"^password: (\S+)", self.log(), re.MULTILINE)[0]

    @property
    def nodes(self) -> list[Node]:
        """Its servers of PostgreSQL."""
        return [Node(self.folder / name, name) for name in _NAMES]

    def primary(self) -> Node:
        """Find the server that takes writes; raises Refusal if there is none now."""
        running = [node for node in self.nodes if node.cluster.pid() and node.is_primary()]
        primary = max(running, key=Node.timeline, default=None)
        if primary is None:
            raise Refusal("no server takes writes")
        return primary

    def variables(self) -> dict[str, str]:
        """Return the environment of a command that uses its database through the pooler."""
        url = pooled_url(self.folder / "pooler")
        folders = {f"REGISTRY_{name}": str(self.folder / name.lower()) for name in ("STATE", "RELEASES")}
        return {**os.environ, **folders, "DATABASE_URL": url, "REGISTRY_PGBOUNCER": "1"}

    def children(self, pid: int | None = None) -> list[tuple[int, str]]:
        """List the processes that one has started, with their command lines; those of the cluster itself if none is given."""
        pid = pid or self.process.pid
        found = []
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(OSError):
                found.append((int(child), Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()))
        return found

    def set_clock(self, seconds: int) -> None:
        """Let the clock of everything but PostgreSQL be wrong by some seconds."""
        with (self.folder / "clock").open("r+b") as file:
            file.write(seconds.to_bytes(8, sys.byteorder, signed=True))

    def command(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a module or a script of the project; one that hangs is aborted, and says where it was."""
        words, given = [sys.executable, "-P", *arguments], {**self.variables(), **variables}
        with subprocess.Popen(words, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            try:
                said, complained = process.communicate(timeout=_COMMAND_S)
            except subprocess.TimeoutExpired:
                activity = self.primary().sql(_ACTIVITY)
                process.send_signal(signal.SIGABRT)
                said, complained = process.communicate()
                complained = f"Traceback, for it hung: {complained}\n{activity}"
            return subprocess.CompletedProcess(words, process.returncode, said, complained)


@contextmanager
def _disks(folder: Path) -> Iterator[tuple[Path, ...]]:
    """Give each server a disk of its own, in memory; none where nobody may mount."""
    mounted: list[Path] = []
    for name in _NAMES:
        disk = folder / name
        disk.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=755", "tmpfs", str(disk)]
        if os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0:
            mounted.append(disk)
    try:
        yield tuple(mounted)
    finally:
        for disk in mounted:
            subprocess.run(["umount", "--lazy", disk], check=False)


def _clock(folder: Path) -> dict[str, str]:
    """Return the variables under which programs add the seconds of a file to the time; none without a compiler."""
    library, words = folder / "clock.so", ["cc", "-shared", "-fPIC", "-O1"]
    try:
        subprocess.run([*words, "-o", library, Path(__file__).with_name("clock.c"), "-ldl"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return {}
    (folder / "clock").write_bytes(bytes(8))
    return {"LD_PRELOAD": str(library), "REGISTRY_CLOCK": str(folder / "clock")}


def _keep_logs(folder: Path) -> None:
    kept = ROOT / ".data" / "log" / "nemesis"
    kept.mkdir(parents=True, exist_ok=True)
    for file in (folder / "log", *folder.glob("*/.data/pg/log/*.log"), *folder.glob("p*/*.log")):
        shutil.copy(file, kept / str(file.relative_to(folder)).replace("/", "-"))
