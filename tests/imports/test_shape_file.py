"""Shapes of files that are added to a form: every format in a process of its own, and hostile ones refused in words."""

import json
from pathlib import Path

import pytest
import shapefile
from django.contrib.gis.geos import GEOSGeometry

from imports.readers.formats import open_table
from imports.readers.table import InputFile, Progress
from imports.shape_file import ShapeFileError, read_shape_file
from tests.imports import made_files

RING = [[76.1, 42.3], [76.2, 42.3], [76.2, 42.4], [76.1, 42.3]]
TEXT = " ".join(f"{x},{y},1800" for x, y in RING)
OUTLINE = (
    f"<Polygon><outerBoundaryIs><LinearRing><coordinates>\n{TEXT}\n</coordinates></LinearRing></outerBoundaryIs></Polygon>"
)
KML = f"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
<Placemark><name>Ак-Тюз</name><ExtendedData><Data name="number"><value>3069</value></Data></ExtendedData>{OUTLINE}</Placemark>
<Placemark><name>Both</name><MultiGeometry>{OUTLINE}{OUTLINE.replace("76.", "77.")}</MultiGeometry></Placemark>
<Placemark><name>A point</name><Point><coordinates>76.17,42.67</coordinates></Point></Placemark>
<Placemark><ExtendedData><Data name="name"><value>Two points</value></Data></ExtendedData><MultiGeometry>
<Point><coordinates>76.17,42.67</coordinates></Point><Point><coordinates>77.17,42.67</coordinates></Point></MultiGeometry></Placemark>
</Folder></Document></kml>"""
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates": [RING]}}],
    }
)


def test_kml_is_a_table_of_placemarks(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    path.write_text(KML)
    table = open_table(InputFile(path, "a.kml"))
    rows = list(table.walk(Progress()))
    assert (table.format, table.srid, table.columns) == ("KML", 4326, ("name", "number"))
    assert [(row.values["name"], GEOSGeometry(row.geometry).geom_type) for row in rows if row.geometry] == [
        ("Ак-Тюз", "Polygon"),
        ("Both", "MultiPolygon"),
        ("A point", "Point"),
        ("Two points", "MultiPoint"),
    ]


def test_kml_is_known_at_once_after_any_comments(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    for content, name in ((b"<!---->" * 30 + KML.partition("?>")[2].encode(), "KML"), (b"<!---->" * 30 + b"<x>1</x>\n", "CSV")):
        path.write_bytes(content)
        assert open_table(InputFile(path, "a.kml")).format == name


def test_each_format_in_a_process_of_its_own(tmp_path: Path) -> None:
    kmz = made_files.zipped(tmp_path / "a.kmz", {"doc.kml": KML.encode()}).read_bytes()
    parts = made_files.shapefile_parts([([RING], {"name": "A"})], shapefile.POLYGON, prj='GEOGCS["GCS_Pulkovo_1942",DATUM[]]')
    zipped = made_files.zipped(tmp_path / "a.zip", parts).read_bytes()
    read = [read_shape_file(content, "a") for content in (kmz, zipped, GEOJSON.encode())]
    assert [(one.format, one.srid, len(one.shapes)) for one in read] == [
        ("KMZ", 4326, 4),
        ("Shapefile", 4284, 1),
        ("GeoJSON", 4326, 1),
    ]
    first, shifted, plain = (GEOSGeometry(one.shapes[0].ewkb) for one in read)
    assert first.extent == plain.extent == (76.1, 42.3, 76.2, 42.4)
    assert shifted.extent != plain.extent and shifted.extent == pytest.approx(plain.extent, abs=2e-3), "its datum is applied"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name,x\nA,1\n", "which has no shapes"),
        (b"%PDF-1.7", "a PDF"),
        (b"", "empty"),
        (
            b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaa">]><kml><Placemark><name>&a;</name></Placemark></kml>',
            "not KML",
        ),
        (b"<kml><Placemark><name>A</name>", "not KML"),
        (
            b"<kml><Placemark><name>A</name><Point><coordinates>x</coordinates></Point></Placemark></kml>",
            "no shape that can be used",
        ),
        (
            b"<kml>" + b"<Placemark><name>A</name><Point><coordinates>1,2</coordinates></Point></Placemark>" * 201 + b"</kml>",
            "more than 200",
        ),
        (b"<kml><Placemark><name>" + b"<a>" * 100_000, "not KML|too much"),
    ],
)
def test_files_without_usable_shapes_are_refused_in_words(content: bytes, reason: str) -> None:
    with pytest.raises(ShapeFileError, match=reason):
        read_shape_file(content, "a")
