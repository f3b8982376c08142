"""A workbook examined before its library reads it: parts that would fill the memory, formulas, and merged cells."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from imports import limits
from imports.readers.archives import BROKEN, sound_members
from imports.readers.table import InputFile

_CHUNK = 2**20
_PROLOG_BYTES = 2**16
#: Longer than any of the marks that are looked for.
_OVERLAP = 64
#: Digits of the largest number that a row is read by.
_DIGITS = 10
_ROW_END = re.compile(rb"</(?:\w+:)?row>|<(?:\w+:)?row[ />]")
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row\s(?:[^>]{0,200}\s)?r="(\d{7,})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_MOST_MERGED = 20_000
_STRING = re.compile(rb"<(?:\w+:)?si[ />]")
#: Parts that are read whole.
_WHOLE = re.compile(r"\[Content_Types\]\.xml|docProps/\w+\.xml|(?:xl/)?_rels/.*|xl/(?:workbook|styles|theme/\w+)\.xml")


@dataclass
class Contents:
    """What the sheets of a workbook hold beside plain cells, by the name of each part."""

    has_formulas: bool = False
    #: Part → ranges of merged cells, such as C2:C4, each once.
    merged: dict[str, set[str]] = field(default_factory=dict)


def examine(input_file: InputFile) -> Contents:
    """Reject a workbook that does not fit into memory; give what its sheets hold beside plain cells."""
    members = sound_members(input_file, may_nest=True)
    contents = Contents()
    try:
        with zipfile.ZipFile(input_file.path) as archive:
            for name, member in members.items():
                if name.endswith((".xml", ".rels")):
                    _look_at_prolog(input_file, archive, name)
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _look_at_sheet(input_file, archive, name, contents)
                elif name == "xl/sharedStrings.xml":
                    _look_at_strings(input_file, archive, member)
                elif _WHOLE.fullmatch(name) and member.file_size > limits.WORKBOOK_PART_BYTES:
                    raise _too_large(input_file, f"“{name}” in it is larger than {limits.WORKBOOK_PART_BYTES // 2**20} MB.")
    except BROKEN as error:
        raise input_file.refuse(
            "bad-zip", "A part of it cannot be unpacked.", "Save it again in a spreadsheet program."
        ) from error
    return contents


def _look_at_prolog(input_file: InputFile, archive: zipfile.ZipFile, name: str) -> None:
    """Reject XML that declares a document type: entities are declared there, and no spreadsheet program writes one."""
    with archive.open(name) as part:
        if b"<!DOCTYPE" in part.read(_PROLOG_BYTES):
            raise input_file.refuse("xml-entities", f"“{name}” in it declares a document type, as no spreadsheet program does.")


def _too_large(input_file: InputFile, message: str) -> Exception:
    return input_file.refuse("workbook-too-large", message, "Save the sheet as CSV and upload that.")


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[int, bytes]]:
    """Return a part in pieces that overlap, each with its place, so that no mark is cut in two."""
    with archive.open(name) as part:
        rest, at = b"", 0
        while chunk := part.read(_CHUNK):
            yield at, rest + chunk
            at += len(rest) + len(chunk) - _OVERLAP
            rest = (rest + chunk)[-_OVERLAP:]
            at = max(at, 0)


def _look_at_sheet(input_file: InputFile, archive: zipfile.ZipFile, name: str, contents: Contents) -> None:
    merged = contents.merged.setdefault(name, set())
    last = end = 0
    for at, piece in _pieces(archive, name):
        contents.has_formulas = contents.has_formulas or bool(_FORMULA.search(piece))
        if len(merged) < _MOST_MERGED:
            merged.update(found[1].decode() for found in _MERGED.finditer(piece))
        end = at + len(piece)
        if any(len(found[1]) > _DIGITS or int(found[1]) > limits.SHEET_ROWS for found in _ROW_NUMBER.finditer(piece)):
            raise input_file.refuse(
                "bad-workbook", f"A row of it has a number above {limits.SHEET_ROWS:,}, which no sheet has."
            )
        for mark in _ROW_END.finditer(piece):
            place = at + mark.start()
            if place - last > limits.SHEET_ROW_BYTES:
                break
            last = max(last, place)
        if end - last > limits.SHEET_ROW_BYTES + _CHUNK:
            break
    if end - last > limits.SHEET_ROW_BYTES:
        size = limits.SHEET_ROW_BYTES // 2**20
        raise _too_large(input_file, f"A row of “{name}”, or what stands around its rows, is larger than {size} MB.")


def _look_at_strings(input_file: InputFile, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if member.file_size > limits.SHARED_STRINGS_BYTES:
        raise _too_large(input_file, f"The texts of its cells are larger than {limits.SHARED_STRINGS_BYTES // 2**20} MB.")
    if sum(len(_STRING.findall(piece)) for _, piece in _pieces(archive, member.filename)) > limits.SHARED_STRINGS:
        raise _too_large(input_file, f"Its cells contain more than {limits.SHARED_STRINGS:,} different texts.")
