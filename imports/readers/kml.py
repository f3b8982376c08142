"""KML, and KMZ, which is KML in a zip: each placemark is a row, its coordinates are WGS 84 by definition."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from imports import limits
from imports.readers.archives import sound_members, unpack_alone
from imports.readers.features import feature_columns, shaped_row
from imports.readers.table import InputFile, Progress, Table
from imports.rows import RawRow
from registry.geo.systems import WGS84

_SIZE = limits.RECORD_BYTES // 2**20


def read_kml(input_file: InputFile) -> Table:
    """Read the placemarks of a KML file."""
    return _table(input_file, input_file.path, "KML")


def read_kmz(input_file: InputFile) -> Table:
    """Read the placemarks of the first KML file of a KMZ."""
    folder = TemporaryDirectory(prefix="registry-kmz-")
    members = [member for name, member in sound_members(input_file).items() if _is_kml(name)]
    if not members:
        raise input_file.refuse("not-kml", "It contains no KML file.", "A KMZ file has a doc.kml in it.")
    path = Path(folder.name) / "doc.kml"
    unpack_alone(input_file, members[0], path)
    return _table(input_file, path, "KMZ", folder)


def _is_kml(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() == ".kml"


def _table(input_file: InputFile, path: Path, name: str, folder: TemporaryDirectory[str] | None = None) -> Table:
    def walk(progress: Progress, folder: TemporaryDirectory[str] | None = folder) -> Iterator[RawRow]:
        # The folder lives as long as somebody may walk: it is removed with the last reference to it.
        return _rows(input_file, path, progress)

    return Table(
        format=name,
        columns=feature_columns(input_file, walk(Progress())),
        walk=walk,
        total=path.stat().st_size,
        unit="bytes",
        has_geometry=True,
        srid=WGS84,
    )


class _Guarded:
    """A file that is not read on where one placemark is larger than memory allows."""

    def __init__(self, input_file: InputFile, file: BinaryIO) -> None:
        self.input_file, self.file, self.since_placemark = input_file, file, 0

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.since_placemark += len(piece)
        if self.since_placemark > limits.RECORD_BYTES:
            raise self.input_file.refuse("feature-too-large", f"A placemark is larger than {_SIZE} MB.")
        return piece


def _rows(input_file: InputFile, path: Path, progress: Progress) -> Iterator[RawRow]:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    number = 0
    with path.open("rb") as file:
        guarded = _Guarded(input_file, file)
        try:
            for _, element in iterparse(guarded, events=("end",), forbid_dtd=True):
                if _tag(element) != "Placemark":
                    continue
                number += 1
                guarded.since_placemark = 0
                progress.done = file.tell()
                yield shaped_row(number, _cells(element), _geometry(element), None)
                element.clear()
        except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
            said = " ".join(str(error).split())[:120]
            raise input_file.refuse(
                "bad-kml", f"After placemark {number:,} it is not KML: {said}.", "Save it again."
            ) from error
        progress.done = file.tell()


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: Any, tag: str) -> str:
    return next(((child.text or "").strip() for child in element if _tag(child) == tag), "")


def _cells(placemark: Any) -> dict[str, Any]:
    cells: dict[str, Any] = {"name": _text(placemark, "name")}
    if description := _text(placemark, "description"):
        cells["description"] = description
    for element in placemark.iter():
        if (tag := _tag(element)) in ("Data", "SimpleData"):
            column = element.get("name") or ""
            # A column of the data may be called “name” as well.
            cells[column] = cells.get(column) or (_text(element, "value") if tag == "Data" else (element.text or "").strip())
    return cells


def _geometry(placemark: Any) -> dict[str, Any] | None:
    """Return what GeoJSON calls the shape: that of all polygons, else of all points, else of all lines."""
    for kind, read in (("Polygon", _rings), ("Point", _positions), ("LineString", _positions)):
        found: list[Any] = [part for part in (read(element) for element in placemark.iter() if _tag(element) == kind) if part]
        if kind == "Point":
            found = [positions[0] for positions in found]
        if len(found) > 1:
            return {"type": f"Multi{kind}", "coordinates": found}
        if found:
            return {"type": kind, "coordinates": found[0]}
    return None


def _rings(polygon: Any) -> list[list[list[float]]]:
    outer = [_positions(part) for part in polygon if _tag(part) == "outerBoundaryIs"]
    return outer + [_positions(part) for part in polygon if _tag(part) == "innerBoundaryIs"]


def _positions(element: Any) -> list[list[float]]:
    """Read “76.1,42.5,1800 76.2,42.5,1800”; what cannot be read is refused as a shape of no form."""
    texts = [found.text or "" for found in element.iter() if _tag(found) == "coordinates"]
    try:
        return [[float(part) for part in position.split(",")[:2]] for text in texts for position in text.split()]
    except ValueError:
        return [[]]
