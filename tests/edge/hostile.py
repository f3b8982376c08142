"""Clients that are slow on purpose, each kind as a block of code during which some of them are at work."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import orjson
import requests
from django.db import connection

from tests.connections import other_connection
from tests.exports.endless import PATH

#: More than the threads of both workers together, of every kind.
MANY = 30


def opened(port: int, request: str) -> socket.socket:
    """Send the begin of a request, and read nothing."""
    client = socket.socket()
    # Small, so that the server notices soon that nobody reads.
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", port))
    client.sendall(request.replace("\n", "\r\n").encode())
    return client


@contextmanager
def _sockets(port: int, *requests_: str) -> Iterator[None]:
    with ExitStack() as clients:
        for number in range(MANY):
            clients.enter_context(opened(port, requests_[number % len(requests_)]))
        yield


@contextmanager
def _busily(work: Callable[[], object]) -> Iterator[None]:
    """Do something again and again in many threads."""
    stop = threading.Event()

    def repeat() -> None:
        while not stop.is_set():
            work()

    threads = [threading.Thread(target=repeat, daemon=True) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)


@contextmanager
def half_bodies(port: int) -> Iterator[None]:
    """Send bodies that stop halfway."""
    head = "Host: localhost\nContent-Type: application/json\nContent-Length: 1000\n\n{"
    with _sockets(port, f"POST /api/v1/deposits/search/ HTTP/1.1\n{head}", f"POST /admin/login/ HTTP/1.1\n{head}"):
        yield


@contextmanager
def long_polls(port: int) -> Iterator[None]:
    """Wait for changes."""
    position = orjson.loads(requests.get(f"http://127.0.0.1:{port}/api/v1/regions/?limit=1", timeout=10).content)["position"]
    with _sockets(port, f"GET /api/v1/changes/?after={position}&wait=30 HTTP/1.1\nHost: localhost\n\n"):
        yield


@contextmanager
def unread_exports(port: int) -> Iterator[None]:
    """Leave exports unread."""
    with _sockets(port, f"GET {PATH} HTTP/1.1\nHost: localhost\n\n"):
        yield


@contextmanager
def sign_ins(port: int) -> Iterator[None]:
    """Sign in with a wrong password."""
    session = requests.Session()
    session.get(f"http://127.0.0.1:{port}/admin/login/", timeout=30)
    form = {"csrfmiddlewaretoken": session.cookies["csrftoken"], "username": "nobody", "password": "wrong"}
    cookies = {"csrftoken": session.cookies["csrftoken"]}
    with _busily(lambda: _try("POST", f"http://127.0.0.1:{port}/admin/login/", data=form, cookies=cookies)):
        yield


@contextmanager
def lock_waits(port: int) -> Iterator[None]:
    """Search among names while their table is locked; a list without a search does not read it."""
    with other_connection() as holder:
        holder.execute("LOCK TABLE registry_name IN ACCESS EXCLUSIVE MODE")
        with _busily(lambda: _try("GET", f"http://127.0.0.1:{port}/api/v1/deposits/?search=hill")):
            yield
        holder.rollback()


@contextmanager
def curators_waiting(port: int) -> Iterator[None]:
    """Open the admin while the table of sessions is locked."""
    with other_connection() as holder:
        holder.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
        with _busily(lambda: _try("GET", f"http://127.0.0.1:{port}/admin/", cookies={"sessionid": "x" * 32})):
            yield
        holder.rollback()


def _try(method: str, address: str, **given: object) -> None:
    with suppress(requests.RequestException):
        requests.request(method, address, timeout=1, **given)  # type: ignore[arg-type]


def exports_running() -> int:
    """Count the exports that the database works at, as somebody else sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'registry export'")
        ((number,),) = cursor.fetchall()
    return int(number)


KINDS = {kind.__name__: kind for kind in (half_bodies, long_polls, unread_exports, sign_ins, lock_waits, curators_waiting)}
