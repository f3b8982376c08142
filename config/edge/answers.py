"""What the WSGI application gave: status, headers, and a body that is complete or still to be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from api.database.version import State
from api.errors import Problem
from api.http.access import READABLE
from api.http.long_poll import Again
from config.edge.clients import BLOCK_BYTES
from config.edge.environ import Environ

Headers = list[tuple[bytes, bytes]]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass
class Answer:
    """One response; `rest` is what the application has not produced yet, `again` is set if the request would rather wait.

    `state` is that of the data from which the response was made, if it may be kept.
    """

    status: int
    headers: Headers
    body: bytes = b""
    rest: "Iterator[bytes] | None" = None
    close: Callable[[], None] = lambda: None
    again: Again | None = None
    state: State | None = None

    def pull(self) -> bytes:
        """Read about a block of what is still to come; empty at the end. It may take long: call it in a thread."""
        parts: list[bytes] = []
        size = 0
        while self.rest is not None and size < BLOCK_BYTES:
            part = next(self.rest, None)
            if part is None:
                break
            parts.append(part)
            size += len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def call(application: Wsgi, environ: Environ) -> Answer:
    """Call the application, in a thread; a body that it holds in memory is complete afterwards, and everything is closed."""
    answer = Answer(500, [])

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        answer.status = int(status[:3])
        answer.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    result = application(environ, start_response)
    answer.again = getattr(result, "again", None)
    answer.state = getattr(result, "kept_for", None)
    answer.close = getattr(result, "close", answer.close)
    # Only Django's own responses say that they hold their body; everything else is read as it is sent.
    if isinstance(result, list) or getattr(result, "streaming", True) is False:
        answer.body = b"".join(result)
        answer.close()
    else:
        answer.rest = iter(result)
    return answer


def refusal(problem: Problem) -> Answer:
    """Answer in place of the application, with a problem document that pages of any origin may read."""
    headers = {
        "content-type": "application/problem+json",
        "cache-control": "no-store",
        **{name.lower(): value for name, value in READABLE.items()},
        **{name.lower(): value for name, value in problem.headers.items()},
    }
    body = orjson.dumps(problem.document())
    return Answer(problem.status, [(name.encode(), value.encode()) for name, value in headers.items()], body)
