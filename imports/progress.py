"""Progress of an import, reported to the waiting client."""

from typing import Protocol


class Progress(Protocol):
    """Is called with each step: how much of it is done, of how much; None where nobody can tell."""

    def __call__(self, step: str, done: int = 0, total: int | None = None) -> None:
        """Take note."""


def silent(step: str, done: int = 0, total: int | None = None) -> None:
    """Tell nobody."""
