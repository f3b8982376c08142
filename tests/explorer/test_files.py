"""What the pages are made of: nothing from elsewhere, nothing inline, everything small; and the base map."""

import importlib
import json
import re
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from config.environment import Environment
from config.middleware import CONTENT_SECURITY_POLICY
from explorer import views
from tests import records
from tests.explorer.conftest import Reader
from tests.explorer.files import EXPLORER, MAP, ROOT, with_imports

PAGES = ("/", "/docs/", "/docs/architecture/", "/docs/tiles-demo/", "/docs/api/", "/docs/redoc/")
OURS = sorted([*EXPLORER.iterdir(), *(ROOT / "explorer" / "templates").rglob("*.html"), MAP / "base.js"])
TEXTS = [file for file in OURS if file.suffix != ".png"]
#: Names of vocabularies of the web, which nobody fetches.
NAMESPACE = "http://www.w3.org/2000/svg"


def _names(files: list[Path]) -> list[str]:
    return [file.name for file in files]


@pytest.mark.parametrize("address", PAGES)
def test_no_page_names_another_host(reader: Reader, address: str) -> None:
    records.disagreement()
    html = reader.read(address)
    assert set(re.findall(r"(?:https?:)?//[\w.-]+", html)) <= {"http://testserver"}


@pytest.mark.parametrize("file", TEXTS, ids=_names(TEXTS))
def test_no_file_names_another_host(file: Path) -> None:
    found = re.findall(r"https?://[\w./-]+", file.read_text(encoding="utf-8"))
    assert [address for address in found if address != NAMESPACE] == []


@pytest.mark.parametrize("file", TEXTS, ids=_names(TEXTS))
def test_every_file_is_small_enough_to_read(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) < 300


@pytest.mark.parametrize("address", [*PAGES, "/docs/changes.md", "/llms.txt", "/openapi.yaml", "/sitemap-docs.xml"])
def test_a_page_that_the_reader_has_is_not_sent_again(reader: Reader, address: str) -> None:
    first = reader.get(address)
    again = reader.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers.get("Vary") == first.headers.get("Vary")


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_inline(reader: Reader, address: str) -> None:
    html = reader.read(address)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html), "a script without a file"
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


@pytest.mark.parametrize("address", PAGES)
def test_pages_carry_the_strict_policy(reader: Reader, address: str) -> None:
    policy = reader.get(address)["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe" not in policy
    if address != "/docs/redoc/":
        assert policy == CONTENT_SECURITY_POLICY


def test_redoc_is_allowed_two_style_sheets_more_and_nothing_else(reader: Reader) -> None:
    policy = reader.get("/docs/redoc/")["Content-Security-Policy"]
    assert policy.replace(f" {views._REDOC_STYLES}", "") == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("address", PAGES)
def test_everything_a_page_names_is_there(reader: Reader, address: str) -> None:
    from django.contrib.staticfiles import finders

    html = reader.read(address)
    named = re.findall(r'"(?:http://testserver)?/static/([^"]+)"', html)
    assert len(named) > 4
    assert [name for name in named if not finders.find(name)] == []
    for name in named:
        if name.startswith("explorer/") and name.endswith(".js"):
            assert all(file.exists() for file in with_imports(EXPLORER / name.removeprefix("explorer/")))


def test_robots_and_icon(reader: Reader) -> None:
    assert reader.get("/robots.txt").content.decode().startswith("User-agent: *")
    icon = reader.get("/favicon.ico")
    assert icon.status_code == 301 and icon["Location"] == "/static/explorer/icon.svg"


def test_a_weakness_is_reported_where_the_operator_says(reader: Reader, settings: Any) -> None:
    assert reader.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = Environment({"REGISTRY_SECURITY_CONTACT": "mailto:safety@registry.example"}).security_contact
    fields = dict(line.split(": ", 1) for line in reader.read("/.well-known/security.txt").splitlines())
    assert fields["Contact"] == "mailto:safety@registry.example"
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert 150 < left.days < 366, "RFC 9116 recommends less than a year"
    for wrong in ("safety@registry.example", "mailto:nobody", "http://registry.example", "https://a b"):
        with pytest.raises(ImproperlyConfigured, match="REGISTRY_SECURITY_CONTACT"):
            _ = Environment({"REGISTRY_SECURITY_CONTACT": wrong}).security_contact


def test_the_preview_is_the_size_it_says() -> None:
    header = (EXPLORER / "preview.png").read_bytes()[:24]
    assert header[1:4] == b"PNG"
    assert (int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big")) == (1200, 630)


def _features(name: str) -> list[dict[str, Any]]:
    return list(json.loads((MAP / name).read_text(encoding="utf-8"))["features"])


def test_the_base_map_is_light() -> None:
    assert (MAP / "world.json").stat().st_size < 400_000
    assert (MAP / "borders.json").stat().st_size < 100_000
    assert (MAP / "labels.json").stat().st_size < 40_000


def test_the_base_map_has_the_countries_of_the_registry_and_what_no_code_names() -> None:
    properties = [feature["properties"] for feature in _features("world.json")]
    codes = [one["iso2"] for one in properties if one["iso2"]]
    assert len(codes) == len(set(codes)) > 230
    assert {"KZ", "KG", "TJ", "TM", "UZ", "US", "CN", "NA", "NO", "FR"} <= set(codes)
    assert {one["name"] for one in properties if one["iso2"] is None} >= {"Kosovo", "Somaliland"}
    assert all(one["name"] for one in properties)


def test_no_line_runs_across_the_whole_map() -> None:
    rings = [ring for f in _features("world.json") for polygon in f["geometry"]["coordinates"] for ring in polygon]
    lines = [line for f in _features("borders.json") for line in f["geometry"]["coordinates"]]
    for points in rings + lines:
        assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points)
        leaps = [(a, b) for a, b in pairwise(points) if abs(a[0] - b[0]) > 180 and a[1] > -89]
        assert leaps == []
    assert all(ring[0] == ring[-1] for ring in rings)


def test_labels_have_a_name_in_each_language_of_the_pages() -> None:
    from django.conf import settings

    labels = [feature["properties"] for feature in _features("labels.json")]
    for language, _ in settings.LANGUAGES:
        if language != settings.LANGUAGE_CODE:
            without = {one["name"] for one in labels if language not in one}
            assert without <= {"Kosovo", "Somaliland", "N. Cyprus", "Siachen Glacier", "Indian Ocean Ter."}, language


def test_the_scripts_that_make_the_maps_can_be_imported() -> None:
    """Nothing else runs them: they fetch a package."""
    for name in ("basemap", "boundaries", "disputed_areas", "territories"):
        importlib.import_module(f"scripts.{name}")


def test_labels_lie_in_their_countries() -> None:
    from django.contrib.gis.geos import GEOSGeometry, Point

    shapes = {f["properties"]["name"]: GEOSGeometry(json.dumps(f["geometry"])) for f in _features("world.json")}
    for label in _features("labels.json"):
        x, y = label["geometry"]["coordinates"]
        assert shapes[label["properties"]["name"]].distance(Point(x, y, srid=4326)) < 0.05, label
