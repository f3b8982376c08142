"""Errors: pages for people, problem documents for programs."""

import pytest
from django.test import Client, RequestFactory

from explorer import errors

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
pytestmark = pytest.mark.urls("tests.explorer.addresses")


def test_a_person_gets_a_page() -> None:
    response = Client().get("/no/such/page", headers={"accept": BROWSER})
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")
    assert response["Vary"].startswith("Accept") and response["Cache-Control"] == "no-store"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "There is nothing at this address" in response.content.decode()


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "application/json, text/html;q=0.5"])
def test_a_program_gets_a_problem(accept: str) -> None:
    response = Client().get("/no/such/page", headers={"accept": accept} if accept else {})
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_below_the_api_everybody_gets_a_problem(db: None) -> None:
    response = Client().get("/api/v1/no-such-thing/", headers={"accept": BROWSER})
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_an_address_that_lacks_its_slash_is_sent_there() -> None:
    response = Client().get("/docs", headers={"accept": BROWSER})
    assert response.status_code == 308
    assert response["Location"] == "/docs/"


def test_a_fault_of_ours_has_a_page_without_its_insides() -> None:
    page = errors.broken(RequestFactory().get("/", headers={"accept": BROWSER}))
    assert page.status_code == 500 and b"The registry made a mistake" in page.content
    problem = errors.broken(RequestFactory().get("/", headers={"accept": "application/json"}))
    assert problem.status_code == 500 and problem["Content-Type"] == "application/problem+json"
