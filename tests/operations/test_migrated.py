"""While migrations are pending, whatever reads or writes records says so, and what to run."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import connection
from django.test import Client

from registry.upgrade.migrated import MigratedCommand, pending
from tests.upgrade.document import newest_migration
from tests.upgrade.scratch import REPOSITORY

pytestmark = pytest.mark.django_db
OURS = sorted((name, app) for name, app in get_commands().items() if app in ("registry", "imports", "curation", "api", "pages"))


@pytest.fixture
def lacking() -> str:
    """Let the database lack the newest migration, as it does after an update of the code."""
    newest = newest_migration(REPOSITORY)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'registry' AND name = %s", [newest])
        assert cursor.rowcount == 1
    return f"registry.{newest}"


def test_nothing_is_pending_after_migrate() -> None:
    assert pending() == []


@pytest.mark.parametrize("what", ["check", "rebuild", "prune"])
def test_what_is_derived_is_not_compared_with_a_schema_of_another_release(lacking: str, what: str) -> None:
    with pytest.raises(CommandError, match=rf"lacks migrations of this release: {lacking}\.\n.*\./run manage migrate"):
        call_command("derived", what)


def test_what_is_declared_is_listed_all_the_same(lacking: str, capsys: Any) -> None:
    call_command("derived", "list", "deposit")
    call_command("derived", "sql", "registry_before_deposit")
    assert "registry_before_deposit" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "app"), [one for one in OURS if one[0] != "derived"])
def test_commands_that_read_or_write_records_refuse(lacking: str, name: str, app: str) -> None:
    command = load_command_class(app, name)
    assert isinstance(command, MigratedCommand)
    with pytest.raises(CommandError, match=lacking):
        command.check_migrations()


def test_the_list_of_sources_past_their_next_edition_refuses(lacking: str) -> None:
    with pytest.raises(CommandError, match=lacking):
        call_command("freshness")


def test_the_service_is_not_ready(lacking: str) -> None:
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["pending"]) == (503, [lacking])
    assert Client().get("/healthz").status_code == 200


def test_without_a_database_a_command_says_so_in_one_message() -> None:
    given = {
        **os.environ,
        "DATABASE_URL": "postgis://nobody@/nothing?host=/nowhere",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run([sys.executable, "manage.py", "freshness"], cwd=REPOSITORY, env=given, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "CommandError: The database was not reached, or ended the command: connection" in done.stderr
