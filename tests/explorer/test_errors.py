"""Errors through the addresses of the product: pages for people, problem documents for programs."""

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client

from tests.conformance.test_errors import assert_problem

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
PROGRAMS = ("", "*/*", "application/json", "application/json, text/html;q=0.5", "application/problem+json")


def assert_page(response: Any, status: int, words: str) -> None:
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/html")
    assert "Accept" in response["Vary"] and response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert words in response.content.decode()


def test_debugging_is_off() -> None:
    assert not settings.DEBUG
    assert settings.ROOT_URLCONF == "config.urls"


@pytest.mark.parametrize(
    "address",
    [
        *("/no/such/page", "/docs/nothing/", "/static-files", "/ogcs/", "/favicon.png", "/%D0%9A/", "/" + "x" * 3000),
        *("/api/v1/no-such-thing/", "/api/nothing", "/tiles/nothing/", "/tiles/deposits/0/0/0.png"),
    ],
)
def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(address: str) -> None:
    assert_page(Client().get(address, headers={"accept": BROWSER}), 404, "Page not found")
    assert Client().head(address, headers={"accept": BROWSER})["Content-Type"].startswith("text/html")
    for accept in PROGRAMS:
        response = Client().get(address, headers={"accept": accept} if accept else {})
        assert_problem(response, 404)
        assert "Accept" in response["Vary"]


@pytest.mark.parametrize("address", ["/api/v1/deposits/no-such/", "/api/v1/deposits/?contry=KZ", "/tiles/deposits/0/0/1.mvt"])
def test_an_address_that_serves_data_answers_everybody_with_a_problem(db: None, address: str) -> None:
    """A browser shows the data there as JSON, too; and a cache keeps one response."""
    assert_problem(Client().get(address, headers={"accept": BROWSER}), 400 if "?" in address else 404)


@pytest.mark.parametrize(
    "address", ["/", "/docs/", "/docs/ogc/", "/docs/api/", "/docs/tiles-demo/", "/deposits/", "/deposits/x/"]
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_page_refuses_other_methods_with_a_page(db: None, address: str, method: str) -> None:
    response = Client().generic(method, address, headers={"accept": BROWSER})
    assert_page(response, 405, "Method not allowed")
    assert "GET" in response["Allow"]
    assert_problem(Client().generic(method, address, headers={"accept": "application/json"}), 405)


def test_an_address_that_lacks_its_slash_is_sent_there() -> None:
    response = Client().get("/docs", headers={"accept": BROWSER})
    assert response.status_code == 308
    assert response["Location"] == "/docs/"


def test_a_fault_of_ours_is_told_without_its_details(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("a secret of the code")

    monkeypatch.setattr("explorer.views.numbers", fail)
    client = Client(raise_request_exception=False)
    page = client.get("/", headers={"accept": BROWSER})
    assert_page(page, 500, "Internal error")
    assert_problem(client.get("/", headers={"accept": "application/json"}), 500)
    assert "secret" not in page.content.decode()


def test_a_database_that_is_away_is_told_to_programs_too(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise psycopg.OperationalError("the server has gone")

    monkeypatch.setattr("explorer.views.numbers", fail)
    for accept in (BROWSER, "application/json"):
        response = Client().get("/", headers={"accept": accept})
        assert response["Retry-After"] == "5"
        if accept == BROWSER:
            assert_page(response, 503, "temporarily unavailable")
        else:
            assert_problem(response, 503)
