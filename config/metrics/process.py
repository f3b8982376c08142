"""What a worker holds: its threads, exports, kept responses, memory and processor time; looked at once a second."""

import os
import resource
import time
from threading import Thread
from typing import Protocol

from prometheus_client import Gauge

from api.exports.stream import running

_LOOK_EVERY_S = 1.0
_PAGE_BYTES = resource.getpagesize()

_threads = Gauge(
    "registry_threads",
    "Threads by kind; each has its own connection to the database.",
    ("kind", "state"),
    multiprocess_mode="livesum",
)
_waiting = Gauge(
    "registry_requests_waiting", "Requests that wait for a thread, by its kind.", ("kind",), multiprocess_mode="livesum"
)
_exports = Gauge("registry_exports_running", "Exports that are being written.", multiprocess_mode="livesum")
_kept = Gauge("registry_kept_response_bytes", "Memory of the responses that are kept.", multiprocess_mode="livesum")
_memory = Gauge("registry_process_resident_bytes", "Resident memory of each worker.", multiprocess_mode="liveall")
_processor = Gauge("registry_process_cpu_seconds", "Processor time of each worker.", multiprocess_mode="liveall")


class Load(Protocol):
    """What is looked at: the threads of each kind, with how many run and how many requests wait, and the bytes kept."""

    def load(self) -> dict[str, tuple[int, int, int]]:
        """Return threads, running and waiting by kind."""

    def kept_bytes(self) -> int:
        """Return the memory of the responses that are kept."""


def look(of: Load) -> None:
    """Look once."""
    for kind, (threads, busy, waiting) in of.load().items():
        _threads.labels(kind, "busy").set(busy)
        _threads.labels(kind, "idle").set(threads - busy)
        _waiting.labels(kind).set(waiting)
    _exports.set(running())
    _kept.set(of.kept_bytes())
    _memory.set(_resident_bytes())
    _processor.set(time.process_time())


def keep_looking(of: Load) -> None:
    """Look once a second, in a thread, as long as the process lives."""

    def run() -> None:
        while True:
            look(of)
            time.sleep(_LOOK_EVERY_S)

    Thread(target=run, name="metrics", daemon=True).start()


def _resident_bytes() -> int:
    try:
        with open(f"/proc/{os.getpid()}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except OSError:  # not on Linux: the most that it ever had
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
