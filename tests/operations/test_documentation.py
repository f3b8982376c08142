"""docs/operations.md says what is so."""

import re

from scripts import environment_table
from tests.operations.machine import REPOSITORY

DOCUMENT = (REPOSITORY / "docs" / "operations.md").read_text()


def test_every_variable_is_in_the_table() -> None:
    """Variables are documented where they are read; if this fails: python scripts/environment_table.py."""
    assert environment_table.written() == environment_table.table()
    assert "| `DATABASE_URL` | a PostGIS of one's own" in environment_table.table()


def test_variables_of_the_scripts_are_documented() -> None:
    """Also those that are read before Python is there, or without Django."""
    sources = [REPOSITORY / "run", *(REPOSITORY / "scripts").glob("*.sh"), *(REPOSITORY / "config").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r"\bREGISTRY_[A-Z_]+\b", source.read_text())}
    assert len(read) > 8
    assert not {name for name in read if f"`{name}`" not in DOCUMENT}


def test_messages_that_it_explains_exist() -> None:
    """The left column of the last table quotes what the programs say."""
    sources = [REPOSITORY / "scripts" / "install.sh", *(REPOSITORY / "config").rglob("*.py")]
    said = " ".join(source.read_text() for source in sources)
    quoted = re.findall(r"^\| `(.+?)` .*?\|", DOCUMENT[DOCUMENT.index("## What to do when") :], flags=re.MULTILINE)
    assert len(quoted) > 8
    for message in quoted:
        for part in re.split(r" … |…|8000|“postgres”|PostgreSQL 15", message):
            assert part.strip() in said, part
