"""README and docs/: links lead somewhere, requests answer as shown, commands exist."""

import json
import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
_IDS = [str(path.relative_to(ROOT)) for path in DOCUMENTS]


def shown() -> list[tuple[str, str]]:
    """Give every request of the README with the answer it shows."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    pairs = []
    for block in blocks:
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, answer = part.partition("\n")
            pairs.append((command, answer.strip()))
    return pairs


@pytest.mark.parametrize("document", DOCUMENTS, ids=_IDS)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
        if not urlsplit(target).scheme:
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=_IDS)
def test_files_that_are_named_exist(document: Path) -> None:
    for name in re.findall(
        r"`((?:api|registry|curation|imports|config|explorer|fixtures|bench|tests|docs|scripts)/[\w./]*)`", document.read_text()
    ):
        assert (ROOT / name).exists(), f"{document.name} names {name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=_IDS)
def test_commands_of_the_run_script_exist(document: Path) -> None:
    script = (ROOT / "run").read_text()
    for command in re.findall(r"\./run ([a-z]+)", document.read_text()):
        assert re.search(rf"^([\w-]+ \| )*{command}( \| [\w-]+)*\)", script, re.M), f"{document.name}: ./run {command}"


REQUESTS = [(command, answer) for command, answer in shown() if command.startswith("curl")]


@pytest.mark.parametrize(("command", "answer"), REQUESTS, ids=[c[:70] for c, _ in REQUESTS])
def test_the_tour_answers_as_shown(api: Any, command: str, answer: str) -> None:
    words = shlex.split(command.split(" | ")[0])
    address = urlsplit(next(word for word in words if word.startswith(("localhost:8000", "http"))))
    path = f"/{address.path.partition('/')[2]}" if not address.netloc else address.path
    response = api.get(f"{path}?{address.query}" if address.query else path)
    if response["Content-Type"].startswith("text/csv"):
        assert response.content.decode().replace("\r\n", "\n").strip() == answer
        return
    expected = json.loads(answer)
    given = response.json()
    if expected.get("position") == "…":
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9]{19}", given["position"])
        given["position"] = "…"
    assert given == expected, json.dumps(given, ensure_ascii=False, indent=1)[:3000]


def test_the_tour_is_a_tour() -> None:
    assert len(REQUESTS) >= 5
