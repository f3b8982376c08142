"""Built files, kept for a while so that a client can read parts of one: each under a name that says what it holds."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2s, file_digest
from pathlib import Path
from typing import IO

from api.database.connection import live_connection
from api.database.reads import note, reads_of
from api.database.version import data_version
from api.errors import Unavailable
from api.exports.build_process import ExportTable, build_table
from api.exports.formats import Format
from api.exports.stream import Slot
from api.filters.parameters import today
from config.release import CODE

#: The oldest files go when all of them take more, or after so many seconds; the one that was built last stays.
MOST_BYTES, MOST_S = 1_000_000_000, 3600
_BLOCK_BYTES = 1 << 18


class BuiltFile:
    """An open file, with the tag that tells its bytes from those of any other."""

    def __init__(self, path: Path) -> None:
        """Open it; raises FileNotFoundError. It can be read to its end even if it is removed meanwhile."""
        self.file: IO[bytes] = path.open("rb")
        self.size = os.fstat(self.file.fileno()).st_size
        self.tag = f'"{path.stem.rpartition("-")[2]}"'

    def close(self) -> None:
        """Close it."""
        self.file.close()


class FilePart:
    """A part of a built file in blocks; the file is closed at its end, or when nobody reads it any more."""

    def __init__(self, built: BuiltFile, first: int, length: int) -> None:
        """Take the part."""
        self._built, self._left = built, length
        built.file.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        """Be read once."""
        return self

    def __next__(self) -> bytes:
        """Return the next block."""
        block = b"" if self._built.file.closed else self._built.file.read(min(_BLOCK_BYTES, self._left))
        self._left -= len(block)
        if not block:
            self.close()
            raise StopIteration
        return block

    def close(self) -> None:
        """Close the file."""
        self._built.close()


def built_file(table: ExportTable, wanted: Format) -> BuiltFile:
    """Return the file of a table as the data are now, built unless it is kept; raises Busy, TooSlow or Unavailable."""
    live = live_connection()
    statement = table.statement(live)
    lists = [rows(live) for _, rows, _ in table.lists]
    kinds = reads_of(statement).kinds
    note(kinds)
    holds = (data_version().state(kinds, today()), CODE, wanted.name, statement, lists, table.columns, table.dictionary)
    key, folder = blake2s(repr(holds).encode(), digest_size=16).hexdigest(), _folder()
    for path in sorted(folder.glob(f"{key}-*")):
        with suppress(FileNotFoundError):
            return BuiltFile(path)
    slot = Slot()
    try:
        return _keep(build_table(table, wanted), folder, key)
    finally:
        slot.give_back()


def built_once(table: ExportTable, wanted: Format) -> BuiltFile:
    """Build the file of a table for one reader; it is gone when it is closed. Raises Busy, TooSlow or Unavailable."""
    slot = Slot()
    try:
        path = build_table(table, wanted)
    finally:
        slot.give_back()
    try:
        return BuiltFile(path)
    finally:
        path.unlink()


def _keep(path: Path, folder: Path, key: str) -> BuiltFile:
    with path.open("rb") as file:
        content = file_digest(file, lambda: blake2s(digest_size=16)).hexdigest()
    kept = path.replace(folder / f"{key}-{content}{path.suffix}")
    found = BuiltFile(kept)
    _prune(folder, kept)
    return found


def _folder() -> Path:
    """Return the folder of all workers, which nobody else can read or write."""
    folder = Path(tempfile.gettempdir(), f"registry-exports-{os.getuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077 or folder.is_symlink():
        raise Unavailable(f"The folder {folder} belongs to somebody else, so that no file can be built in it.")
    return folder


def _prune(folder: Path, newest: Path) -> None:
    """Remove files that are old or too many."""
    room, oldest = MOST_BYTES - newest.stat().st_size, time.time() - MOST_S
    others = []
    for path in folder.iterdir():
        if path != newest:
            with suppress(FileNotFoundError):
                status = path.stat()
                others.append((status.st_mtime, status.st_size, path))
    for made_at, size, path in sorted(others, reverse=True):
        room -= size
        if room < 0 or made_at < oldest:
            path.unlink(missing_ok=True)
