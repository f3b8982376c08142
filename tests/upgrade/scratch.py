"""A copy of the code and of a seeded database, to change a schema as a developer would: edit, add a migration, migrate."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

from tests.upgrade.document import newest_migration

REPOSITORY = Path(__file__).resolve().parents[2]
_PREAMBLE = """
import django, json, os, signal
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
settings.ALLOWED_HOSTS = ["*"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
from registry.models import *
from registry.derived import rebuild
from api.database.version import forget

def get(address):
    forget()
    answer = Client().get(address)
    assert answer.status_code == 200, (address, answer.status_code, b"".join(answer)[:500])
    return json.loads(answer.content)

def export(address):
    return b"".join(Client().get(address)).decode()

def cite(slug, *fields):
    '''Have a source support fields of a deposit, as the database asks of each value that is written.'''
    source = Source.objects.filter(record_status="published").earliest("id")
    given = {"deposit": Deposit.objects.get(slug=slug), "source": source, "locator": "of a test", "fields": list(fields)}
    if not Citation.objects.filter(**given).exists():
        Citation.objects.create(**given)

"""


class Scratch:
    """The copy, with what a developer does to it."""

    def __init__(self, folder: Path, database_url: str) -> None:
        """Copy the code; the database is the caller's."""
        self.folder, self.database_url, self.migrations = folder, database_url, 0
        for package in REPOSITORY.glob("*/__init__.py"):
            if (name := package.parent.name) != "tests":
                shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("fixtures", "docs"):
            shutil.copytree(REPOSITORY / name, folder / name)
        for name in ("manage.py", "requirements.txt", "CHANGELOG.md", "CONTRIBUTING.md", "DATA_LICENSE.md"):
            shutil.copy(REPOSITORY / name, folder)
        self.newest = newest_migration(folder)

    def edit(self, change: Callable[[str], str], *names: str) -> None:
        """Change files; every one has to be changed."""
        for name in names:
            path = self.folder / name
            text = path.read_text()
            new = change(text)
            assert new != text, f"nothing to change in {name}"
            path.write_text(new)

    def replace(self, word: str, by: str) -> None:
        """Replace a name in all code but that of migrations."""
        for path in self.folder.rglob("*.py"):
            if "migrations" not in path.parts:
                text = path.read_text()
                path.write_text(re.sub(rf"\b{word}\b", by, text))

    def migration(self, operations: str, functions: str = "") -> None:
        """Add a migration."""
        self.migrations += 1
        name = f"9{self.migrations:03}_scratch"
        (self.folder / "registry" / "migrations" / f"{name}.py").write_text(
            f"from django.db import migrations, models\n\n{textwrap.dedent(functions)}\n\n"
            f"class Migration(migrations.Migration):\n    dependencies = [('registry', '{self.newest}')]\n"
            f"    operations = [{operations}]\n"
        )
        self.newest = name

    def run(self, *scripts: str, status: int = 0) -> str:
        """Run Python in the copy, as `manage.py shell` would, and give what it prints."""
        script = "\n".join(textwrap.dedent(one) for one in scripts)
        file = self.folder / "script.py"
        file.write_text(_PREAMBLE + script)
        done = subprocess.run(
            [sys.executable, str(file)],
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(self.folder),
                "DATABASE_URL": self.database_url,
                "DJANGO_SETTINGS_MODULE": "config.settings",
            },
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == status, f"status {done.returncode}: {done.stdout[-300:]} {done.stderr[-1200:]}"
        return done.stdout + done.stderr if status > 0 else done.stdout
