"""What the tests of reading share: the registry's terms, the real files, and a file made of a text."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.imports.opening import Opened, open_file
from registry.imports.rows import MappedRow
from registry.imports.values.terms import Terms, terms_of_registry
from tests.mappings import placed
from tests.seeded import database

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"

MAPPING = placed("lon", "lat")
#: The same, of a format that carries geometries.
SHAPED = MAPPING.replace('{longitude: "lon", latitude: "lat"}', '"geometry"')


def real(path: str) -> Path:
    """Give a real file, or skip the test loudly."""
    file = DATA / path
    if not file.exists():
        pytest.skip(f"THE REAL DATA ARE ABSENT: {file} does not exist, so this is not tested")
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


def counted(rows: list[MappedRow]) -> dict[str, int]:
    """Count problems by rule; errors are marked."""
    return dict(Counter(f"{'error: ' if p.is_error else ''}{p.rule}" for row in rows for p in row.problems))


def rules(row: MappedRow) -> list[str]:
    """List the rules that a row breaks."""
    return [problem.rule for problem in row.problems]
