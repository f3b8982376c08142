"""docs/operations.md says what is so."""

import re

import pytest
from django.conf import settings
from django.db import connection

from scripts import environment_table
from tests.operations.machine import REPOSITORY

DOCUMENT = (REPOSITORY / "docs" / "operations.md").read_text()


def test_every_variable_is_in_the_table() -> None:
    """Variables are documented where they are read; if this fails: python scripts/environment_table.py."""
    assert environment_table.written() == environment_table.table()
    assert "| `DATABASE_URL` | your own PostGIS" in environment_table.table()


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


def test_promises_name_tests_that_exist() -> None:
    """Each row has a test; a test that is renamed is renamed there too."""
    rows = DOCUMENT.partition("<!-- promises -->")[2].partition("<!-- /promises -->")[0].strip().splitlines()[2:]
    assert len(rows) > 15
    for row in rows:
        named = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", row)
        assert named, row
        for file, test in named:
            text = (REPOSITORY / file).read_text()
            assert f"def {test}(" in text if test else "def test_" in text, (file, test)


@pytest.mark.django_db
def test_behind_pgbouncer_the_role_carries_what_a_session_would() -> None:
    """Every setting of our connections is among the statements, and PostgreSQL takes them."""
    statements = re.findall(r"ALTER ROLE registry SET .+?;", DOCUMENT)
    named = {re.split(r"\s", statement)[4] for statement in statements}
    needed = set(re.findall(r"-c ([\w.]+)=", settings.DATABASES["default"]["OPTIONS"]["options"]))
    assert needed - {"registry.allow_truncate"} <= named | {"statement_timeout"}
    with connection.cursor() as cursor:
        # A role is given a setting that no extension has declared by a superuser alone, which this test is not.
        for statement in statements:
            cursor.execute(statement.replace("ALTER ROLE registry SET", "SET LOCAL"))
