"""The documentation of tiles and exports keeps its word."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
_BLOCKS = [
    (f"{name}: {command[:70]}", command, answer.strip())
    for name in ("tiles.md", "exports.md")
    for block in re.findall(r"```console\n(.*?)```", (ROOT / "docs" / name).read_text(), re.S)
    for command, _, answer in (part.partition("\n") for part in re.split(r"^\$ ", block, flags=re.M)[1:])
]


@pytest.mark.parametrize(("command", "answer"), [block[1:] for block in _BLOCKS], ids=[block[0] for block in _BLOCKS])
def test_what_is_shown_is_what_is_answered(command: str, answer: str) -> None:
    address = urlsplit(shlex.split(command)[1])
    response = Client().get(f"/{address.path.partition('/')[2]}?{address.query}")
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    text = content.decode().replace("\r\n", "\n").strip()
    assert json.loads(text) == json.loads(answer) if answer.startswith("{") else text == answer


def test_something_is_shown() -> None:
    assert len(_BLOCKS) == 3
