"""The service on a port of this process, and Varnish in front of it."""

import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from config.prefix import wsgi_below


class Quiet(WSGIRequestHandler):
    """Logs nothing."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(statuses: list[str] | None = None, prefix: str = "") -> Iterator[str]:
    """Serve over the database of the test, and give the address; collect the status lines of responses if asked."""
    django = wsgi_below(prefix, get_wsgi_application())

    def application(environ: Any, start_response: Any) -> Any:
        def start(status: str, *rest: Any) -> Any:
            if statuses is not None:
                statuses.append(status)
            return start_response(status, *rest)

        return django(environ, start)

    server = make_server("localhost", 0, application, handler_class=Quiet)

    def serve() -> None:
        try:
            server.serve_forever(0.05)
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def varnish(backend: str) -> Iterator[str]:
    """Run Varnish with its built-in rules in front of a server, and give its address; skip the test where there is none."""
    program = shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None or shutil.which("gcc") is None:
        print("SKIPPED: there is no Varnish")
        pytest.skip("THERE IS NO VARNISH: what a shared cache does is not tested (apt-get install varnish gcc)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="registry-varnish-") as folder:
        words = [program, "-F", "-j", "none", "-n", folder, "-a", f"127.0.0.1:{port}", "-b", backend.removeprefix("http://")]
        process = subprocess.Popen([*words, "-s", "malloc,16m", "-p", "thread_pool_min=10"], stderr=subprocess.PIPE, text=True)
        try:
            for _ in range(100):
                try:
                    urlopen(f"http://localhost:{port}/healthz", timeout=5).close()
                    break
                except URLError:
                    assert process.poll() is None, process.stderr and process.stderr.read()
                    time.sleep(0.1)
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(10)
