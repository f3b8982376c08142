"""All measures in the text format of Prometheus."""

import os
import re
from contextlib import suppress
from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from config.metrics.state import StateCollector

#: What workers share; prometheus-client reads it when it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_OF_LIVE = re.compile(r"gauge_live[a-z]*_(\d+)\.db")


def text() -> bytes:
    """Write the measures of all workers, and those of the database."""
    workers = REGISTRY
    if folder := os.environ.get(FOLDER):
        _forget_dead(Path(folder))
        workers = CollectorRegistry()
        MultiProcessCollector(workers, folder)  # type: ignore[no-untyped-call]
    state = CollectorRegistry()
    state.register(StateCollector())
    return generate_latest(workers) + generate_latest(state)


def _forget_dead(folder: Path) -> None:
    """Remove what ended workers held; what they counted stays counted."""
    found = {int(match[1]) for path in folder.iterdir() if (match := _OF_LIVE.fullmatch(path.name))}
    for pid in found:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another worker was faster
                mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
        except PermissionError:
            pass
