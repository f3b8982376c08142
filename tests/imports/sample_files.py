"""What the tests of reading share: the registry's terms, the real files, and a file made of a text."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imports.rows import MappedRow
from imports.source_file import Opened, guess, open_file
from imports.values.terms import Terms, terms_of_registry
from tests.databases import database
from tests.mappings import placed

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
CASES = ROOT.parent / "shared" / "cases" / "imports"

MAPPING = placed("lon", "lat")
#: The same, of a format that carries geometries.
SHAPED = MAPPING.replace('{longitude: "lon", latitude: "lat"}', '"geometry"')


def real(path: str) -> Path:
    """Give a real file, or skip the test loudly."""
    file = DATA / path
    if not file.exists():
        pytest.skip(f"THE REAL DATA ARE ABSENT: {file} does not exist, so this is not tested")
    return file


def case(name: str) -> Path:
    """Give a made-up file of a known fault, or skip the test loudly."""
    file = CASES / name
    if not file.exists():
        pytest.skip(f"THE CASES ARE ABSENT: {file} does not exist, so this is not tested")
    return file


@pytest.fixture(scope="session")
def terms(seeded_database: str, django_db_blocker: Any) -> Terms:
    with django_db_blocker.unblock(), database(seeded_database):
        return terms_of_registry()


Reads = Callable[..., list[MappedRow]]


@pytest.fixture
def opens(tmp_path: Path, terms: Terms) -> Callable[..., Opened]:
    """Open a text, bytes or file by a mapping."""

    def open_it(content: str | bytes | Path, mapping: str = MAPPING, name: str = "survey.csv", **options: Any) -> Opened:
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        (tmp_path / "mapping.yaml").write_text(mapping, encoding="utf-8")
        return open_file(path, "generic", tmp_path / "mapping.yaml", terms=terms, **options)

    return open_it


@pytest.fixture
def reads(opens: Callable[..., Opened]) -> Reads:
    """Read a text, bytes or file by a mapping."""
    return lambda *arguments, **options: list(opens(*arguments, **options).rows())


@pytest.fixture
def reads_case(tmp_path: Path, terms: Terms) -> Callable[..., tuple[Opened, list[MappedRow]]]:
    """Read a case by a mapping of the cases, or by the guess unchanged."""

    def read(name: str, mapping: str = "") -> tuple[Opened, list[MappedRow]]:
        path = case(name)
        guessed = tmp_path / "guessed.yaml"
        if not mapping:
            guessed.write_text(guess(path, terms=terms), encoding="utf-8")
        opened = open_file(path, "generic", case(mapping) if mapping else guessed, terms=terms)
        return opened, list(opened.rows())

    return read


def names(rows: list[MappedRow]) -> list[str]:
    """List the names of the rows that go in."""
    return [str(row.record.get("name") or row.record.get("number")) for row in rows if row.is_sound]


def counted(rows: list[MappedRow]) -> dict[str, int]:
    """Count problems by rule; errors are marked."""
    return dict(Counter(f"{'error: ' if p.is_error else ''}{p.rule}" for row in rows for p in row.problems))


def rules(row: MappedRow) -> list[str]:
    """List the rules that a row breaks."""
    return [problem.rule for problem in row.problems]
