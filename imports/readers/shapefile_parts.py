"""The files of a Shapefile, looked through before a library reads them: their sizes are what they say, and bounded."""

import codecs
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from imports import limits
from imports.readers.encodings import KNOWN
from imports.readers.table import InputFile

_SHP_HEAD = 100
_DBF_HEAD = 32
#: Language driver of a .dbf → encoding; only those that mean one.
_DRIVERS = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x26: "cp866", 0x57: "cp1252", 0x64: "cp852", 0x65: "cp866"}
_DRIVERS |= {0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253", 0xCC: "cp1257"}
#: What .cpg files write, where it is not a codec's name.
_PAGES = {"88591": "iso8859_1", "88592": "iso8859_2", "88595": "iso8859_5", "88599": "iso8859_9", "65001": "utf-8"}


@dataclass(frozen=True)
class Parts:
    """A folder with the parts of one Shapefile, under names of ours."""

    folder: Path

    @property
    def shp(self) -> Path:
        """The shapes."""
        return self.folder / "layer.shp"

    @property
    def dbf(self) -> Path:
        """The table."""
        return self.folder / "layer.dbf"

    @property
    def prj_text(self) -> str:
        """What is said of the coordinates; empty if nothing is."""
        return self._text("layer.prj", 20_000)

    @property
    def cpg_text(self) -> str:
        """What is said of the encoding; empty if nothing is."""
        return self._text("layer.cpg", 100)

    def _text(self, name: str, most: int) -> str:
        path = self.folder / name
        if not path.exists():
            return ""
        with path.open("rb") as file:
            return file.read(most).decode("latin-1").removeprefix("ï»¿")


def check_parts(input_file: InputFile, parts: Parts) -> None:
    """Reject what does not have the form of a Shapefile, or a record too large for memory."""
    try:
        _check_shapes(input_file, parts.shp)
        _check_table(input_file, parts.dbf)
    except struct.error as error:
        raise _broken(input_file, "it is truncated") from error


def _broken(input_file: InputFile, why: str) -> Exception:
    return input_file.refuse("bad-shapefile", f"It cannot be read: {why}.", "Save it again, or upload it as GeoPackage.")


def _check_shapes(input_file: InputFile, path: Path) -> None:
    """Walk from record to record: each has a length, and lies within the file."""
    size = path.stat().st_size
    with path.open("rb") as file:
        (code,) = struct.unpack(">i", file.read(4))
        if code != 9994:
            raise _broken(input_file, "the .shp does not begin like one")
        at = _SHP_HEAD
        while at + 8 <= size:
            file.seek(at)
            _, words = struct.unpack(">ii", file.read(8))
            length = 2 * words
            if length < 4 or at + 8 + length > size:
                raise _broken(input_file, "a record of the .shp has an impossible length")
            if length > limits.RECORD_BYTES:
                raise input_file.refuse("feature-too-large", f"A shape is larger than {limits.RECORD_BYTES // 2**20} MB.")
            at += 8 + length


def _check_table(input_file: InputFile, path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        _, _, records, head, length = struct.unpack("<B3sIHH", file.read(12))
    columns = (head - _DBF_HEAD - 1) // 32
    if head < _DBF_HEAD + 1 or head > size or not length >= 1 or records * length > size - head + 1:
        raise _broken(input_file, "the .dbf contains less data than its header states")
    if columns > limits.COLUMNS:
        raise input_file.refuse("too-many-columns", f"It has more than {limits.COLUMNS:,} columns.")


def encoding_of(input_file: InputFile, parts: Parts) -> str | None:
    """Return the encoding that was named, or that the .cpg or the .dbf states; None if nobody says."""
    if input_file.encoding:
        name = _codec(input_file.encoding)
        if name is None:
            raise input_file.refuse(
                "unknown-encoding", f"There is no text encoding “{input_file.encoding[:40]}”.", "Use for example cp1251."
            )
        return name
    stated = parts.cpg_text.strip().lower()
    if stated:
        digits = re.sub(r"\D", "", stated)
        for name in (stated, _PAGES.get(digits, ""), f"cp{digits}"):
            if name and (found := _codec(name)):
                return found
    with parts.dbf.open("rb") as file:
        file.seek(29)
        driver = file.read(1)
    return _DRIVERS.get(driver[0]) if driver else None


def _codec(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if found.replace("-", "_") in KNOWN else None
