"""The shape of the project: small files, no hosts or paths of some machine, migrations in step, a declared surface."""

import json
import re
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from api.resources.resource import all_resources
from api.rest.components import GEOMETRIES
from api.rest.urls import urlpatterns

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_a_file_holds_one_concept() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py", "*.js", "*.css", "*.sh", "run")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 300
    }
    assert long == {}


#: Spelled in two parts, so that this file does not hold them.
_HOSTS = ("pypi." + "org", "files.python" + "hosted.org", "registry.npmjs" + ".org", "deb.debian" + ".org", "npmjs" + ".com")


def test_no_host_of_a_package_registry_and_no_path_of_a_machine_is_committed() -> None:
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {host}" for host in _HOSTS if host in text]
        found += [f"{path.relative_to(ROOT)}: {m[0]}" for m in re.finditer(r"/(work/main|work/shared|root/\.pyenv)\b", text)]
    assert found == []


@pytest.mark.django_db
def test_migrations_are_in_step_with_the_models() -> None:
    output = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=output)


@pytest.mark.django_db
def test_the_deployment_check_is_clean() -> None:
    variables = {"REGISTRY_HTTPS_PROXY": "1", "REGISTRY_HOSTS": "example.org", "REGISTRY_DEBUG": "", "REGISTRY_TEST": "1"}
    import os
    import sys

    from django.db import connection

    url = f"postgis://{connection.settings_dict['USER'] or 'x'}@localhost/nothing"
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**os.environ, **variables, "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_committed_description_is_the_generated_one() -> None:
    output = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=output, stderr=output)
    committed = (ROOT / "openapi.yaml").read_text()
    assert output.getvalue().strip() == committed.strip(), "run ./run schema and commit openapi.yaml"


def test_making_the_description_changes_no_declaration() -> None:
    first, second = (SchemaGenerator().get_schema(request=None, public=True) for _ in range(2))
    assert first == second
    # Whatever another test has made before, the declarations are as they are written.
    assert [one["properties"]["type"]["enum"] for one in GEOMETRIES.values()] == [[name] for name in GEOMETRIES]


def test_every_resource_has_its_addresses() -> None:
    routes = {str(part.pattern): [str(p.pattern) for p in getattr(part, "url_patterns", ())] for part in urlpatterns}
    for resource in all_resources():
        assert routes[f"{resource.name}/"] == [
            "",
            "search/",
            "<record:slug>/",
            "<record:slug>/timegate/",
            "<record:slug>/timemap/",
            "<record:slug>/mementos/<began>/",
        ]


def test_the_description_is_a_valid_openapi_document() -> None:
    import yaml
    from openapi_spec_validator import validate

    document = yaml.load((ROOT / "openapi.yaml").read_text(), yaml.CSafeLoader)
    validate(document)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (path, method)
            assert operation["summary"], (path, method)
            assert "400" in operation["responses"], (path, method)
            for parameter in operation.get("parameters", []):
                described = document["components"]["parameters"].get(parameter.get("$ref", "").rpartition("/")[2], parameter)
                assert described["description"], (path, described["name"])
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    parts = [json.dumps(part) for one in operations for part in one.get("parameters", ())]
    parts += [json.dumps(part) for one in operations for status, part in one["responses"].items() if status >= "3"]
    assert not [part for part in parts if parts.count(part) > 1 and "$ref" not in part], "what is repeated is a component"
    for name, component in document["components"]["schemas"].items():
        for field, schema in component.get("properties", {}).items():
            described = schema.get("description") or "$ref" in schema or name.endswith(("Feature", "FeatureCollection", "Page"))
            assert described, f"{name}.{field} is not described"
