"""GeoJSON feature collections, read feature by feature."""

import io
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import BinaryIO

from imports import limits
from imports.readers.encodings import Encoding, find_encoding
from imports.readers.features import feature_columns, feature_row
from imports.readers.projections import number_of_urn, projection_from
from imports.readers.table import InputFile, Progress, Table
from imports.rows import RawRow
from registry.geo.systems import WGS84

_CHUNK = 2**16
_HEAD_BYTES = 2**16
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
#: So many levels of closed brackets are taken away before the rest is counted one by one.
_ROUNDS = 6
_SIZE = limits.RECORD_BYTES // 2**20


class _Guarded:
    """A file in UTF-8, of which no more than one record's bytes are read before a feature comes of them."""

    def __init__(self, input_file: InputFile, file: BinaryIO, encoding: Encoding) -> None:
        self._input = input_file
        self._file = file
        is_plain = encoding.name in ("utf-8", "ascii") and not encoding.broken
        self._text = None if is_plain else io.TextIOWrapper(file, encoding=encoding.name, errors=_errors(encoding))
        self.since_feature = 0
        self.depth = 0

    def read(self, size: int = -1) -> bytes:
        """Read a piece; raises FileRefused when too many came without a feature."""
        if not size:
            return b""
        piece = self._file.read(_CHUNK) if self._text is None else self._text.read(_CHUNK // 4).encode()
        self.since_feature += len(piece)
        # The parser keeps a path as long as the nesting is deep, for each level: a deep file would fill the memory.
        self.depth, deepest = depth_after(piece, self.depth)
        if deepest > limits.JSON_DEPTH:
            raise self._input.refuse("bad-json", f"It is nested deeper than {limits.JSON_DEPTH} levels.")
        if self.since_feature > limits.RECORD_BYTES + _CHUNK:
            raise self._input.refuse(
                "feature-too-large",
                f"More than {_SIZE} MB were read without the end of a feature.",
                "Check that it is a FeatureCollection, and simplify its largest outline.",
            )
        return piece


def _errors(encoding: Encoding) -> str:
    """Replace bytes that are not in the encoding: the text is encoded again for the parser, which takes no surrogates."""
    return "strict" if encoding.errors == "strict" else "replace"


def read_geojson(input_file: InputFile) -> Table:
    """Read a FeatureCollection; coordinates are WGS 84 unless the file or the user names an EPSG number."""
    encoding = find_encoding(input_file)
    srid = input_file.srid or _stated_srid(input_file, encoding.name)
    # Read now, so that a number that means nothing is refused before the first row.
    projection_from(input_file, srid)

    def walk(progress: Progress) -> Iterator[RawRow]:
        return _rows(input_file, encoding, srid, progress)

    return Table(
        format="GeoJSON",
        columns=feature_columns(input_file, walk(Progress())),
        walk=walk,
        total=input_file.path.stat().st_size,
        unit="bytes",
        has_geometry=True,
        srid=srid,
        encoding=encoding.name,
        is_encoding_guessed=encoding.is_guessed,
        notes=encoding.notes,
    )


def depth_after(piece: bytes, depth: int) -> tuple[int, int]:
    """Return the nesting after a piece of JSON that begins at a depth, and the deepest within; brackets in texts count too."""
    brackets = piece.translate(None, delete=_NO_BRACKETS)
    for _ in range(_ROUNDS):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    steps = [1 if bracket in b"[{" else -1 for bracket in brackets]
    levels = list(accumulate(steps, initial=depth))
    return max(levels[-1], 0), max(levels) + _ROUNDS


def _stated_srid(input_file: InputFile, encoding: str) -> int:
    """Read the `crs` member that GeoJSON had before RFC 7946; it stands before the features."""
    with input_file.path.open("rb") as file:
        head = file.read(_HEAD_BYTES).decode(encoding, errors="replace").partition('"features"')[0]
    found = re.search(r'"crs"\s*:\s*\{.{0,200}?"name"\s*:\s*"([^"]{1,120})"', head, re.S)
    if not found:
        return WGS84
    number = number_of_urn(found[1])
    if number is None:
        raise input_file.refuse(
            "unknown-srid",
            f"Its coordinates are said to be in “{found[1][:60]}”, which is not an EPSG number.",
            "Give the EPSG number when you load it.",
        )
    return number


def _rows(input_file: InputFile, encoding: Encoding, srid: int, progress: Progress) -> Iterator[RawRow]:
    import ijson

    projection = projection_from(input_file, srid)
    number = 0
    with input_file.path.open("rb") as file:
        guarded = _Guarded(input_file, file, encoding)
        try:
            for feature in ijson.items(guarded, "features.item", use_float=True, buf_size=_CHUNK):
                number += 1
                guarded.since_feature = guarded.depth = 0
                progress.done = file.tell()
                yield feature_row(number, feature, projection)
        except (ijson.JSONError, ValueError, RecursionError) as error:
            raise input_file.refuse(
                "bad-json",
                f"After feature {number:,} it is not JSON: {' '.join(str(error).split())[:120]}.",
                "It may be truncated. Save it again, as UTF-8.",
            ) from error
        progress.done = file.tell()
