"""The measures of a service with several workers: counted once each, readable to whom the settings name, bounded in labels."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from ipaddress import ip_network
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from config.addresses import may_watch
from config.metrics.requests import route_of

LISTED = 'registry_requests_total{response="made",route="api",status="200"}'


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    """Ask on a connection of its own, which reaches any of the workers."""
    request = Request(f"http://localhost:{port}{path}", method=method, headers=headers)
    try:
        with urlopen(request, timeout=60) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def measures(port: int) -> dict[str, float]:
    status, text = ask(port, "/metrics")
    assert status == 200
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def workers(found: dict[str, float]) -> set[int]:
    return {int(one[1]) for name in found if (one := re.fullmatch(r'registry_process_resident_bytes\{pid="(\d+)"\}', name))}


def eventually(port: int, is_so: Any) -> dict[str, float]:
    """Ask until it is so; a worker that is killed takes its connections along."""
    end, found = time.monotonic() + 90, dict[str, float]()
    while time.monotonic() < end:
        with suppress(OSError):
            found = measures(port)
            if is_so(found):
                return found
        time.sleep(0.2)
    raise AssertionError(found)


def test_each_request_is_counted_once_whichever_worker_is_asked(port: int) -> None:
    before = measures(port)
    for _ in range(40):
        assert ask(port, "/api/v1/deposits/?limit=1")[0] == 200
    for _ in range(4):
        assert measures(port)[LISTED] - before.get(LISTED, 0) == 40
    found = eventually(port, lambda found: len(workers(found)) == 2)
    name = 'registry_request_seconds_count{response="made",route="api"}'
    assert found[name] - before.get(name, 0) == 40
    queries = 'registry_database_queries_total{kind="read"}'
    assert found[queries] > before.get(queries, 0)
    assert found['registry_threads{kind="read",state="busy"}'] + found['registry_threads{kind="read",state="idle"}'] == 8
    assert found["registry_database_up"] == 1
    assert found["registry_derived_behind"] == 0
    assert {
        "registry_exports_running",
        "registry_changes_position",
        "registry_changes_lag_seconds",
        "registry_kept_response_bytes",
    } <= found.keys()


def test_addresses_make_no_labels(port: int) -> None:
    before = len(measures(port))
    for number in range(30):
        ask(port, f"/nothing-{number}/at/all/")
        ask(port, f"/api/v1/nothing-{number}/")
    assert len(measures(port)) - before < 40, "two routes, with the bounds of their histograms"
    routes = {
        "/": "front",
        "/ru/": "front",
        "/ru/deposits/x/": "page",
        "/api/v1/deposits/export/": "export",
        "/readyz": "health",
    }
    assert {path: route_of(path) for path in routes} == routes
    assert [route_of(path) for path in ("", "*", "//", "/api/v1/changes/")] == ["front", "front", "front", "changes"]


def test_what_a_dead_worker_counted_stays_and_what_it_held_goes(port: int) -> None:
    ask(port, "/api/v1/deposits/?limit=1")
    found = eventually(port, lambda found: len(workers(found)) == 2)
    gone = min(workers(found))
    os.kill(gone, signal.SIGKILL)
    after = eventually(port, lambda found: len(workers(found) - {gone}) == 2)
    assert gone not in workers(after)
    assert after[LISTED] >= found[LISTED]
    assert after['registry_threads{kind="read",state="idle"}'] <= 8


def test_strangers_find_nothing(port: int) -> None:
    for path, headers in (("/metrics", {"X-Forwarded-For": "127.0.0.1"}), ("/metrics", {"Via": "1.1 proxy"})):
        assert ask(port, path, **headers)[0] == 404
    assert ask(port, "/metrics", method="POST")[0] == 404
    local = [ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8")]
    assert may_watch({"REMOTE_ADDR": "10.1.2.3"}, local, 0)
    assert not may_watch({"REMOTE_ADDR": "192.0.2.1"}, local, 0)
    assert not may_watch({"REMOTE_ADDR": ""}, local, 0)
    behind = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1, 192.0.2.1"}
    assert not may_watch(behind, local, 1), "a client that writes the header itself"
    assert may_watch(behind | {"HTTP_X_FORWARDED_FOR": "10.0.0.9"}, local, 1)


def test_readiness_in_detail(port: int) -> None:
    plain, detailed = (json.loads(ask(port, path)[1]) for path in ("/readyz", "/readyz?verbose"))
    assert detailed["replicas"] == []
    assert detailed["derived"]["behind"] == 0
    assert detailed["derived"]["kinds"] > 10
    assert detailed["sources"]["number"] > 100
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", detailed["sources"]["retrieved_last"])
    assert detailed.keys() - plain.keys() == {"replicas", "imports", "derived", "sources"}
    assert json.loads(ask(port, "/readyz?verbose", **{"X-Forwarded-For": "127.0.0.1"})[1]).keys() == plain.keys()


def test_prometheus_finds_nothing_wrong(port: int) -> None:
    if (program := shutil.which("promtool")) is None:
        pytest.skip("THERE IS NO PROMTOOL: the format of the measures is not checked by it (apt-get install prometheus)")
    said = subprocess.run([program, "check", "metrics"], input=ask(port, "/metrics")[1], capture_output=True, text=True)
    assert (said.returncode, said.stdout + said.stderr) == (0, "")
