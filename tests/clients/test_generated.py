"""Clients generated from openapi.yaml compile, and get answers from a running service."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

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
_TYPESCRIPT = """
import createClient from "openapi-fetch";
import type { paths } from "./registry.js";
declare const process: { argv: string[] };
declare const console: { log(...values: unknown[]): void };
const client = createClient<paths>({ baseUrl: process.argv[2] });
const { data } = await client.GET("/api/v1/deposits/", {
    params: { query: { country: ["KZ"], limit: 3 } },
    querySerializer: { array: { style: "form", explode: false } },
});
if (!data || typeof data === "string" || !("results" in data)) throw new Error("no list");
for (const deposit of data.results) console.log(deposit.slug, deposit.country?.name);
"""
_PACKAGE = '{"type": "module", "private": true}'
_COMPILER = """{"compilerOptions": {"strict": true, "module": "nodenext", "moduleResolution": "nodenext", "target": "es2022",
"skipLibCheck": true, "types": []}, "files": ["use.ts"]}"""


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    """Serve the seed on a free port."""
    server = make_server("localhost", 0, get_wsgi_application(), handler_class=Quiet)

    def serve() -> None:
        try:
            server.serve_forever(0.05)
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def test_a_python_client(service: str, tmp_path: Path) -> None:
    generator = Path(sys.executable).with_name("openapi-python-client")
    options = ("generate", "--path", ROOT / "openapi.yaml", "--meta", "none", "--output-path", tmp_path / "registry_client")
    run(generator, *options, folder=tmp_path)
    run(sys.executable, "-m", "compileall", "-q", "registry_client", folder=tmp_path)
    (tmp_path / "use.py").write_text(_PYTHON)
    assert run(sys.executable, "use.py", service, folder=tmp_path).split("\n")[:2] == ["Kutessay II", "3"]


def test_a_typescript_client(service: str, tmp_path: Path) -> None:
    if not shutil.which("npm"):
        pytest.skip("NO NPM: the TypeScript client is not generated (apt-get install npm)")
    (tmp_path / "package.json").write_text(_PACKAGE)
    install = [
        "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "openapi-typescript@7",
        "openapi-fetch@0",
        "typescript@5",
    ]
    if subprocess.run(install, cwd=tmp_path, capture_output=True, timeout=200).returncode:
        pytest.skip("NO NPM REGISTRY reached: the TypeScript client is not generated")
    run("npx", "openapi-typescript", ROOT / "openapi.yaml", "-o", "registry.d.ts", folder=tmp_path)
    (tmp_path / "tsconfig.json").write_text(_COMPILER)
    (tmp_path / "use.ts").write_text(_TYPESCRIPT)
    run("npx", "tsc", "-p", ".", folder=tmp_path)
    lines = run("node", "use.js", service, folder=tmp_path).strip().split("\n")
    assert len(lines) == 3
    assert all(line.endswith("Kazakhstan") for line in lines)
