"""What the edge does with one request: its body, its lane, its response."""

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from config.edge import clients, lanes
from config.edge.lanes import BUDGET, RequestKind, kind_of
from tests.edge.inside import Conversation, an_edge, ask

Start = Callable[..., Any]


def echo(environ: dict[str, Any], start_response: Start) -> list[bytes]:
    """Give the body of the request back, and what was said of it."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
    said = "|".join(environ[name] for name in ("PATH_INFO", "QUERY_STRING", "REMOTE_ADDR", "HTTP_COOKIE", "CONTENT_LENGTH"))
    start_response("201 Created", [("X-Said", said), ("X-Trick", environ.get("HTTP_X_A_B", "none"))])
    return [body]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a client have little time for a block."""
    monkeypatch.setattr(clients, "BLOCK_S", 0.2)


def test_a_request_reaches_the_application_whole() -> None:
    """A body without an announced length, as chunked and HTTP/2 ones are, has one for the application."""
    with an_edge(echo) as edge:
        headers = {"cookie": "a=1", "x_a_b": "forged"}
        told = ask(edge, "POST", "/caf%C3%A9/?x=%20y", b"abc", b"", b"d" * 70_000, headers=headers)
        assert (told.status, told.body, told.complete) == (201, b"abc" + b"d" * 70_000, True)
        assert told.answered["x-said"] == "/café/|x=%20y|192.0.2.7|a=1|70003"
        assert told.answered["x-trick"] == "none", "a name with an underscore is not that of a proxy's header"
        assert ask(edge, "GET", "/", b"ignored", headers={"cookie": ""}).body == b""


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("chunks", "headers", "status"),
    [
        ((b"{", None), {"content-length": "10"}, 408),
        # Each chunk arrives at once, and they never add up to a block.
        ((*[b"x"] * 5, None), {}, 408),
        ((b"x" * 60_000, b"x" * 60_000), {}, 413),
        ((None,), {"content-length": "100001"}, 413),
    ],
)
def test_a_body_that_is_late_or_too_large_is_refused(chunks: Any, headers: dict[str, str], status: int) -> None:
    with an_edge(echo) as edge:
        refused = ask(edge, "POST", "/", *chunks, headers=headers)
        assert (refused.status, refused.json()["status"]) == (status, status)
        assert refused.answered["content-type"] == "application/problem+json"
        assert edge.bodies.free == lanes.BODIES


class Stream:
    """A response that is produced as it is sent, and closed in the end."""

    def __init__(self, *blocks: bytes | Exception) -> None:
        """Give these blocks, or fail there."""
        self.blocks = iter(blocks)
        self.closed = 0

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> bytes:
        block = next(self.blocks)
        if isinstance(block, Exception):
            raise block
        return block

    def close(self) -> None:
        self.closed += 1


@pytest.mark.usefixtures("hasty")
def test_a_stream_is_closed_once_and_looks_complete_only_if_it_is() -> None:
    for stalls, last, complete in ((False, b"z", True), (False, ValueError("broken"), False), (True, b"z", False)):
        stream = Stream(b"a" * 200_000, last)

        def application(environ: Any, start_response: Start, stream: Stream = stream) -> Iterable[bytes]:
            start_response("200 OK", [])
            return stream

        with an_edge(application) as edge:
            assert ask(edge, "GET", "/", stalls=stalls).complete == complete
        assert stream.closed == 1


@pytest.mark.usefixtures("hasty")
def test_a_large_body_that_nobody_takes_ends_the_response() -> None:
    def application(environ: Any, start_response: Start) -> list[bytes]:
        start_response("200 OK", [])
        return [b"a" * 1_000_000]

    with an_edge(application) as edge:
        assert ask(edge, "GET", "/").body == b"a" * 1_000_000
        assert not ask(edge, "GET", "/", stalls=True).complete


def test_a_full_lane_refuses_and_the_others_go_on() -> None:
    go_on = threading.Event()

    def application(environ: dict[str, Any], start_response: Start) -> list[bytes]:
        if environ["PATH_INFO"] == "/admin/login/":
            go_on.wait(60)
        start_response("200 OK", [])
        return [b"done"]

    async def crowd(edge: Any) -> tuple[list[int], int]:
        share = BUDGET[RequestKind.SIGN_IN]
        admitted = [
            asyncio.create_task(Conversation("POST", "/admin/login/").take_part(edge))
            for _ in range(share.threads + share.queue)
        ]
        await asyncio.sleep(0.1)
        refused = await Conversation("POST", "/admin/login/").take_part(edge)
        others = [await Conversation("GET", path).take_part(edge) for path in ("/healthz", "/admin/", "/api/v1/")]
        go_on.set()
        done = await asyncio.gather(*admitted)
        assert refused.answered["retry-after"]
        return [one.status for one in (*others, *done)], refused.status

    with an_edge(application) as edge:
        served, refused = asyncio.run(crowd(edge))
        assert (set(served), refused) == ({200}, 503)
        assert all(lane.places.free == BUDGET[kind].threads + BUDGET[kind].queue for kind, lane in edge.lanes.items())


def test_what_the_application_breaks_is_a_problem() -> None:
    def application(environ: Any, start_response: Start) -> list[bytes]:
        raise ValueError("secret")

    with an_edge(application) as edge:
        broken = ask(edge, "GET", "/")
    assert broken.status == 500
    assert b"secret" not in broken.body


def test_every_request_has_its_lane() -> None:
    from api.exports.stream import AT_ONCE

    assert kind_of("GET", "/healthz") is RequestKind.HEALTH
    assert kind_of("POST", "/admin/login/") is kind_of("POST", "/admin/password_change/") is RequestKind.SIGN_IN
    assert kind_of("GET", "/admin/login/") is kind_of("POST", "/admin/registry/deposit/1/change/") is RequestKind.CURATION
    assert kind_of("GET", "/api/v1/deposits/export/") is kind_of("GET", "/api/v1/deposits/export") is RequestKind.EXPORT
    assert kind_of("GET", "/api/v1/deposits/") is kind_of("POST", "/api/v1/deposits/search/") is RequestKind.READ
    # One more than may run at once says no to those beyond.
    assert BUDGET[RequestKind.EXPORT].threads == AT_ONCE + 1
