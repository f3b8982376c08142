"""The edge in the process of the tests, asked as a server would ask it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from config.edge.application import Edge
from config.edge.environ import Environ
from config.edge.lanes import BUDGET


@dataclass
class Conversation:
    """One request and what came of it; a chunk that is None never arrives, `stalls` is a client that takes nothing."""

    method: str
    path: str
    chunks: tuple[bytes | None, ...] = (b"",)
    headers: dict[str, str] = field(default_factory=dict)
    stalls: bool = False
    status: int = 0
    answered: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = False

    async def take_part(self, edge: Edge) -> "Conversation":
        """Ask, and keep what is answered."""
        path, _, query = self.path.partition("?")
        named = [(name.encode(), value.encode()) for name, value in {"host": "testserver", **self.headers}.items()]
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": self.method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": named,
            "server": ("testserver", 80),
            "client": ("192.0.2.7", 1234),
        }
        chunks = self._chunks()
        await edge(scope, lambda: anext(chunks), self._take)
        return self

    async def _chunks(self) -> AsyncIterator[dict[str, Any]]:
        for position, chunk in enumerate(self.chunks):
            if chunk is None:
                await asyncio.Event().wait()
            yield {"type": "http.request", "body": chunk, "more_body": position + 1 < len(self.chunks)}
        await asyncio.Event().wait()

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.answered = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        if self.stalls:
            await asyncio.Event().wait()
        self.body += message["body"]
        self.complete = not message["more_body"]

    def json(self) -> Any:
        """Give the body as JSON."""
        return orjson.loads(self.body)


def ask(edge: Edge, method: str, path: str, *chunks: bytes | None, **given: Any) -> Conversation:
    """Ask once."""
    return asyncio.run(Conversation(method, path, chunks or (b"",), **given).take_part(edge))


@contextmanager
def an_edge(application: Callable[..., Any] | None = None, most: int = 100_000, kept: int = 0) -> Iterator[Edge]:
    """Give an edge, of the whole registry if nothing else is given, whose threads end with the block."""

    def most_bytes(_: Environ) -> int:
        return most

    edge = Edge(application or WSGIHandler(), lambda kind: None, most_bytes, kept)
    try:
        yield edge
    finally:
        for kind, lane in edge.lanes.items():
            # Each thread closes its own connection: none takes a second job before all have one.
            together = threading.Barrier(BUDGET[kind].threads)
            for _ in range(together.parties):
                lane._jobs.put(lambda together=together: (connection.close(), together.wait(10)))  # type: ignore[misc]
            lane.stop()
