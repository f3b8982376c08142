"""Clients generated from openapi.yaml compile, and get answers from a running service."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import orjson
import pytest
import yaml
from django.contrib.gis.geos import Polygon

from api.resources.resource import all_resources, resource_named
from tests.conformance.walks import published
from tests.server import served

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.slow]

_PYTHON = """
import sys
from registry_client import Client
from registry_client.api.deposits import deposits_list, deposits_retrieve
client = Client(base_url=sys.argv[1])
print(deposits_retrieve.sync(client=client, slug="kutessay-ii").name)
print(len(deposits_list.sync(client=client, country=["KZ"], limit=3).results))
"""
_MODELS = """
import json, sys, models
for name, record in json.load(open("records.json")):
    getattr(models, name).model_validate(record, strict=False)
    print(name)
"""
GENERATORS = Path(__file__).with_name("generators")


@pytest.fixture
def service() -> Iterator[str]:
    """Serve the seed on a free port."""
    with served() as site:
        yield site


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def test_a_python_client(service: str, tmp_path: Path) -> None:
    generator = Path(sys.executable).with_name("openapi-python-client")
    # As JSON, which its parser reads in a tenth of the time; the generators below read the YAML.
    described = tmp_path / "openapi.json"
    described.write_bytes(orjson.dumps(yaml.load((ROOT / "openapi.yaml").read_text(), yaml.CSafeLoader)))
    options = ("generate", "--path", described, "--meta", "none", "--output-path", tmp_path / "registry_client")
    run(generator, *options, folder=tmp_path)
    run(sys.executable, "-m", "compileall", "-q", "registry_client", folder=tmp_path)
    (tmp_path / "use.py").write_text(_PYTHON)
    assert run(sys.executable, "use.py", service, folder=tmp_path).split("\n")[:2] == ["Kutessay II", "3"]


def test_strict_models(service: str, tmp_path: Path) -> None:
    """datamodel-code-generator, strict: a record of each kind is what its model says."""
    generator = Path(sys.executable).with_name("datamodel-codegen")
    strict = ("--strict-nullable", "--use-annotated", "--strict-types", "str", "int", "float", "bool")
    options = ("--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin")
    run(generator, "--input", ROOT / "openapi.yaml", "--output", "models.py", *options, *strict, folder=tmp_path)
    described = yaml.load((ROOT / "openapi.yaml").read_text(), yaml.CSafeLoader)["paths"]
    records = []
    for resource in all_resources():
        address = f"{service}/api/v1/{resource.name}/{resource.example_slug}/"
        content = described[f"/api/v1/{resource.name}/{{slug}}/"]["get"]["responses"]["200"]["content"]
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        records.append((name, json.loads(urlopen(address).read())))
    (tmp_path / "records.json").write_text(json.dumps(records))
    (tmp_path / "use.py").write_text(_MODELS)
    assert run(sys.executable, "use.py", folder=tmp_path).split() == [name for name, _ in records]


def test_typescript_clients(service: str, tmp_path: Path) -> None:
    """openapi-typescript, hey-api and orval: two values of a filter, a box, the pages of a list, a record of each kind."""
    if not shutil.which("npm"):
        pytest.skip("NO NPM: the TypeScript clients are not generated (apt-get install npm)")
    for file in GENERATORS.iterdir():
        shutil.copy(file, tmp_path)
    shutil.copy(ROOT / "openapi.yaml", tmp_path)
    install = ["npm", "ci", "--silent", "--no-audit", "--no-fund"]
    if subprocess.run(install, cwd=tmp_path, capture_output=True, timeout=280).returncode:
        pytest.skip("NO NPM REGISTRY reached: the TypeScript clients are not generated")
    tools = tmp_path / "node_modules" / ".bin"
    run(tools / "openapi-typescript", "openapi.yaml", "-o", "registry.d.ts", folder=tmp_path)
    run(
        tools / "openapi-ts",
        "-i",
        "openapi.yaml",
        "-o",
        "hey",
        "--client",
        "@hey-api/client-fetch",
        "--silent",
        folder=tmp_path,
    )
    run(
        tools / "orval",
        "--input",
        "openapi.yaml",
        "--output",
        "orval.ts",
        "--client",
        "fetch",
        "--mode",
        "single",
        folder=tmp_path,
    )
    run(tools / "tsc", "-p", ".", folder=tmp_path)
    run(tools / "esbuild", "out/use.js", "--bundle", "--platform=node", "--format=esm", "--outfile=all.mjs", folder=tmp_path)
    said = json.loads(run("node", "all.mjs", service, folder=tmp_path))
    (listed,) = {tuple(slugs) for slugs in said["found"].values()}
    inside = published(resource_named("deposits")).filter(country__slug__in=("KZ", "KG"))
    assert set(listed) == set(
        inside.filter(geometry__bboverlaps=Polygon.from_bbox((60, 35, 90, 55))).values_list("slug", flat=True)
    )
    assert len(listed) > 5, "more than a page"
    assert len(said["kinds"]) == len(all_resources())
    assert len({"country=KZ,KG" in address for address in said["asked"]}) == 2, "as repeated keys, and with commas"
