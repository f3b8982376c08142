"""A real server on the seed."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.db import connection

from config.environment import ROOT
from config.serve.server import Server
from tests.operations.test_serve import free_port
from tests.seeded import on_seed  # noqa: F401


@pytest.fixture(scope="package")
def database_url(on_seed: None) -> str:  # noqa: F811
    """Give the address of the seeded database."""
    given = connection.get_connection_params()
    return f"postgis://{given['user']}@/{given['dbname']}?host={given['host']}"


@pytest.fixture(scope="package")
def port(database_url: str) -> Iterator[int]:
    """Serve the registry, and an export without end, as `./run serve` does; give the port."""
    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", database_url)
        patch.setenv("PYTHONPATH", os.fspath(ROOT))
        patch.setenv("REGISTRY_HOSTS", "localhost,127.0.0.1")
        # Pages name static files by their content, once they are collected.
        collect = "import django; django.setup(); from config.serve.preparation import collect_static_files as c; c()"
        subprocess.run([sys.executable, "-c", collect], cwd=ROOT, check=True)
        server = Server("127.0.0.1", port, "localhost", ROOT, "tests.exports.endless_server:application")
        with server:
            server.wait_until_ready()
            yield port
