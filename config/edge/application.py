"""The ASGI application: from the first byte of a request to the last one of its response."""

import asyncio
import io
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any

from django.conf import settings

from api.errors import BodyTooSlow, Broken, Busy, TooLarge, problem_of
from api.http.long_poll import WAITED, Again
from config.addresses import client_address
from config.edge import answers
from config.edge.answers import Answer, Wsgi
from config.edge.clients import BodyTooLarge, Left, Receive, Send, TooSlow, gone, read_body, send_body
from config.edge.environ import Environ, environ_of
from config.edge.kept import KeptAnswers, Key, key_of
from config.edge.lanes import BODIES, BUDGET, POLLS, Lane, Places, RequestKind, kind_of
from config.edge.measures import PATH
from config.logs import client, identity_of, request_id, requests, tell
from config.metrics.requests import count_database, count_request

log = logging.getLogger("registry.edge")

#: How often a request that waits for a change looks whether there is one.
LOOK_EVERY_S = 0.5
_WITHOUT_BODY = frozenset(("GET", "HEAD", "OPTIONS"))


class Edge:
    """Serves a WSGI application; `begin` runs in each new thread, `most_bytes` says how large a request's body may be."""

    def __init__(
        self,
        application: Wsgi,
        begin: Callable[[RequestKind], None],
        most_bytes: Callable[[Environ], int],
        kept_bytes: int = 0,
        metrics: Callable[[Environ], Answer] | None = None,
    ) -> None:
        """Divide the threads; `kept_bytes` says how much of the responses is kept, `metrics` answers at `/metrics`."""
        self.application, self.most_bytes, self.metrics = application, most_bytes, metrics
        self.kept = KeptAnswers(kept_bytes)
        self.lanes = {kind: Lane(kind, share, begin, _end) for kind, share in BUDGET.items()}
        self.bodies, self.polls = Places(BODIES, "requests with a body"), Places(POLLS, "waiting clients")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request. A response that is not complete when this returns breaks its connection."""
        begin = time.perf_counter()
        key = key_of(scope)
        if key and (found := self.kept.find(key)):
            answer = _again(scope, found)
            count_request(scope["path"], answer.status, begin, kept=True)
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            with suppress(TooSlow):
                await send_body(send, answer.body, more=False)
            return
        lane = self.lanes[kind_of(scope["method"], scope["path"])]
        try:
            answer = await self._answer(lane, scope, receive, key)
        except Left:
            return
        except Exception as error:  # noqa: BLE001 - every failure is answered, and logged
            answer = _refused(scope, error)
        count_request(scope["path"], answer.status, begin, kept=False)
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            if answer.rest is None:
                await send_body(send, answer.body, more=False)
            else:
                await self._send_rest(lane, answer, receive, send)
        except TooSlow:
            _note(scope, "the client did not read the response in time")
        except Left:
            pass

    async def _answer(self, lane: Lane, scope: dict[str, Any], receive: Receive, key: Key | None) -> Answer:
        """Read the body, call the application, and wait if the request asks for that."""
        body: IO[bytes] = io.BytesIO()
        length = 0
        if scope["method"] not in _WITHOUT_BODY:
            body, length = await self._body(lane, scope, receive)
        with body:
            environ = environ_of(scope, body, length)
            answer = await self._call(lane, environ)
        if answer.again:
            if await self._waited(lane, answer.again, receive):
                answer = await self._call(lane, {**environ_of(scope, io.BytesIO(), 0), WAITED: True})
        elif key:
            self.kept.keep(key, answer)
        return answer

    async def _body(self, lane: Lane, scope: dict[str, Any], receive: Receive) -> tuple[IO[bytes], int]:
        with self.bodies:
            environ = environ_of(scope, io.BytesIO())
            most = await lane.run(lambda: self.most_bytes(environ))
            announced = environ["CONTENT_LENGTH"]
            try:
                if announced.isdecimal() and int(announced) > most:
                    raise BodyTooLarge
                return await read_body(receive, most)
            except TooSlow:
                raise BodyTooSlow("The body of the request did not arrive in time.", headers={"Connection": "close"}) from None
            except BodyTooLarge:
                raise TooLarge(f"The body is larger than {most:,} bytes.", headers={"Connection": "close"}) from None

    async def _call(self, lane: Lane, environ: Environ) -> Answer:
        if self.metrics and environ["PATH_INFO"] == PATH:
            metrics = self.metrics
            return await lane.run(lambda: metrics(environ))
        return await lane.run(lambda: answers.call(self.application, environ))

    def load(self) -> dict[str, tuple[int, int, int]]:
        """Return threads, running and waiting by kind of request."""
        return {kind.value: lane.load() for kind, lane in self.lanes.items()}

    def kept_bytes(self) -> int:
        """Return the memory of the responses that are kept."""
        return self.kept.size

    async def _waited(self, lane: Lane, again: Again, receive: Receive) -> bool:
        """Wait until it is worth to call the application again; False if too many wait already."""
        loop = asyncio.get_running_loop()
        until = loop.time() + again.seconds
        try:
            with self.polls:
                left = asyncio.ensure_future(gone(receive))
                try:
                    while (rest := until - loop.time()) > 0:
                        await asyncio.wait((left,), timeout=min(LOOK_EVERY_S, rest))
                        if left.done():
                            raise Left
                        if await lane.run(again.ready):
                            break
                finally:
                    left.cancel()
        except Busy:
            return False
        return True

    async def _send_rest(self, lane: Lane, answer: Answer, receive: Receive, send: Send) -> None:
        """Send what the application has still to produce: a thread is held while it produces, not while the client takes."""
        left = asyncio.ensure_future(gone(receive))
        try:
            while block := await lane.resume(answer.pull):
                if left.done():
                    raise Left
                await send_body(send, block, more=True)
            await send_body(send, b"", more=False)
        except (TooSlow, Left):
            raise
        except Exception:
            log.exception("a response was interrupted")
        finally:
            left.cancel()
            await lane.resume(answer.close)


def _end(kind: RequestKind) -> None:
    count_database(kind.value)


def _again(scope: dict[str, Any], kept: Answer) -> Answer:
    """Return a response that is kept, with the id of this request; log the line that each request has."""
    begin = time.perf_counter()
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    identity = identity_of(given.decode("latin-1"))
    if requests.isEnabledFor(logging.INFO):
        tokens = request_id.set(identity), client.set(_address(scope))
        path, query = f"{settings.PATH_PREFIX}{scope['path']}", scope["query_string"].decode("latin-1")
        tell(scope["method"], path, query, kept.status, begin)
        request_id.reset(tokens[0])
        client.reset(tokens[1])
    return Answer(kept.status, [*kept.headers, (b"x-request-id", identity.encode())], kept.body)


def _refused(scope: dict[str, Any], error: Exception) -> Answer:
    problem = problem_of(error)
    if problem is None:
        log.exception("%s %s failed", scope["method"], scope["path"], exc_info=error, extra={"address": _address(scope)})
        problem = Broken("The error is logged.")
    else:
        _note(scope, problem.detail, status=problem.status)
    return answers.refusal(problem)


def _note(scope: dict[str, Any], reason: str, **more: Any) -> None:
    log.warning("%s %s", scope["method"], scope["path"], extra={"reason": reason, "address": _address(scope), **more})


def _address(scope: dict[str, Any]) -> str:
    return client_address(environ_of(scope, io.BytesIO()), settings.TRUSTED_PROXIES)
