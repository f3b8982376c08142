"""A checkout with the real `run`, server and database, and a registry of one table in place of the real one.

What is tested here is how the service starts and ends; that must not wait for, or break with, what it serves.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.operations.machine import REPOSITORY, copy, temporary_root

_SETTINGS = """
from config.environment import ROOT, Environment
import dj_database_url, time
environment = Environment.current()
SECRET_KEY, ALLOWED_HOSTS, DEBUG = environment.secret_key, environment.allowed_hosts, False
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["registry", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.staticfiles"]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
STATIC_URL, STATIC_ROOT = "/static/", ROOT / ".data" / "static"
DATABASES = {"default": dj_database_url.parse(
    environment.database_url, engine="django.contrib.gis.db.backends.postgis", conn_max_age=None)}
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = False
"""
_URLS = """
from django.http import HttpResponse
from django.urls import path
from registry.models import Deposit
urlpatterns = [
    path("readyz", lambda request: HttpResponse("ready")),
    path("", lambda request: HttpResponse(f"{Deposit.objects.count()} deposits")),
]
"""
_ASGI = """
import multiprocessing, time
from config.environment import ROOT
from django.core.asgi import get_asgi_application
application = get_asgi_application()
# As the real service does: a worker that listens has all of its code.
import config.urls
if (ROOT / "slow").exists() and multiprocessing.parent_process():
    (ROOT / "booting").touch()
    time.sleep(60)
"""
_MODELS = """
from django.contrib.gis.db import models
class Deposit(models.Model):
    name = models.TextField()
    location = models.PointField(null=True)
"""
_SEED = """
from django.core.management.base import BaseCommand
from registry.models import Deposit
class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--seed")
    def handle(self, **options):
        Deposit.objects.create(name="Kundybai", location="POINT(62.9 52.9)")
"""
_MIGRATION = """
import django.contrib.gis.db.models as models
from django.db import migrations
class Migration(migrations.Migration):
    initial = True
    operations = [migrations.CreateModel("Deposit", [
        ("id", models.BigAutoField(primary_key=True)), ("name", models.TextField()),
        ("location", models.PointField(null=True, srid=4326))])]
"""
_FILES = {
    "config/settings.py": _SETTINGS,
    "config/urls.py": _URLS,
    "config/asgi.py": _ASGI,
    "registry/__init__.py": "",
    "registry/models.py": _MODELS,
    "registry/upgrade/__init__.py": "",
    "registry/migrations/__init__.py": "",
    "registry/migrations/0001_initial.py": _MIGRATION,
    "registry/management/commands/seed.py": _SEED,
}
_REAL = (
    *("run", "manage.py", "requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt"),
    *("scripts/install.sh", "config/__init__.py", "config/environment.py", "config/addresses.py"),
    *("registry/management/commands/ensure_administrator.py", "registry/seeding/levels.py", "registry/upgrade/migrated.py"),
)


def build(root: Path, *, packages: bool = True) -> Path:
    """Write the stand-in into a folder that may hold a private database; `packages` lends it those of these tests."""
    for name, text in _FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name in _REAL:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, root / name)
    for name in ("embedded", "serve"):
        shutil.copytree(REPOSITORY / "config" / name, root / "config" / name, dirs_exist_ok=True)
    if packages:
        lend_packages(root)
    return root


def lend_packages(root: Path) -> None:
    """Give a checkout a .venv that is this interpreter's, said to be complete."""
    (root / ".venv" / "bin").mkdir(parents=True)
    python = root / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    shutil.copy(REPOSITORY / "requirements.txt", root / ".venv" / "installed.txt")


@contextmanager
def changed(template: Path, file: str, before: str, after: str) -> Iterator[Path]:
    """Give a stand-in with a database that is made, one of whose files has other words, such as a shorter time."""
    with temporary_root() as root:
        build(copy(template, root))
        text = (root / file).read_text()
        assert before in text
        (root / file).write_text(text.replace(before, after))
        yield root
