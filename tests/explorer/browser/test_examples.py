"""The questions of the front page find something in the seed."""

import pytest

from api.questions.saved import SavedRequest
from explorer.examples import EXAMPLES
from tests.explorer.conftest import Reader


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.asks))
def test_every_question_has_an_answer(example: SavedRequest, reader: Reader) -> None:
    response = reader.get(example.address)
    assert response.status_code == 200, response.content
    answer = response.json()
    assert answer.get("results") or answer.get("features")
    # The page says how many there are: so all of them must be in the first answer.
    assert not answer.get("next") and not answer.get("links")


def test_addresses_are_written_for_people_and_for_programs() -> None:
    example = SavedRequest("by-two", "?", "deposits/?search=Кундыбай&near=1,2", "")
    assert example.shown == "/api/v1/deposits/?search=Кундыбай&near=1,2"
    assert example.address == "/api/v1/deposits/?search=%D0%9A%D1%83%D0%BD%D0%B4%D1%8B%D0%B1%D0%B0%D0%B9&near=1,2"
    assert example.resource == "deposits"
