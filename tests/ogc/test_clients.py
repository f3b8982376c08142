"""The programs that people use read a running service as docs/ogc.md shows: GDAL (two of them), OWSLib and QGIS.

Each runs in a process of its own: a library that waits for the service with Python's lock in its hand would wait for ever.
"""

import fcntl
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from api.resources.resource import resource_named
from tests.conformance.walks import published

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "ogc.md").read_text()
BLOCKS = re.findall(r"```(sh|python)\n(.*?)```", DOCUMENT, re.S)
COMMANDS = [line for kind, block in BLOCKS if kind == "sh" for line in block.strip().splitlines()]
SNIPPETS = [block for kind, block in BLOCKS if kind == "python"]


def needs(program: str) -> str:
    if not shutil.which(program):
        print(f"SKIPPED: there is no {program}")
        pytest.skip(f"THERE IS NO {program}: what it reads is not tested")
    return program


def run(*words: str, cwd: Path | None = None) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=cwd, check=False)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr, done.stderr
    return done.stdout


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the addresses that are asked of the service."""
    from api.ogc.views import OgcView

    addresses: list[str] = []
    original = OgcView.dispatch

    def dispatch(view: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        addresses.append(request.get_full_path())
        return original(view, request, *args, **kwargs)

    monkeypatch.setattr(OgcView, "dispatch", dispatch)
    return addresses


def counted(site: str, *options: str) -> int:
    text = run(needs("ogrinfo"), "-ro", "-so", f"OAPIF:{site}/ogc", "deposits", *options)
    return int(re.search(r"Feature Count: (\d+)", text)[1])  # type: ignore[index]


def test_ogrinfo_counts_and_knows_the_types(site: str) -> None:
    assert counted(site) == published(resource_named("deposits")).count()
    text = run(needs("ogrinfo"), "-ro", "-so", f"OAPIF:{site}/ogc", "deposits")
    for line in ("discovery_year: Integer", "updated_at: DateTime", "commodities: StringList", "location_uncertainty_m: Real"):
        assert line in text


@pytest.mark.parametrize(
    ("where", "expected", "handed"),
    [
        ("country = 'KZ'", {"country__slug": "KZ"}, True),
        ("country = 'KZ' AND discovery_year IS NULL", {"country__slug": "KZ", "discovery_year__isnull": True}, True),
        ("discovery_year > 1950 OR deposit_type = 'placer'", None, True),
        ("discovery_year IS NULL", {"discovery_year__isnull": True}, True),
        # What this GDAL does not hand over it evaluates itself, over what the service gives.
        ("name LIKE 'K%'", {"name__istartswith": "K"}, False),
        ("slug IN ('kundybai', 'kutessay-ii')", {"slug__in": ["kundybai", "kutessay-ii"]}, False),
        ("updated_at > '2020/01/01 00:00:00'", {}, False),
    ],
)
def test_ogr_hands_its_conditions_over(site: str, asked: list[str], where: str, expected: Any, handed: bool) -> None:
    number = counted(site, "-where", where)
    filtered = [address for address in asked if "filter=" in address]
    if handed:
        assert filtered, asked
        assert all("filter-lang=cql-text" in address for address in filtered)
    if expected is not None:
        assert number == published(resource_named("deposits")).filter(**expected).count()


def test_ogr_hands_its_box_over(site: str, asked: list[str]) -> None:
    number = counted(site, "-spat", "66", "37", "80", "46")
    assert any("bbox=66,37,80,46" in address for address in asked)
    shape = "SRID=4326;POLYGON((66 37,80 37,80 46,66 46,66 37))"
    assert number == published(resource_named("deposits")).filter(geometry__intersects=shape).count()


def test_every_collection_goes_into_a_geopackage_and_back(site: str, tmp_path: Path) -> None:
    needs("ogr2ogr")
    target = tmp_path / "registry.gpkg"
    run("ogr2ogr", "-oo", "PAGE_SIZE=500", str(target), f"OAPIF:{site}/ogc")
    text = run("ogrinfo", "-ro", "-so", "-al", str(target))
    counts = dict(re.findall(r"Layer name: ([\w-]+)\n.*?Feature Count: (\d+)", text, re.S))
    from tests.ogc.walks import RESOURCES

    assert {name: int(number) for name, number in counts.items()} == {r.name: published(r).count() for r in RESOURCES}
    features = json.loads(run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", str(target), "deposits"))["features"]
    record = next(f for f in features if f["properties"]["slug"] == "kundybai")
    assert record["geometry"]["coordinates"] == [60.830278, 51.993611]
    assert record["properties"]["country"] == "KZ"


@pytest.mark.parametrize("command", COMMANDS, ids=[c[:60] for c in COMMANDS])
def test_the_commands_of_the_documentation_work(site: str, command: str, tmp_path: Path) -> None:
    words = [word.replace("http://localhost:8000", site) for word in shlex.split(command)]
    text = run(needs(words[0]), *words[1:], cwd=tmp_path)
    if words[0] == "curl":
        assert json.loads(text)["features"]


@pytest.mark.parametrize(
    ("snippet", "shown"), zip(SNIPPETS, ("'Kundybai' in names", "len(geometry)"), strict=True), ids=("owslib", "pyogrio")
)
def test_the_python_of_the_documentation_works(site: str, snippet: str, shown: str) -> None:
    script = f"{snippet.replace('http://localhost:8000', site)}\nprint({shown})"
    expected = published(resource_named("deposits")).filter(country__slug="KZ").count() if "len" in shown else True
    assert run(sys.executable, "-c", script).split()[-1] == str(expected)


def test_owslib_reads_everything(site: str) -> None:
    from owslib.ogcapi.features import Features

    from tests.ogc.walks import NAMES

    registry = Features(f"{site}/ogc/")
    assert registry.feature_collections() == NAMES
    assert any("cql2-text" in one for one in registry.conformance()["conformsTo"])
    assert "country" in registry.collection_queryables("deposits")["properties"]
    page = registry.collection_items("deposits", bbox=[66, 37, 80, 46], limit=5)
    assert page["numberReturned"] == 5
    assert registry.collection_item("deposits", "kundybai")["properties"]["name"] == "Kundybai"
    assert registry.api()["openapi"] == "3.0.3"


def test_a_newer_gdal_hands_everything_over(site: str, asked: list[str]) -> None:
    where = "country = 'KZ' AND occurrence_type = 'deposit'"
    script = f"""
