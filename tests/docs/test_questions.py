"""docs/questions.md shows what the requests answer on the seed."""

import os
from typing import Any

import pytest

from scripts import questions
from tests.conftest import ApiClient

pytestmark = pytest.mark.django_db


def ask(address: str) -> Any:
    response = ApiClient().get(address)
    assert response.status_code == 200, (address, response.content[:300])
    if response["Content-Type"].startswith("application/json"):
        return response.json()
    return b"".join(response.streaming_content).decode()


def test_the_questions_answer_as_shown() -> None:
    written = questions.document(ask)
    if os.environ.get("REGISTRY_WRITE_DOCS"):
        questions.PATH.write_text(written)
    assert questions.PATH.read_text() == written, (
        "REGISTRY_WRITE_DOCS=1 ./run test tests/docs/test_questions.py writes it again"
    )
