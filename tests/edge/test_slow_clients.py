"""Slow clients of any kind, and of any two kinds, keep nobody else waiting; and they do not stay for ever."""

import itertools
import statistics
import time
from contextlib import ExitStack

import pytest
import requests

from tests.edge.hostile import KINDS, exports_running, opened, unread_exports
from tests.exports.endless import PATH
from tests.operations.machine import eventually

pytestmark = pytest.mark.django_db
_PAIRS = [(name,) for name in KINDS] + list(itertools.combinations(KINDS, 2))


def seconds(port: int, path: str) -> float:
    """Measure one request on a connection of its own."""
    begin = time.monotonic()
    answer = requests.get(f"http://127.0.0.1:{port}{path}", timeout=60)
    assert answer.status_code == 200, answer.text[:300]
    return time.monotonic() - begin


@pytest.mark.parametrize("kinds", _PAIRS, ids="+".join)
def test_health_and_a_list_are_answered_within_a_second(port: int, kinds: tuple[str, ...]) -> None:
    # With new slow clients each time: who has to wait for them does so every time, and a busy machine is not busy for ever.
    assert any(all_are_quick(port, kinds) for _ in range(6)), kinds


def all_are_quick(port: int, kinds: tuple[str, ...]) -> bool:
    """Measure each path three times while the slow clients are at work, and take the middle."""
    with ExitStack() as at_work:
        for kind in kinds:
            at_work.enter_context(KINDS[kind](port))
        time.sleep(0.3)
        paths = ("/healthz", "/api/v1/commodities/?limit=5&count=exact")
        return all(statistics.median(seconds(port, path) for _ in range(3)) < 1 for path in paths)


def test_who_does_not_read_an_export_or_send_a_body_is_cut_off_and_others_are_served(port: int) -> None:
    begin = time.monotonic()
    body = opened(port, "POST /api/v1/deposits/search/ HTTP/1.1\nHost: localhost\nContent-Length: 1000\n\n{")
    with body, unread_exports(port), opened(port, f"GET {PATH} HTTP/1.1\nHost: localhost\n\n") as unread:
        assert eventually(lambda: exports_running() > 0, 60)
        # Freed places go to the next; the first who asks after the deadline gets one.
        export = f"http://127.0.0.1:{port}/api/v1/countries/export/?format=csv"
        assert eventually(lambda: exports_running() == 0, 60), "nobody reads them"
        assert eventually(lambda: requests.get(export, timeout=60).status_code == 200, 60)
        body.settimeout(60)
        answer = b""
        while block := body.recv(10_000):
            answer += block
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"urn:registry:problem:body-too-slow" in answer
        assert time.monotonic() - begin > 9
        unread.settimeout(60)
        received = b""
        while block := unread.recv(1 << 20):
            received = (received + block)[-100:]
        assert not received.endswith(b"0\r\n\r\n"), "a response that was cut off does not look complete"
