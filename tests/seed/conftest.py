"""What the tests of the seed share: the dossier, a database that holds the whole seed, and folders of small cards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction

from registry.seeding.load import Outcome, load
from tests.databases import database

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
SHARED = ROOT.parent / "shared"


def shared(path: str) -> Path:
    """Give a file of the dossier, or skip the test loudly."""
    file = SHARED / path
    if not file.exists():
        pytest.skip(f"THE DOSSIER IS ABSENT: {file} does not exist, so this is not tested")
    return file


@pytest.fixture(scope="session")
def facts() -> dict[str, Any]:
    return yaml.load(shared("facts/facts.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


@pytest.fixture
def whole(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Work in the database that holds the whole seed; what the test writes is taken back."""
    with django_db_blocker.unblock(), database(seeded_database), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def article(db: None) -> Outcome:
    """Load the founding article alone into an empty registry."""
    return load(FIXTURES, only=["founding_article"])


@pytest.fixture
def cards(tmp_path: Path, db: None) -> Callable[..., Outcome]:
    """Load cards given as text by file name: `cards(deposits="deposits: …")`."""

    def load_cards(**files: str) -> Outcome:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return load(tmp_path)

    return load_cards
