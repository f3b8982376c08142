"""The admin while the database is away: a page in words that says when to come back."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.curation import kinds
from tests.curation.conftest import at_once, signed_in

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_said_on_every_page_of_the_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("head", superuser=True)
    client.raise_request_exception = False
    page = kinds.address(at_once(kinds.deposit))
    form: Any = client.open(page).data
    stranger = Client(raise_request_exception=False)
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "PORT", "1")
        responses = [
            client.get("/admin/", headers=BROWSER),
            client.get(page, headers=BROWSER),
            client.post(page, {**form, "name": "New", "_save": "Save"}, headers=BROWSER),
            client.get("/admin/registry/deposit/", headers=BROWSER),
            stranger.post("/admin/login/", {"username": "head", "password": "x"}, headers=BROWSER),
        ]
        connection.close()
    for response in responses:
        said = response.content.decode()
        assert (response.status_code, response["Retry-After"]) == (503, "5"), response.request["PATH_INFO"]
        assert response["Content-Type"].startswith("text/html") and "Nothing was saved" in said and "Traceback" not in said
        assert response["Cache-Control"] == "no-store"
    assert client.get(page).status_code == 200, "it is back"
