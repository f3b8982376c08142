"""Shapes pasted as WKT or GeoJSON."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.forms.location import MOST_VERTICES_AS_TEXT, PlaceField, as_text, on_map
from registry.geo.coordinates import CoordinatesError
from registry.geo.shapes import read_outline, read_point

SQUARE = [[[75, 42], [76, 42], [76, 43], [75, 43], [75, 42]]]


@pytest.mark.parametrize(
    "text",
    [
        "POINT(76.17 42.67)",
        "point z (76.17 42.67 1500)",
        "SRID=4326;POINT(76.17 42.67)",
        '{"type": "Point", "coordinates": [76.17, 42.67]}',
        '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [76.17, 42.67, 900]}}',
        "42.67, 76.17",
    ],
)
def test_points(text: str) -> None:
    point = read_point(text).geometry
    assert (point.x, point.y, point.srid, point.hasz) == (76.17, 42.67, 4326, False)


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON((75 42, 76 42, 76 43, 75 43, 75 42))",
        "MULTIPOLYGON Z (((75 42 1, 76 42 1, 76 43 1, 75 43 1, 75 42 1)))",
        json.dumps({"type": "Polygon", "coordinates": SQUARE}),
        json.dumps({"type": "MultiPolygon", "coordinates": [SQUARE]}),
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{"geometry": {"type": "Polygon", "coordinates": SQUARE}, "type": "Feature"}],
            }
        ),
    ],
)
def test_outlines_become_multipolygons(text: str) -> None:
    outline = read_outline(text)
    assert outline.geometry.geom_type == "MultiPolygon" and outline.geometry.extent == (75, 42, 76, 43)
    assert not outline.geometry.hasz and outline.geometry.srid == 4326
    assert outline.understood == "Outline in one part, 4 vertices, 42 to 43 N, 75 to 76 E"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("POLYGON((75 42, 76 43, 76 42, 75 43, 75 42))", "Self-intersection"),
        ("POLYGON((75 42, 76 42", "brackets"),
        ("POLYGON EMPTY", "empty"),
        ("POLYGON((75 42, 276 42, 76 43, 75 42))", "outside"),
        ("POLYGON((1e400 42, 76 42, 76 43, 1e400 42))", "finite"),
        ("SRID=4284;POLYGON((75 42, 76 42, 76 43, 75 42))", "4284"),
        ("LINESTRING(75 42, 76 42)", "cannot be read"),
        ("GEOMETRYCOLLECTION(" * 500, "cannot be read"),
        ("POINT(76 42)", "outline"),
        ("42.67, 76.17", "Paste a table of corners"),
        ('{"type": "Polygon"}', "form of a Polygon"),
        ('{"type": "Polygon", "coordinates": [[[75, 42], [76, 42], [76, 43]]]}', "repeat its first"),
        ('{"type": "Polygon", "coordinates": [[["a", 42]]]}', "form of a Polygon"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 42], [76, 42], [76, 43], [NaN, 42]]]}', "finite"),
        ('{"type": "LineString", "coordinates": [[75, 42], [76, 42]]}', "LineString"),
        ('{"type": "FeatureCollection", "features": []}', "exactly one"),
        ('{"a":' * 5000, "not JSON"),
        ('{"a":' + "[" * 200_000, "not JSON"),
        ("{}", "cannot be used"),
        ("POLYGON((-90 0, 90 0, 0 60, -90 0))", "half around the Earth"),
        ("POLYGON((-179 10, 179 10, 179 20, -179 10))", "half around the Earth"),
    ],
)
def test_what_is_no_outline_is_refused_in_words(text: str, reason: str) -> None:
    with pytest.raises(CoordinatesError, match=reason):
        read_outline(text)


def test_a_pole_is_one_place() -> None:
    assert (
        read_outline("POLYGON((-180 -90, 0 -90, 180 -90, 180 -80, 60 -80, -60 -80, -180 -80, -180 -90))").geometry.num_geom == 1
    )


def test_the_point_zero_zero_stands_for_nothing() -> None:
    with pytest.raises(CoordinatesError, match="missing location"):
        read_point("0, 0")


@given(st.floats(-180, 180), st.floats(-89, 89), st.floats(0.001, 0.9))
def test_text_of_a_shape_reads_back_to_the_last_digit(west: float, south: float, size: float) -> None:
    west = min(west, 179)
    ring = [[west, south], [west + size, south], [west + size, south + size], [west, south]]
    field = PlaceField(geom_type="MULTIPOLYGON")
    outline = read_outline(json.dumps({"type": "Polygon", "coordinates": [ring]})).geometry
    assert read_outline(as_text(outline)).geometry.equals_exact(outline)
    field.show(outline)
    assert not field.has_changed(outline, as_text(outline)) and field.has_changed(outline, "")


def test_a_large_outline_stays_as_it_is_until_something_else_is_pasted() -> None:
    import math

    steps = MOST_VERTICES_AS_TEXT * 20
    ring = [[70 + math.cos(i / steps * math.tau), 45 + math.sin(i / steps * math.tau)] for i in range(steps)]
    outline = read_outline(json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})).geometry
    field = PlaceField(geom_type="MULTIPOLYGON", required=False)
    field.show(outline)
    text = field.prepare_value(outline)
    assert len(text) < 80 and field.clean(text) is outline and field.clean("") is None
    shown = on_map(outline)
    assert shown["type"] in ("Polygon", "MultiPolygon") and len(json.dumps(shown)) < 200_000
