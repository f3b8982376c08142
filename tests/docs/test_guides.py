"""docs/guides/: the programs run as they are written, and every address answers."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from api.resources.resource import resource_named
from tests.conformance.walks import published

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
LOCAL = "http://localhost:8000"
_ADDRESS = re.compile(rf"{LOCAL}/[^\s\"'`>\\,;|]*(?<![.)])")


def blocks(name: str, language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", (GUIDES / name).read_text(), re.S)
    assert found
    return found


def run(*words: str, folder: Path) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, cwd=folder, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def addresses() -> list[str]:
    found = {address for guide in GUIDES.glob("*.md") for address in _ADDRESS.findall(guide.read_text())}
    # The tiles of a template; what a guide leaves out is not an address.
    named = {re.sub(r"{z}/{x}/{y}", "0/0/0", address) for address in found if "…" not in address}
    return sorted(address.removeprefix(LOCAL) for address in named if "${" not in address)


def test_every_address_answers(site: str) -> None:
    assert len(addresses()) > 20
    for address in addresses():
        with urlopen(site + address) as response:
            assert response.status in (200, 204), address
            response.read()


def test_python(site: str, tmp_path: Path) -> None:
    script = "\n".join(blocks("python.md", "python")).replace(LOCAL, site)
    printed = run(sys.executable, "-c", script, folder=tmp_path).splitlines()
    expected = published(resource_named("deposits")).filter(country__slug__in=["KZ", "KG"]).count()
    assert printed[0].startswith(f"{expected} [")
    assert "deposits, " in printed[-3] and "WGS 84" in printed[-3]
    assert printed[-2].startswith("400 ") and printed[-1] == "304"


def test_javascript(site: str, tmp_path: Path) -> None:
    script = tmp_path / "guide.mjs"
    script.write_text("\n".join(blocks("javascript.md", "js")).replace(LOCAL, site))
    node = Path(sys.executable).parent / "node"
    printed = run(str(node), str(script), folder=tmp_path)
    for slug in published(resource_named("deposits")).filter(country__slug="KZ").values_list("slug", flat=True):
        assert slug in printed
    assert "Kutessay II 7.602" in printed
    assert re.search(r"\d+ inside; \d+ without a location", printed)


def test_duckdb(site: str, tmp_path: Path) -> None:
    for line in blocks("duckdb.md", "sh")[0].strip().splitlines():
        run(*shlex.split(line.replace(LOCAL, site)), folder=tmp_path)
    script = "import duckdb, sys\nfor query in sys.argv[1:]:\n    print(len(duckdb.sql(query).fetchall()))"
    counts = run(sys.executable, "-c", script, *blocks("duckdb.md", "sql"), folder=tmp_path).split()
    deposits = published(resource_named("deposits"))
    estimates = published(resource_named("estimates"))
    assert counts[0] == str(deposits.values("country").distinct().count())
    assert counts[1] == str(deposits.filter(commodities__commodity__slug="Nd").distinct().count())
    assert 0 < int(counts[2]) <= estimates.count() and int(counts[3]) >= 3


def test_the_mirror_reads_the_feed(site: str, tmp_path: Path) -> None:
    (line,) = blocks("mirror.md", "sh")
    assert '"changes"' in run(*shlex.split(line.strip().replace(LOCAL, site)), folder=tmp_path)
