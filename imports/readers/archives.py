"""Zips, which XLSX files and zipped Shapefiles are: looked through before anything of them is unpacked."""

import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from imports import limits
from imports.failures import explained
from imports.readers.table import InputFile

_CHUNK = 2**20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".kmz", ".xlsx")
#: What reading a broken zip raises.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def sound_members(input_file: InputFile, *, may_nest: bool = False) -> dict[str, zipfile.ZipInfo]:
    """List the files in a zip by name; raises FileRefused for a bomb, a nested archive or a name that leads elsewhere.

    `may_nest` is for workbooks, in which others lie embedded and are never opened. Sizes are those that the zip states;
    Python's reader never gives more of a member than that.
    """
    try:
        with zipfile.ZipFile(input_file.path) as archive:
            members = archive.infolist()
    except BROKEN as error:
        raise input_file.refuse(
            "bad-zip", "It begins like a zip file but is not a valid one.", "It may be truncated. Upload it again."
        ) from error
    if len(members) > limits.ZIP_FILES:
        raise input_file.refuse("zip-bomb", f"It contains more than {limits.ZIP_FILES:,} files.")
    files = [member for member in members if not member.is_dir()]
    for member in files:
        _check(input_file, member, may_nest=may_nest)
    if sum(member.file_size for member in files) > limits.ZIP_BYTES:
        raise input_file.refuse("zip-bomb", f"It unpacks to more than {limits.ZIP_BYTES // 2**30} GB.")
    # Members that share their bytes are how a small zip unpacks to a huge one.
    if sum(member.compress_size for member in files) > input_file.path.stat().st_size:
        raise input_file.refuse("zip-bomb", "Its files overlap.")
    return {member.filename: member for member in files}


def _check(input_file: InputFile, member: zipfile.ZipInfo, *, may_nest: bool) -> None:
    name = member.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] or "\x00" in name:
        raise input_file.refuse("zip-path", f"It contains a file whose path leads out of the zip: “{name[:60]}”.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise input_file.refuse("zip-path", f"It contains a link: “{name[:60]}”.")
    if path.suffix.lower() in _ARCHIVES and not may_nest:
        raise input_file.refuse(
            "nested-archive", f"It contains another archive: “{name[:60]}”.", "Unpack it and upload its content."
        )
    if member.flag_bits & 1:
        raise input_file.refuse("encrypted", "It is protected by a password.", "Upload it without a password.")
    if member.compress_type not in _METHODS:
        raise input_file.refuse("bad-zip", "Its compression method is not supported.", "Use the standard zip compression.")
    if member.file_size > 2**20 and member.file_size > limits.ZIP_RATIO * max(member.compress_size, 1):
        raise input_file.refuse(
            "zip-bomb", f"“{name[:60]}” unpacks to {member.file_size // max(member.compress_size, 1):,} times its size."
        )


def unpack(input_file: InputFile, archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path) -> None:
    """Write one member to a file of ours, no more than it states."""
    try:
        with explained(), archive.open(member) as packed, to.open("xb") as file:
            _copy(packed, file)  # type: ignore[arg-type]
    except BROKEN as error:
        raise input_file.refuse("bad-zip", f"“{member.filename[:60]}” in it cannot be unpacked.", "Upload it again.") from error


def unpack_alone(input_file: InputFile, member: zipfile.ZipInfo, to: Path) -> None:
    """Write the one member of a file that is read to a file of ours."""
    try:
        with zipfile.ZipFile(input_file.path) as archive:
            unpack(input_file, archive, member, to)
    except BROKEN as error:
        raise input_file.refuse("bad-zip", "It cannot be unpacked.", "Upload it again.") from error


def _copy(packed: BinaryIO, file: BinaryIO) -> None:
    while chunk := packed.read(_CHUNK):
        file.write(chunk)
