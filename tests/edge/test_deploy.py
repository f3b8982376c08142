"""The files of deploy/: each is checked, and started, by the program that it is for."""

import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from api.http.cache import CACHE_CONTROL, STALE_S
from config.environment import ROOT
from tests.edge.test_metrics import ask

DEPLOY = ROOT / "deploy"
#: Without a name that the certificate has.
ANY = ssl._create_unverified_context()


def program(name: str, package: str) -> str:
    """Find a program; skip the test where there is none."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if found is None:
        pytest.skip(f"THERE IS NO {name.upper()}: a file of deploy/ is not tested (apt-get install {package})")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], address: str) -> Iterator[None]:
    """Run a server until the block ends, which begins when it answers."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(300):
            try:
                get(address)
                break
            except URLError:
                assert process.poll() is None, process.stdout and process.stdout.read()
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def get(address: str, data: bytes | None = None) -> tuple[int, str | None]:
    """Give the status, and what the cache says of the response."""
    try:
        with urlopen(Request(address, data=data), timeout=60, context=ANY if address.startswith("https") else None) as answer:
            return answer.status, answer.headers.get("X-Cache")
    except HTTPError as error:
        with error:
            return error.code, error.headers.get("X-Cache")


def nginx_before(port: int, tmp_path: Path) -> tuple[list[str], str]:
    """Write the site of deploy/ in front of a server; give the command that runs it, and its address."""
    nginx = program("nginx", "nginx-light")
    subject = ["-subj", "/CN=localhost", "-days", "2", "-nodes", "-newkey", "rsa:2048"]
    keys = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run([program("openssl", "openssl"), "req", "-x509", *subject, *keys], check=True, capture_output=True)
    https, http = free_port(), free_port()
    site = (DEPLOY / "nginx.conf").read_text()
    for given, ours in (
        ("/etc/letsencrypt/live/registry.example.org", str(tmp_path)),
        ("/var/cache/nginx/registry", str(tmp_path / "cache")),
        ("/srv/registry/deploy", str(DEPLOY)),
        ("127.0.0.1:8000", f"127.0.0.1:{port}"),
        ("listen 443 ", f"listen 127.0.0.1:{https} "),
        ("listen 80;", f"listen 127.0.0.1:{http};"),
    ):
        assert given in site
        site = site.replace(given, ours)
    folders = "".join(f"{one}_temp_path {tmp_path}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = tmp_path / "nginx.conf"
    main.write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr; worker_processes 1; user root;"
        f" events {{}} http {{ access_log off; {folders} {site} }}"
    )
    return [nginx, "-p", str(tmp_path), "-c", str(main)], f"https://localhost:{https}"


def test_nginx_serves_it_with_a_cache_and_limits(port: int, tmp_path: Path) -> None:
    command, base = nginx_before(port, tmp_path)
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with running(command, f"{base}/healthz"):
        listed = f"{base}/api/v1/deposits/?limit=3"
        assert get(listed)[0] == 200
        assert get(listed) in {(200, "HIT"), (200, "STALE"), (200, "UPDATING")}, (
            "kept for a second, and shown while it is asked"
        )
        assert get(f"{base}/healthz") == (200, "MISS"), "what says no-store is not kept"
        assert get(f"{base}/metrics")[0] == 404
        assert get(f"{base}/api/v1/deposits/export/?format=csv&country=KZ")[0] == 200
        assert get(f"{base}/deposits/kutessay-ii/report/", b"x" * 4_000_000)[0] == 413
        # 20 in reserve, and 5 a second: so many at once that a slow machine refuses some too.
        with ThreadPoolExecutor(40) as clients:
            statuses = list(clients.map(lambda _: get(f"{base}/healthz", b"x")[0], range(160)))
        assert 429 in statuses


class Withdrawing(BaseHTTPRequestHandler):
    """Answers as the service does; one record is not public any more when it is asked for again."""

    requests: ClassVar[Counter[str]] = Counter()

    def do_GET(self) -> None:
        self.requests[self.path] += 1
        gone = self.path == "/record" and self.requests[self.path] > 2
        self.send_response(410 if gone else 200)
        self.send_header(
            "Cache-Control", "no-store" if gone else CACHE_CONTROL.replace(f"revalidate={STALE_S}", "revalidate=2")
        )
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_nginx_forgets_what_is_no_longer_public(tmp_path: Path) -> None:
    """An old response is shown for as long as our headers allow, which is longer while the service is down."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Withdrawing) as backend:
        threading.Thread(target=backend.serve_forever, daemon=True).start()
        command, base = nginx_before(backend.server_port, tmp_path)
        with running(command, f"{base}/started"):
            assert get(f"{base}/kept")[0] == get(f"{base}/record")[0] == 200
            begin, seen = time.monotonic(), []
            while seen[-1:] != [410] and time.monotonic() - begin < 20:
                seen.append(get(f"{base}/record")[0])
                time.sleep(0.2)
            assert seen[0] == 200 and seen[-1] == 410
            backend.shutdown()
            backend.server_close()
            assert get(f"{base}/kept") == (200, "STALE")


def test_varnish_keeps_what_our_headers_allow(port: int, tmp_path: Path) -> None:
    varnishd = program("varnishd", "varnish gcc")
    program("gcc", "gcc")
    rules = tmp_path / "registry.vcl"
    rules.write_text((DEPLOY / "varnish.vcl").read_text().replace('"8000"', f'"{port}"'))
    ours = free_port()
    words = [varnishd, "-F", "-j", "none", "-n", str(tmp_path / "state"), "-a", f"127.0.0.1:{ours}", "-f", str(rules)]
    base = f"http://localhost:{ours}"
    with running([*words, "-s", "malloc,16m", "-p", "thread_pool_min=10"], f"{base}/healthz"):
        listed = f"{base}/api/v1/deposits/?limit=4"
        assert get(listed) == (200, "MISS")
        assert get(listed) == (200, "HIT")
        assert get(f"{base}/healthz") == (200, "MISS")
        assert get(f"{base}/metrics")[0] == 404
        for _ in range(2):
            assert get(f"{base}/api/v1/deposits/export/?format=csv&country=KZ") == (200, "MISS")


def test_systemd_understands_the_unit() -> None:
    command = [program("systemd-analyze", "systemd"), "verify", str(DEPLOY / "systemd" / "registry.service")]
    said = subprocess.run(command, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert "registry.service:" not in said.stderr, "a line that it ignores"


def test_alerts_and_the_dashboard_look_at_what_is_measured(port: int) -> None:
    known = set(re.findall(r"^# TYPE (\w+)", ask(port, "/metrics")[1], re.MULTILINE))
    rules = (DEPLOY / "prometheus" / "alerts.yml").read_text()
    panels = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    shown = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    named = {name.removesuffix("_bucket") for name in re.findall(r"\bregistry_\w+", rules + shown)}
    assert len(named) > 15
    assert named - known == set()


def test_prometheus_understands_the_rules() -> None:
    promtool = program("promtool", "prometheus")
    for what, name in (("rules", "alerts.yml"), ("config", "prometheus.yml")):
        said = subprocess.run([promtool, "check", what, DEPLOY / "prometheus" / name], capture_output=True, text=True)
        assert said.returncode == 0, said.stdout + said.stderr
