"""Whose bodies may be large, and how long a thread waits for a lock."""

import io
import subprocess
import sys
import threading
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.core.handlers.exception import convert_exception_to_response
from django.db import connection
from django.test import RequestFactory
from django.urls import Resolver404, get_resolver

from api.errors import TooLarge
from api.http.bodies import MAX_BODY_BYTES
from config.admin_only import AdminOnly
from config.edge.lanes import RequestKind
from config.edge.policy import begin, most_bytes
from config.handler import Handler
from config.middleware import AdminCommon, AdminSessions
from config.sessions import SessionTimes
from imports.limits import UPLOAD_BYTES

pytestmark = pytest.mark.django_db


def request(path: str, length: str = "", cookie: str = "") -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_LENGTH": length,
        "HTTP_COOKIE": cookie,
        "wsgi.input": io.BytesIO(),
    }


def signed_in(**rights: bool) -> str:
    """Sign somebody in, and give the cookie."""
    user = get_user_model().objects.create_user("somebody", is_staff=True, **rights)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def test_a_stranger_fills_no_disk() -> None:
    assert most_bytes(request("/api/v1/deposits/search/", "5")) == MAX_BODY_BYTES
    for length in ("", str(UPLOAD_BYTES), "99999999999999999999", "nonsense"):
        with pytest.raises(TooLarge, match="Sign in"):
            most_bytes(request("/admin/registry/importrun/load/", length, "sessionid=forged"))
        assert most_bytes(request("/api/v1/deposits/search/", length)) == MAX_BODY_BYTES


@pytest.mark.parametrize("importer", [True, False])
def test_a_file_is_taken_from_who_may_import(importer: bool) -> None:
    sent = request("/admin/registry/importrun/load/", str(UPLOAD_BYTES), signed_in(is_superuser=importer))
    if importer:
        assert most_bytes(sent) > UPLOAD_BYTES
    else:
        with pytest.raises(TooLarge):
            most_bytes(sent)
    assert most_bytes(request("/admin/registry/deposit/add/", "1000")) < 5_000_000, "a form"


@pytest.mark.parametrize(
    ("kind", "expected"), [(RequestKind.READ, f"{settings.LOCK_TIMEOUT_MS}ms"), (RequestKind.CURATION, "0")]
)
def test_readers_wait_for_no_lock(kind: RequestKind, expected: str) -> None:
    seen: list[str] = []

    def thread() -> None:
        begin(kind)
        with connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            seen.append(cursor.fetchone()[0])
        connection.close()

    one = threading.Thread(target=thread)
    one.start()
    one.join()
    assert seen == [expected]


def test_a_thread_that_reads_has_its_connection_before_the_first_request(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[RequestKind, bool] = {}

    def thread(kind: RequestKind) -> None:
        begin(kind)
        seen[kind] = connection.connection is not None
        connection.close()

    def begun(kind: RequestKind) -> bool:
        one = threading.Thread(target=thread, args=(kind,))
        one.start()
        one.join()
        return seen[kind]

    assert begun(RequestKind.READ)
    assert not begun(RequestKind.CURATION)
    monkeypatch.setitem(settings.DATABASES["default"], "HOST", "/nowhere")
    seen.clear()
    assert not begun(RequestKind.READ), "a worker starts without its database, too"


def test_what_responses_rest_on_is_derived_before_a_worker_listens() -> None:
    script = "import config.wsgi; from api.database import reads; print(reads._kept.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip() == "1"


def test_a_request_for_data_passes_the_middlewares_of_the_admin_in_one_step() -> None:
    def beyond(request: Any) -> Any:
        return request

    chain: Any = beyond
    for middleware in (AdminCommon, SessionTimes, AdminSessions):
        assert issubclass(middleware, AdminOnly)
        chain = convert_exception_to_response(middleware(chain))
    assert chain.__wrapped__._beyond is beyond


def test_an_address_that_comes_again_is_resolved_as_at_first() -> None:
    handler = Handler()
    for path in ("/api/v1/deposits/", "/api/v1/deposits/mountain-pass/", "/ogc/", "/healthz", f"/api/v1/deposits/{'x' * 200}/"):
        known, again = (handler.resolve_request(RequestFactory().get(path)) for _ in range(2))
        there = get_resolver().resolve(path)
        assert (known.view_name, known.kwargs) == (again.view_name, again.kwargs) == (there.view_name, there.kwargs)
    for _ in range(2):
        with pytest.raises(Resolver404):
            handler.resolve_request(RequestFactory().get("/api/v1/nothing/here/at/all/"))
