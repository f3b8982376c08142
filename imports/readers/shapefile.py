"""Zipped Shapefiles, read record by record out of a private folder, under names of ours."""

import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext

from imports import limits
from imports.readers.archives import BROKEN, sound_members, unpack
from imports.readers.encodings import Encoding, guess_encoding
from imports.readers.features import shaped_row
from imports.readers.projections import name_in_prj, number_of_prj, projection_from
from imports.readers.shapefile_parts import Parts, check_parts, encoding_of
from imports.readers.table import InputFile, Progress, Table, checked_columns
from imports.rows import Problem, RawRow
from registry.geo.systems import WGS84

_ENDINGS = (".shp", ".dbf", ".prj", ".cpg")
_ENCODING_SAMPLE = 2**20
_BROKEN = (struct.error, IndexError, KeyError, TypeError, ArithmeticError, *BROKEN)


def read_shapefile(input_file: InputFile) -> Table:
    """Read the only Shapefile of a zip, or the one named by `layer`."""
    folder = TemporaryDirectory(prefix="registry-shapefile-")
    parts = _unpacked(input_file, Path(folder.name))
    check_parts(input_file, parts)
    encoding = _encoding(input_file, parts)
    srid = input_file.srid or _stated_srid(input_file, parts)
    projection_from(input_file, srid)
    with _reader(input_file, parts, encoding) as reader:
        columns = checked_columns(input_file, [field[0] for field in reader.fields if field[0] != "DeletionFlag"])
        total = reader.numRecords

    def walk(progress: Progress, folder: TemporaryDirectory[str] = folder) -> Iterator[RawRow]:
        # The folder lives as long as somebody may walk: it is removed with the last reference to it.
        return _rows(input_file, parts, encoding, srid, progress)

    return Table(
        format="Shapefile",
        columns=columns,
        walk=walk,
        total=total,
        has_geometry=True,
        srid=srid,
        encoding=encoding.name,
        is_encoding_guessed=encoding.is_guessed,
        notes=encoding.notes,
    )


def _unpacked(input_file: InputFile, folder: Path) -> Parts:
    """Unpack the parts of one Shapefile; the zip's own names are never those of files."""
    members = sound_members(input_file)
    layers: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for name, member in members.items():
        path = PurePosixPath(name)
        if path.suffix.lower() in _ENDINGS and "__MACOSX" not in path.parts:
            layers.setdefault(str(path.with_suffix("")), {})[path.suffix.lower()] = member
    whole = {name: parts for name, parts in layers.items() if ".shp" in parts}
    if input_file.layer is not None:
        whole = {name: parts for name, parts in whole.items() if input_file.layer in (name, PurePosixPath(name).name)}
    if len(whole) != 1:
        shown = ", ".join(f"“{PurePosixPath(name).name[:60]}”" for name in list(layers)[:10])
        named = "" if input_file.layer is None else " of that name"
        raise input_file.refuse(
            "unknown-layer" if layers else "not-a-shapefile",
            f"It holds {len(whole) or 'no'} Shapefile{'s' * (len(whole) != 1)}{named}.",
            f"Name one as the layer: {shown}." if layers else "A zipped Shapefile has a .shp, a .dbf and a .prj in it.",
        )
    (found,) = whole.values()
    if ".dbf" not in found:
        raise input_file.refuse(
            "not-a-shapefile", "The .dbf is missing.", "A zipped Shapefile has a .shp, a .dbf and a .prj in it."
        )
    try:
        with zipfile.ZipFile(input_file.path) as archive:
            for ending, member in found.items():
                unpack(input_file, archive, member, folder / f"layer{ending}")
    except BROKEN as error:
        raise input_file.refuse("bad-zip", "It cannot be unpacked.", "Upload it again.") from error
    return Parts(folder)


def _encoding(input_file: InputFile, parts: Parts) -> Encoding:
    """Find the encoding of the .dbf: as named, as the .cpg or the .dbf itself says, or guessed from what is not ASCII."""
    if stated := encoding_of(input_file, parts):
        return Encoding(stated)
    with parts.dbf.open("rb") as file:
        sample = file.read(_ENCODING_SAMPLE)
    # A run of bytes without spaces or zeros is what a word is.
    words = b"\n".join(word for word in re.split(rb"[\x00-\x20]+", sample[32:]) if not word.isascii())
    return guess_encoding(words[: limits.ENCODING_SAMPLE_BYTES])


def _stated_srid(input_file: InputFile, parts: Parts) -> int:
    number = number_of_prj(parts.prj_text)
    if number is None and parts.prj_text.strip():
        name = name_in_prj(parts.prj_text)
        said = f"Its .prj calls the system “{name}”, which is not known here." if name else "Its .prj contains no EPSG number."
        raise input_file.refuse("unknown-srid", said, "Find the EPSG number of the system and give it when you load the file.")
    if number is None:
        raise input_file.refuse(
            "unknown-srid",
            "It has no .prj, so the meaning of its coordinates is unknown.",
            f"Give the EPSG number when you load it; {WGS84} if they are longitudes and latitudes of WGS 84.",
        )
    return number


def _reader(input_file: InputFile, parts: Parts, encoding: Encoding) -> Any:
    import shapefile

    try:
        # Without the .shx: an index could send the reader round in circles.
        return shapefile.Reader(
            shp=parts.shp.open("rb"), dbf=parts.dbf.open("rb"), encoding=encoding.name, encodingErrors="replace"
        )
    except (shapefile.ShapefileException, *_BROKEN) as error:
        raise _broken(input_file, error) from error


def _broken(input_file: InputFile, error: Exception) -> Exception:
    said = " ".join(str(error).split())[:120] or type(error).__name__
    return input_file.refuse("bad-shapefile", f"It cannot be read: {said}.", "Save it again, or upload it as GeoPackage.")


def _rows(input_file: InputFile, parts: Parts, encoding: Encoding, srid: int, progress: Progress) -> Iterator[RawRow]:
    import shapefile

    projection = projection_from(input_file, srid)
    with _reader(input_file, parts, encoding) as reader:
        try:
            for position, shape in enumerate(reader.iterShapes()):
                progress.done = position + 1
                record = reader.record(position)
                # A record may be marked as deleted, and stays in the file all the same.
                if record is None:
                    continue
                cells = record.as_dict(date_strings=True)
                if shape is not None and len(getattr(shape, "parts", ())) > limits.RINGS:
                    problem = Problem(
                        "too-many-rings",
                        gettext("The outline has more than %(number)s rings.") % {"number": f"{limits.RINGS:,}"},
                        "geometry",
                    )
                    yield RawRow(position + 1, cells, problems=(problem,))
                    continue
                geometry = None if shape is None or shape.shapeType == shapefile.NULL else shape.__geo_interface__
                yield shaped_row(position + 1, cells, geometry, projection)
            if progress.done != reader.numRecords:
                raise input_file.refuse(
                    "bad-shapefile",
                    f"The .shp has {progress.done:,} shapes, the .dbf {reader.numRecords:,} rows.",
                    "Save it again.",
                )
        except (shapefile.ShapefileException, *_BROKEN) as error:
            raise _broken(input_file, error) from error
