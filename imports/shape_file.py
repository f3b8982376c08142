"""The shapes of a small file that somebody adds to a form: read in a process of its own, bounded in size, count and time.

`python -m imports.shape_file` reads the name and then the file from standard input, and writes what it found as JSON.
"""

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext

_ROOT = Path(__file__).resolve().parents[1]
#: More shapes than a person chooses one from, seconds of processor time and of waiting, and bytes of memory.
MOST_SHAPES = 200
_SECONDS, _WAIT_SECONDS, _MEMORY_BYTES = 20, 40, 2 * 2**30
_AT_ONCE = threading.BoundedSemaphore(2)


class ShapeFileError(ValueError):
    """A file without shapes that can be used; the message says why."""


@dataclass(frozen=True)
class FileShape:
    """One shape of a file, as hexadecimal EWKB in WGS 84, and what the file calls it."""

    label: str
    ewkb: str


@dataclass(frozen=True)
class ShapeFile:
    """The shapes of a file, and the system that its coordinates are in."""

    format: str
    srid: int | None
    shapes: tuple[FileShape, ...]


def read_shape_file(content: bytes, name: str) -> ShapeFile:
    """Read the shapes of KML, KMZ, a zipped Shapefile, GeoJSON or a GeoPackage; raises ShapeFileError."""
    if not _AT_ONCE.acquire(blocking=False):
        raise ShapeFileError(gettext("Other files are being read just now; try again in a moment."))
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "imports.shape_file"],
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            input=json.dumps(name[:120]).encode() + b"\n" + content,
            capture_output=True,
            timeout=_WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ShapeFileError(gettext("The file takes too long to read; load it as an import instead.")) from error
    finally:
        _AT_ONCE.release()
    if done.returncode:
        raise ShapeFileError(gettext("The file takes too much time or memory to read; load it as an import instead."))
    answer = json.loads(done.stdout)
    if said := answer.get("error"):
        raise ShapeFileError(said)
    shapes = tuple(FileShape(label, ewkb) for label, ewkb in answer["shapes"])
    return ShapeFile(answer["format"], answer["srid"], shapes)


def _found(path: Path, name: str) -> dict[str, object]:
    from imports.readers.formats import open_table
    from imports.readers.table import InputFile, Progress
    from imports.refusal import FileRefused

    try:
        table = open_table(InputFile(path, name))
        if not table.has_geometry:
            return {"error": f"This is {table.format}, which has no shapes. Use KML, KMZ, a zipped Shapefile or GeoJSON."}
        rows = [row for row in islice(table.walk(Progress()), MOST_SHAPES + 1) if row.geometry or row.problems]
    except FileRefused as refused:
        return {"error": " ".join(filter(None, (refused.message, refused.fix)))}
    if len(rows) > MOST_SHAPES:
        return {"error": f"The file has more than {MOST_SHAPES} shapes; load it as an import instead."}
    shapes = [(_label(row.values, row.line), row.geometry) for row in rows if row.geometry]
    if not shapes:
        said = next((problem.message for row in rows for problem in row.problems), "")
        return {"error": f"The file has no shape that can be used. {said}".strip()}
    return {"format": table.format, "srid": table.srid, "shapes": shapes}


def _label(values: Mapping[str, object], number: int) -> str:
    """Call a shape by its name, or by the first short text of its row."""
    named = {key.lower(): str(value).strip() for key, value in values.items() if value not in (None, "")}
    text = next((named[key] for key in ("name", "title", "number", "id") if named.get(key)), "")
    return (text or next(iter(named.values()), "") or f"shape {number}")[:80]


def main() -> None:
    """Read one file from standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    with TemporaryDirectory(prefix="registry-shapes-") as folder:
        path = Path(folder) / "file"
        name = json.loads(sys.stdin.buffer.readline())
        path.write_bytes(sys.stdin.buffer.read())
        json.dump(_found(path, name), sys.stdout)


if __name__ == "__main__":
    main()
