"""Heartbeat and progress of a process: a thread writes both to its row, a few times a second at most."""

import threading
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from registry.models import ImportTask
from registry.vocabularies import TaskState

#: Seconds between two words.
_EVERY = 0.7


class Telling:
    """Takes note of each step, and tells on a connection of its own: the work's own transaction shows nothing until its end."""

    def __init__(self, task: ImportTask) -> None:
        """Take the task that is reported of."""
        self.task = task
        self.latest: tuple[str, int, int | None] = ("opening the file", 0, None)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __call__(self, step: str, done: int = 0, total: int | None = None) -> None:
        """Take note."""
        self.latest = (step, done, total)

    def __enter__(self) -> "Telling":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *failed: object) -> None:
        """Say the last word."""
        self._ended.set()
        self._thread.join()

    def _tell(self) -> None:
        try:
            while not self._ended.wait(_EVERY):
                step, done, total = self.latest
                values: dict[str, Any] = {"step": step[:200], "done": done, "total": total, "seen_at": timezone.now()}
                ImportTask.objects.filter(pk=self.task.pk, state=TaskState.RUNNING).update(**values)
        except DatabaseError:
            # The waiting client sees that nothing is reported any more.
            return
        finally:
            connection.close()
