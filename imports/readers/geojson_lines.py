"""GeoJSONSeq and GeoJSON lines: one feature per line, with or without the record separator of RFC 8142."""

from collections.abc import Iterator

import orjson
from django.utils.translation import gettext

from imports import limits
from imports.readers.encodings import find_encoding
from imports.readers.features import feature_columns, feature_row
from imports.readers.lines import text_lines
from imports.readers.projections import projection_from
from imports.readers.table import InputFile, Progress, Table
from imports.rows import Problem, RawRow
from registry.geo.systems import WGS84

_SEPARATOR = "\x1e"


def read_geojson_lines(input_file: InputFile) -> Table:
    """Read features line by line; a line that is not JSON is a bad row, not the end of the file."""
    encoding = find_encoding(input_file)
    srid = input_file.srid or WGS84
    projection = projection_from(input_file, srid)

    def walk(progress: Progress) -> Iterator[RawRow]:
        lines = text_lines(input_file, encoding, progress, limits.RECORD_BYTES)
        for number, line in enumerate(lines, 1):
            # Bytes that are not in the encoding are lone surrogates here, which JSON does not take.
            text = line.strip().strip(_SEPARATOR).encode("utf-8", encoding.errors).decode("utf-8", "replace")
            if not text:
                continue
            try:
                feature = orjson.loads(text)
            except orjson.JSONDecodeError as error:
                yield RawRow(
                    number,
                    {"line": text[:200]},
                    problems=(Problem("bad-json", gettext("The line is not JSON: %(error)s.") % {"error": error}),),
                )
                continue
            yield feature_row(number, feature, projection)

    return Table(
        format="GeoJSONSeq",
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
