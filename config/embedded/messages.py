"""What a person is reported: progress, and why something cannot be done."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LITTLE_SPACE_MB = 200
_NOTICEABLE_S = 1


class Refusal(Exception):
    """Something cannot be done; the text says what happened and what to do."""


def say(text: str) -> None:
    """Tell a person something, beside what the command prints for programs."""
    # In one piece: print() writes the end of the line on its own, and another process may come in between.
    sys.stderr.write(f"registry: {text}\n")
    sys.stderr.flush()


@contextmanager
def step(label: str) -> Iterator[None]:
    """Announce a step, and say how long it took if that was noticeable."""
    begin = time.monotonic()
    say(f"{label} …")
    yield
    seconds = time.monotonic() - begin
    if seconds > _NOTICEABLE_S:
        say(f"{label}: {seconds:.1f} s")


def advice(text: str, folder: Path) -> str:
    """Describe what to do about an error of the operating system or PostgreSQL in `folder`; empty if nothing is known."""
    while not folder.exists():
        folder = folder.parent
    free_mb = shutil.disk_usage(folder).free / 1e6
    if "No space left" in text or free_mb < _LITTLE_SPACE_MB:
        return f"\nThe disk of {folder} is full ({free_mb:.0f} MB free). Free some space and start again; nothing is lost."
    if "Permission denied" in text:
        return f"\nThis account may not use {folder}. Run as its owner, or change its owner: chown -R USER {folder}"
    if "incompatible" in text:
        return f"\nThe data in {folder} were created by another version of PostgreSQL; install that version in addition."
    return ""
