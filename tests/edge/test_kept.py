"""Responses that the edge keeps: the same as the application's, for as long as the data are the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction

from api.database import reads, version
from api.filters.parameters import today
from config.edge.answers import Answer
from config.edge.kept import KeptAnswers, all_pass, key_of
from tests.changes.own_database import db, own_database  # noqa: F401
from tests.edge.inside import Conversation, an_edge, ask
from tests.records import deposit

LIST = "/api/v1/deposits/?limit=5"


class Counted:
    """The registry, which counts what it is asked."""

    def __init__(self) -> None:
        """Begin."""
        self.application, self.asked = WSGIHandler(), 0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer."""
        self.asked += 1
        return self.application(environ, start_response)


def shown(told: Conversation) -> tuple[int, dict[str, str], bytes]:
    """Give a response without the id of its request."""
    return told.status, {name: value for name, value in told.answered.items() if name != "x-request-id"}, told.body


@pytest.mark.usefixtures("db")
def test_a_request_that_comes_again_reaches_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    # However slow the machine is; `forget` stands for the half second.
    monkeypatch.setattr(version, "FRESH_SECONDS", 600.0)
    registry = Counted()
    with an_edge(registry, kept=8_000_000) as edge:
        version.forget()
        first, again = ask(edge, "GET", LIST), ask(edge, "GET", LIST, headers={"x-request-id": "mine-12345"})
        assert registry.asked == 1
        assert first.status == 200
        assert shown(first) == shown(again)
        assert (len(first.answered["x-request-id"]), again.answered["x-request-id"]) == (16, "mine-12345")
        # Whatever may shape a response makes it another one.
        told = {
            "geojson": {"accept": "application/geo+json"},
            "host": {"host": "localhost"},
            "packed": {"accept-encoding": "gzip"},
        }
        told["known"] = {"if-none-match": first.answered["etag"]}
        others = {name: [ask(edge, "GET", LIST, headers=headers) for _ in range(2)] for name, headers in told.items()}
        assert registry.asked == 5
        assert all(shown(one) == shown(other) for one, other in others.values())
        assert {name: one.status for name, (one, _) in others.items()} == {
            "geojson": 200,
            "host": 200,
            "packed": 200,
            "known": 304,
        }
        assert others["geojson"][0].json()["type"] == "FeatureCollection"
        # A change makes all of them out of date, as soon as it is known.
        with transaction.atomic():
            deposit(slug="new-one")
        version.forget()
        fresh = ask(edge, "GET", LIST)
        assert registry.asked == 6
        assert b"new-one" in fresh.body
        assert first.answered["etag"] != fresh.answered["etag"]
        assert ask(edge, "GET", LIST, headers=told["known"]).status == 200


@pytest.mark.usefixtures("db")
def test_what_is_no_list_of_records_is_not_kept() -> None:
    registry = Counted()
    with an_edge(registry, kept=8_000_000) as edge:
        for method, path in (("GET", "/api/v1/deposits/nothing/"), ("HEAD", LIST), ("GET", "/healthz"), ("OPTIONS", LIST)):
            registry.asked = 0
            assert [ask(edge, method, path).status, registry.asked] == [ask(edge, method, path).status, 1]
            assert registry.asked == 2, path


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    now = version.DataVersion(1, datetime.now(UTC), "here", "era", 5)
    monkeypatch.setattr(version, "_known", {"default": (float("inf"), now)})
    state = now.state(reads.EVERY, today())
    kept = KeptAnswers(100_000)
    for number in range(40):
        kept.keep((number,), Answer(200, [], b"x" * 3_000, state=state))
    kept.keep(("large",), Answer(200, [], b"x" * 20_000, state=state))
    kept.keep(("of an older state",), Answer(200, [], b"x" * 3_000, state=state._replace(changes=-1)))
    kept.keep(("not to be kept",), Answer(200, [], b"x"))
    assert kept.size == 20 * 5_000
    assert [number for number in range(40) if kept.find((number,))] == list(range(21, 40))
    assert not any(kept.find((name,)) for name in ("large", "of an older state", "not to be kept"))


def test_a_middleware_that_refuses_or_counts_requests_sees_each() -> None:
    assert all_pass(settings.MIDDLEWARE)
    assert not all_pass([*settings.MIDDLEWARE, "django.middleware.common.CommonMiddleware"])


def test_only_get_has_a_key() -> None:
    scope = {
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "query_string": b"",
        "headers": [(b"user-agent", b"x"), (b"host", b"h")],
    }
    assert key_of(scope) == ("http", "/", b"", (b"host", b"h"))
    assert key_of({**scope, "method": "HEAD"}) is None
