"""What the tests of the pages share: a reader without JavaScript, and an eye on the queries."""

from html.parser import HTMLParser
from typing import Any

import psycopg
import pytest
from django.test import Client

from tests.caches import forget_everything


class Reader(Client):
    """A person without JavaScript, who sees what the test has written and not committed."""

    def request(self, **request: Any) -> Any:
        forget_everything()
        return super().request(**request)

    def read(self, address: str, status: int = 200, **extra: Any) -> str:
        response = self.get(address, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, **extra)
        assert response.status_code == status, (address, response.status_code)
        return response.content.decode()

    def words(self, address: str, **extra: Any) -> str:
        return words(self.read(address, **extra))


class _Words(HTMLParser):
    hidden = ("script", "style", "noscript")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.inside += tag in self.hidden

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in self.hidden

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.found.append(data)


def words(html: str) -> str:
    """Give what a reader of a page reads."""
    parser = _Words()
    parser.feed(html)
    return " ".join(" ".join(parser.found).split())


def status_of(response: Any) -> int:
    """Give the status of a response, read to its end: an export that is not keeps its place among those that are written."""
    if response.streaming:
        list(response.streaming_content)
    return int(response.status_code)


@pytest.fixture
def reader(db: None) -> Reader:
    return Reader()


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the queries of the read path from here on."""
    asked: list[str] = []
    original = psycopg.Cursor.execute

    def execute(cursor: Any, sql: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(sql))
        return original(cursor, sql, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    return asked
