"""Which format a file is in, recognized by its content; its name only decides between formats that look alike."""

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from imports.readers.archives import BROKEN, sound_members, unpack_alone
from imports.readers.converted import read_esri_json, read_flatgeobuf, read_parquet
from imports.readers.delimited import read_delimited
from imports.readers.geojson import read_geojson
from imports.readers.geojson_lines import read_geojson_lines
from imports.readers.geopackage import read_geopackage
from imports.readers.kml import read_kml, read_kmz
from imports.readers.opendocument import read_opendocument
from imports.readers.shapefile import read_shapefile
from imports.readers.spreadsheet import read_spreadsheet
from imports.readers.table import InputFile, Progress, Table
from imports.rows import RawRow

_HEAD_BYTES = 4096
#: First bytes → what such a file is, and what to bring instead.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", "Save it as XLSX or CSV."),
    (b"\x1f\x8b", "packed with gzip", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"%PDF", "a PDF", "Upload its table as CSV or XLSX."),
    (b"<?xml", "XML", "Upload it as KML, GeoPackage, GeoJSON or CSV."),
    (b"<html", "a web page", "Upload its table as CSV or XLSX."),
    (b"<!doc", "a web page", "Upload its table as CSV or XLSX."),
    (b"\x00\x00\x27\x0a", "a .shp without its other files", "Zip the .shp, .dbf and .prj together and upload the zip."),
)


def open_table(input_file: InputFile) -> Table:
    """Open a file in whatever format it is; raises FileRefused."""
    try:
        with input_file.path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise input_file.refuse("unreadable", f"It cannot be opened: {error.strerror}.") from error
    if not head.strip():
        raise input_file.refuse("empty", "The value is empty.")
    if _is_kml(head):
        return read_kml(input_file)
    for first, what, instead in _OTHERS:
        if head.lower().startswith(first.lower()):
            raise input_file.refuse("unknown-format", f"It is {what}.", instead)
    return _reader(input_file, head)(input_file)


def _is_kml(head: bytes) -> bool:
    """Return whether it begins as KML; comments are taken out first, since a pattern over many of them never ends."""
    text = re.sub(rb"<!--.*?-->", b"", head.removeprefix(b"\xef\xbb\xbf"), flags=re.S).lstrip()
    return text.startswith((b"<?xml", b"<kml")) and re.search(rb"<kml\b", text) is not None


def _reader(input_file: InputFile, head: bytes) -> Callable[[InputFile], Table]:
    if head.startswith(b"SQLite format 3\x00"):
        return read_geopackage
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _reader_of_zip(input_file)
    if head.startswith(b"PAR1"):
        return read_parquet
    if head.startswith(b"fgb\x03fgb"):
        return read_flatgeobuf
    text = head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n")
    if text.startswith(b"\x1e"):
        return read_geojson_lines
    if text.startswith(b"{"):
        return _reader_of_json(input_file, text)
    if text.startswith(b"["):
        raise input_file.refuse(
            "unknown-format", "It is a JSON list.", "Upload a GeoJSON FeatureCollection, GeoJSONSeq or CSV."
        )
    return read_delimited


def _reader_of_json(input_file: InputFile, text: bytes) -> Callable[[InputFile], Table]:
    """Distinguish a collection from features line by line: those say “Feature”, and say it first."""
    found = re.search(rb'"type"\s*:\s*"(FeatureCollection|Feature|Topology)"', text)
    if found is None or found[1] == b"Topology":
        if input_file.name.lower().endswith((".geojsonl", ".geojsons", ".geojsonseq", ".ndjson", ".jsonl")):
            return read_geojson_lines
        if found is None and re.search(rb'"esriGeometry\w+"|"attributes"\s*:\s*\{', text):
            return read_esri_json
        if found is None and re.search(rb'"features"\s*:\s*\[', text):
            return read_geojson
        what = "TopoJSON" if found else "JSON, but not GeoJSON"
        raise input_file.refuse("unknown-format", f"It is {what}.", "Upload a GeoJSON FeatureCollection.")
    return read_geojson if found[1] == b"FeatureCollection" else read_geojson_lines


def _reader_of_zip(input_file: InputFile) -> Callable[[InputFile], Table]:
    """Tell a workbook, a KMZ and a Shapefile from a zip with another file in it."""
    try:
        with zipfile.ZipFile(input_file.path) as archive:
            names = archive.NameToInfo
            if "xl/workbook.xml" in names:
                return read_spreadsheet
            if "content.xml" in names and "mimetype" in names:
                return _checked(read_opendocument)
            endings = {PurePosixPath(name).suffix.lower() for name in names}
            if endings & {".shp", ".dbf"}:
                return read_shapefile
            return read_kmz if ".kml" in endings else _read_packed
    except BROKEN as error:
        raise input_file.refuse(
            "bad-zip", "It begins like a zip file but is not a valid one.", "It may be truncated. Upload it again."
        ) from error


def _checked(reader: Callable[[InputFile], Table]) -> Callable[[InputFile], Table]:
    """Look through a zip before a library unpacks it."""

    def read(input_file: InputFile) -> Table:
        sound_members(input_file)
        return reader(input_file)

    return read


def _read_packed(input_file: InputFile) -> Table:
    """Read the one file of a zip that is read as if it were not packed, or the one named by `layer`."""
    found = [
        member
        for name, member in sound_members(input_file).items()
        if PurePosixPath(name).suffix.lower() in _PACKED and "__MACOSX" not in PurePosixPath(name).parts
    ]
    if len(found) > 1 and input_file.layer is not None:
        found = [member for member in found if input_file.layer in (member.filename, PurePosixPath(member.filename).name)]
    if len(found) != 1:
        shown = ", ".join(f"“{PurePosixPath(member.filename).name[:60]}”" for member in found[:10])
        raise input_file.refuse(
            "unknown-layer" if found else "not-a-table",
            f"The zip holds {len(found) or 'no'} file{'s' * (len(found) != 1)} that could be read.",
            f"Name one as the layer: {shown}." if found else "Zip a CSV, GeoJSON, GeoPackage or Shapefile.",
        )
    folder = TemporaryDirectory(prefix="registry-zip-")
    path = Path(folder.name) / "file"
    unpack_alone(input_file, found[0], path)
    inside = PurePosixPath(found[0].filename).name
    layer = None if input_file.layer in (inside, found[0].filename) else input_file.layer
    table = open_table(replace(input_file, path=path, name=inside, layer=layer))

    def walk(progress: Progress, folder: TemporaryDirectory[str] = folder) -> Iterator[RawRow]:
        # The folder lives as long as somebody may walk: it is removed with the last reference to it.
        return table.walk(progress)

    return replace(table, walk=walk, notes=(f"Read from “{inside[:80]}” in the zip.", *table.notes))


#: Endings of files that are read out of a zip.
_PACKED = frozenset((".csv", ".tsv", ".geojson", ".json", ".geojsonl", ".geojsonseq", ".ndjson", ".gpkg", ".fgb", ".parquet"))
