"""Hostile texts: each is refused in words, soon, and without filling the memory; a bad row never stops the others."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.refusal import FileRefused
from imports.source_file import Opened
from tests.imports.refusals import HEAD, point_parts, refused, within_bounds  # noqa: F401 - a fixture
from tests.imports.sample_files import SHAPED, Reads, rules

pytestmark = pytest.mark.django_db


def sparse(path: Path, size: int, head: bytes = b"") -> Path:
    """Make a file that says it is large and takes no room."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


# --- Text -------------------------------------------------------------------------------------------------------------
def test_a_line_without_end(opens: Callable[..., Opened], tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"id,name,country,lon,lat\n" + b"x" * 8_000_000)
    assert "Line 2 is longer than 2 MB" in str(refused(opens, "line-too-long", path))
    path.write_bytes(b"x" * 8_000_000)
    refused(opens, "line-too-long", path)


def test_two_gigabytes_of_nothing(opens: Callable[..., Opened], tmp_path: Path) -> None:
    refused(opens, "not-text", sparse(tmp_path / "zeros.csv", 2**31, b"id,name\n"))
    refused(opens, "line-too-long", sparse(tmp_path / "zeros.csv", 2**25, b"id,name\n"), encoding="latin-1")


def test_ten_million_columns(opens: Callable[..., Opened], tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_bytes(b"a," * 10_000_000 + b"\n")
    refused(opens, "line-too-long", path)
    path.write_bytes(b"a," * 100_000 + b"a\n")
    refused(opens, "too-many-columns", path)


def test_a_quote_that_is_never_closed(opens: Callable[..., Opened]) -> None:
    lines = "\n".join(f"{n},A,KG,1,2" for n in range(40_000))
    error = refused(opens, "bad-quotes", f'id,name,country,lon,lat\n1,"A,KG,1,2\n{lines}\n')
    assert "line 2" in str(error)


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"<?xml version='1.0'?>", "XML"),
        (b'{"type": "Topology"}', "TopoJSON"),
        (b'{"a": 1}', "JSON"),
        (b"[1, 2]", "JSON"),
    ],
)
def test_other_formats_are_named(opens: Callable[..., Opened], head: bytes, what: str) -> None:
    assert what in str(refused(opens, "unknown-format", head + b"\n" + os.urandom(50)))


def test_empty_files_and_missing_ones(opens: Callable[..., Opened], tmp_path: Path) -> None:
    refused(opens, "empty", b"")
    refused(opens, "empty", b" \n \n")
    refused(opens, "unreadable", tmp_path / "absent.csv")
    refused(opens, "unreadable", tmp_path)
    refused(opens, "columns-missing", "a,b\n1,2\n")
    refused(opens, "empty", '{"type": "FeatureCollection", "features": []}', SHAPED)


def test_the_name_of_an_upload_stands_in_the_message(opens: Callable[..., Opened]) -> None:
    assert str(refused(opens, "empty", b"", original_name="sites of Anna.csv")).startswith("sites of Anna.csv: ")


def test_what_no_database_keeps_is_left_out(reads: Reads) -> None:
    rows = reads("id,name,country,lon,lat\n1,A\x00B,KG,1,2\n".replace("\x00", "\x01"))
    assert rows[0].record["name"] == "AB" and rules(rows[0]) == ["mojibake"]
    feature = {"type": "Feature", "properties": {"id": "1", "name": "A\x00B", "country": "KG"}}
    row = reads(json.dumps({"type": "FeatureCollection", "features": [feature]}), SHAPED, name="a.json")[0]
    assert row.record["name"] == row.raw["name"] == "AB" and rules(row) == ["control-character"]


# --- GeoJSON ----------------------------------------------------------------------------------------------------------
HEADER = '{"type": "FeatureCollection", "features": ['


def test_a_feature_without_end(opens: Callable[..., Opened]) -> None:
    text = HEADER + '{"type": "Feature", "properties": {"name": "' + "x" * 20_000_000
    refused(opens, "feature-too-large", text, SHAPED, name="a.geojson")


def test_json_that_is_deep_or_none(opens: Callable[..., Opened]) -> None:
    deep = HEADER + '{"type": "Feature", "geometry": ' + "[" * 200_000
    refused(opens, "bad-json", deep, SHAPED, name="a.geojson")
    refused(opens, "bad-json", HEADER + '{"type": "Feature", ', SHAPED, name="a.geojson")
    closed = HEADER + '{"type": "Feature", "properties": {"a": ' + "[" * 100_000 + "]" * 100_000 + "}}]}"
    refused(opens, "bad-json", closed, SHAPED, name="a.geojson")
    refused(
        opens, "bad-json", HEADER + '{"type": "Feature", "properties": {"a": ' + "9" * 10_000 + "}}]}", SHAPED, name="a.geojson"
    )


def test_a_bad_line_does_not_stop_the_others(reads: Reads) -> None:
    good = {"type": "Feature", "properties": {"id": 1, "name": "A", "country": "KG"}, "geometry": None}
    other = json.dumps(good).replace("1", "2").replace("A", "B")
    rows = reads(f"{json.dumps(good)}\n{{broken\n[1]\n{other}\n", SHAPED, name="a.geojsonl")
    assert [rules(row)[:1] for row in rows] == [[], ["bad-json"], ["not-a-feature"], []]


# --- Anything ---------------------------------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_comes_is_read_or_refused(opens: Callable[..., Opened], data: bytes) -> None:
    for head in (b"", b"id,name,country,lon,lat\n", HEADER.encode(), b"PK\x03\x04", b"SQLite format 3\x00", b"\x1e{"):
        try:
            list(opens(head + data).rows())
        except FileRefused:
            continue
