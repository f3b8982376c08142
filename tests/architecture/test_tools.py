"""What checks the project covers all of it: the quick tests, the linters, what CI runs."""

import json
import re
from hashlib import sha256
from pathlib import Path

import yaml

from tests.architecture.test_shape import ROOT, tracked
from tests.conftest import LONGEST

QUICK = (ROOT / "tests" / "quick.txt").read_text().split()
#: Parts that ./run test quick leaves out, and why.
NOT_QUICK = {
    "tests/changes/past": "makes a history of its own",
    "tests/clients": "generates clients and compiles them",
    "tests/explorer/browser": "drives a browser",
    "tests/curation/browser": "drives a browser",
    "tests/pages/browser": "drives a browser",
    "tests/upgrade": "migrates a database from release 1.0",
}


def test_quick_has_some_of_each_part() -> None:
    parts = {str(path.parent.relative_to(ROOT)) for path in tracked("tests/**/test_*.py")}
    # A folder stands for its own tests; a file of a folder for that folder.
    named = {one.partition("::")[0] for one in QUICK}
    chosen = {one if (ROOT / one).is_dir() else str(Path(one).parent) for one in named}
    assert parts - chosen == set(NOT_QUICK)


def test_what_is_quick_exists() -> None:
    """With pytest-xdist a name that is not there ends a run without a word."""
    for one in QUICK:
        path, _, test = one.partition("::")
        assert (ROOT / path).exists(), one
        name = test.partition("[")[0]
        assert not name or re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.M), one
    assert not [one for one in QUICK if "browser" in one]


def test_what_the_tests_begin_with_exists() -> None:
    assert [name for name in LONGEST if not (ROOT / name).is_file()] == []


def test_every_shell_script_is_linted() -> None:
    scripts = {
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".sh" or (not path.suffix and re.match(rb"#!/(usr/)?bin/(env )?(ba)?sh\b", path.read_bytes()[:40]))
    }
    linted = re.search(r"shellcheck [^|]*?((?:[\w./*]+ ?)+) \|\|", (ROOT / "run").read_text())
    assert linted
    assert scripts == {str(found.relative_to(ROOT)) for word in linted[1].split() for found in ROOT.glob(word)}


def test_all_javascript_is_checked() -> None:
    types = json.loads(re.sub(r"^\s*//.*$", "", (ROOT / "tsconfig.json").read_text(), flags=re.M))
    style = json.loads((ROOT / "biome.json").read_text())
    assert types["compilerOptions"]["checkJs"]
    scripts = [path for path in tracked("*.js", "*.mjs", "*.ts") if "vendor" not in path.parts]
    for patterns in (types["include"], style["files"]["includes"]):
        covered = {path for pattern in patterns for path in ROOT.glob(pattern) if "node_modules" not in path.parts}
        assert covered >= {path for path in scripts if path.suffix != ".ts"}


def test_maplibre_is_checked_as_it_is_served() -> None:
    """The library that pages load is complete, unchanged, and that of the types which npm brings."""
    folder = ROOT / "vendor" / "maplibre-gl"
    lines = (line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines())
    sums = {name: digest for digest, name in lines}
    assert sums == {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name != "SHA256SUMS"}
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]["maplibre-gl"]
    assert f"/v{wanted}/" in (folder / "maplibre-gl.mjs").read_text()[:400]


def test_ci_runs_everything() -> None:
    steps = (ROOT / ".ci" / "run").read_text()
    assert all(
        re.search(rf"^{step}( |$)", steps, re.M) for step in ("./run lint", r"./run test \|\|", "./run test quick --cov")
    )


def test_npm_brings_nothing_but_tools() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    assert not package.get("dependencies")
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["devDependencies"].values())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all("integrity" in one for name, one in locked.items() if name)


def test_compose_starts_the_service_when_its_database_responds() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    service, database = services["service"], services["database"]
    assert re.fullmatch(r"postgis/postgis:\d+-\d+\.\d+", database["image"])
    assert service["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert "/readyz" in str(service["healthcheck"]["test"])
    assert service["ports"] == ["127.0.0.1:${PORT:-8000}:8000"], (
        "only this machine reaches it, until somebody decides otherwise"
    )


def test_compose_holds_no_secret() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert services["database"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert services["service"]["environment"]["DATABASE_URL"].startswith("postgis://registry:${POSTGRES_PASSWORD}@database")
    assert "REGISTRY_SECRET_KEY" not in str(services)


def test_compose_sets_what_the_service_reads() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    known = (ROOT / "config" / "environment.py").read_text()
    assert all(f"`{name}`" in known for name in services["service"]["environment"])


def test_the_image_is_made_as_the_documentation_says() -> None:
    """The packages are those of the lock, the system's those that ./run names, and what starts is what ./run starts."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    install, run = (ROOT / "scripts" / "install.sh").read_text(), (ROOT / "run").read_text()
    assert "pip install --require-hashes -r requirements.txt" in (ROOT / "README.md").read_text()
    assert "--require-hashes -r requirements.txt" in lines
    debian = re.search(r"FROM python:3\.\d+-slim-(\w+)", lines)
    packages = re.search(r"apt-get install -y --no-install-recommends ([\w -]+) &&", lines)
    assert debian
    assert packages
    library = re.search(rf"{debian[1]}\) echo (lib\w+)", install)
    assert library
    assert set(packages[1].split()) == {library[1], "postgresql-client"}
    assert "module config.serve" in run
    assert 'CMD ["python", "-m", "config.serve"' in lines
