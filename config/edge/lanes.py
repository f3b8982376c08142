"""Lanes: the threads of a worker, divided among the kinds of requests, so that no kind can take those of another."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from api.errors import Busy

T = TypeVar("T")


@dataclass(frozen=True)
class Share:
    """What one kind of request may hold in a worker: threads, and requests that wait for one of them."""

    threads: int
    queue: int


class RequestKind(Enum):
    """The kinds of requests."""

    HEALTH = "health"
    READ = "read"
    EXPORT = "export"
    CURATION = "curation"
    SIGN_IN = "sign-in"


#: The budget of a worker: everything that holds a thread is here, and nothing else does. Requests beyond it get a 503 at once.
#: - Four threads read: while one waits for PostgreSQL another computes, and more would only queue for the interpreter.
#: - Exports need one thread more than may run at once (`api.exports.stream.AT_ONCE`), which refuses the others.
#: - Curators' requests may wait for each other's locks, as long as the statement timeout allows.
#: - A sign-in is 0.3 s of processor time.
BUDGET = {
    RequestKind.HEALTH: Share(threads=1, queue=100),
    RequestKind.READ: Share(threads=4, queue=400),
    RequestKind.EXPORT: Share(threads=3, queue=20),
    RequestKind.CURATION: Share(threads=3, queue=40),
    RequestKind.SIGN_IN: Share(threads=1, queue=8),
}

#: Bodies that are being received, and requests that wait for a change: they hold no thread, and 64 KiB each at most.
BODIES, POLLS = 64, 64

_SIGN_IN = ("/admin/login/", "/admin/password_change/")


def kind_of(method: str, path: str) -> RequestKind:
    """Return the kind of a request by its method and path."""
    if path == "/healthz":
        return RequestKind.HEALTH
    if path.startswith("/admin"):
        return RequestKind.SIGN_IN if method == "POST" and path in _SIGN_IN else RequestKind.CURATION
    return RequestKind.EXPORT if path.removesuffix("/").endswith("/export") else RequestKind.READ


class Places:
    """A number of places; the event loop's thread takes one for a block of code, and no other thread does."""

    def __init__(self, number: int, of_what: str) -> None:
        """All are free; `of_what` is for the message to who finds none."""
        self.free, self.of_what = number, of_what

    def __enter__(self) -> None:
        """Take a place; raises Busy if none is free."""
        if self.free <= 0:
            raise Busy(
                f"There are too many {self.of_what} at the moment. Try again in a few seconds.", headers={"Retry-After": "5"}
            )
        self.free -= 1

    def __exit__(self, *_: object) -> None:
        """Return it."""
        self.free += 1


class Lane:
    """The threads of one kind, and the places of all that run or wait for them."""

    def __init__(
        self,
        kind: RequestKind,
        share: Share,
        begin: Callable[[RequestKind], None],
        end: Callable[[RequestKind], None] = lambda _: None,
    ) -> None:
        """Start the threads: `begin` runs in each at first, `end` after each job."""
        self.share = share
        self.places = Places(share.threads + share.queue, f"requests of this kind ({kind.value})")
        # concurrent.futures would cost another 30 µs a request, and wait at the end for threads that are still busy.
        self._threads = share.threads
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        for number in range(share.threads):
            Thread(target=self._work, args=(begin, end, kind), name=f"{kind.value}-{number}", daemon=True).start()

    def _work(self, begin: Callable[[RequestKind], None], end: Callable[[RequestKind], None], kind: RequestKind) -> None:
        begin(kind)
        while job := self._jobs.get():
            job()
            end(kind)

    def load(self) -> tuple[int, int, int]:
        """Return the number of threads, of those that work, and of requests that wait for one."""
        threads = self.share.threads
        admitted = threads + self.share.queue - self.places.free
        return threads, min(threads, admitted), max(0, admitted - threads)

    def stop(self) -> None:
        """Let the threads end, each after what it does now."""
        for _ in range(self._threads):
            self._jobs.put(None)

    async def run(self, work: Callable[[], T]) -> T:
        """Let a thread do some work; raises what the work raises, and Busy if too much waits."""
        with self.places:
            return await self.resume(work)

    def resume(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Do the same for a request that was admitted before."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def job() -> None:
            try:
                result = work()
            except BaseException as error:  # noqa: BLE001 - raised where the work was ordered
                loop.call_soon_threadsafe(_fail, future, error)
            else:
                loop.call_soon_threadsafe(_succeed, future, result)

        self._jobs.put(job)
        return future


def _succeed(future: "asyncio.Future[Any]", result: Any) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