import pyogrio.raw
source = "OAPIF:{site}/ogc"
print(len(pyogrio.raw.read(source, layer="deposits", where="{where}")[2]))
pyogrio.raw.read(source, layer="deposits", bbox=(66, 37, 80, 46))
"""
    rows = published(resource_named("deposits")).filter(country__slug="KZ", occurrence_type="deposit")
    assert run(sys.executable, "-c", script).split() == [str(rows.count())]
    assert any("filter=" in address for address in asked)
    assert any("bbox=66,37,80,46" in address for address in asked)


@pytest.fixture(scope="module")
def qgis() -> str:
    """Give the Python of the system, which has QGIS; in CI it may still be being installed, and must be there."""
    lock = Path(__file__).resolve().parents[2] / ".data" / "qgis.lock"
    if lock.exists():
        with lock.open("w") as file:
            until = time.monotonic() + 400
            while time.monotonic() < until:
                with suppress(BlockingIOError):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                time.sleep(1)
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import qgis.core"], capture_output=True, check=False).returncode:
        assert not os.environ.get("CI") or os.environ.get("REGISTRY_NO_BROWSER"), "./run test did not install python3-qgis"
        print("SKIPPED: there is no QGIS")
        pytest.skip("THERE IS NO QGIS: its provider is not tested (apt-get install python3-qgis, or CI=1 ./run test)")
    return python


def test_qgis_reads_a_layer(site: str, qgis: str, asked: list[str]) -> None:
    """Its provider for OGC API – Features, from the address with and without a slash; a box is handed over."""
    script = f"""
from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
app = QgsApplication([], False)
app.initQgis()
for base in ("{site}/ogc", "{site}/ogc/"):
    layer = QgsVectorLayer(f"url='{{base}}' typename='deposits' restrictToRequestBBOX='1'", "deposits", "OAPIF")
    assert layer.isValid(), base
    inside = sum(1 for _ in layer.getFeatures(QgsFeatureRequest().setFilterRect(QgsRectangle(66, 37, 80, 46))))
    (record,) = [f for f in layer.getFeatures() if f["slug"] == "kundybai"]
    point = record.geometry().asPoint()
    print(sum(1 for _ in layer.getFeatures()), inside, record["country"], point.x(), point.y())
"""
    done = subprocess.run(
        [qgis, "-c", script], capture_output=True, text=True, timeout=120, check=False, env={"QT_QPA_PLATFORM": "offscreen"}
    )
    assert done.returncode == 0, done.stderr
    every = published(resource_named("deposits"))
    box = every.filter(geometry__intersects="SRID=4326;POLYGON((66 37,80 37,80 46,66 46,66 37))")
    read = [str(every.count()), str(box.count()), "KZ", "60.830278", "51.993611"]
    assert [line.split() for line in done.stdout.splitlines()[-2:]] == [read, read]
    assert any("bbox=" in address for address in asked)
