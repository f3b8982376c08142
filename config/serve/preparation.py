"""Bringing the database and the static files up to the code; a process of its own, so that the server's stays small."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection

from config.embedded.messages import say, step
from registry.seeding.levels import SEEDS, WORLD

_LOCK = 0x5245_4747  # “REGG”
#: Static files that no page requests: those of the browsable API.
_UNUSED = ["rest_framework"]


@contextmanager
def alone() -> Iterator[None]:
    """Let no other start, here or on another machine, change the same database meanwhile."""
    # Behind pgbouncer in transaction mode a session's lock would stay with a connection of somebody else's.
    if settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"]:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        yield


def collect_static_files() -> None:
    """Bring together the static files that pages request."""
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=_UNUSED)


def prepare(seed: str) -> None:
    """Migrate, fill an empty registry with the seed, see that somebody can sign in, and collect the static files."""
    with alone():
        with step("migrating the database"):
            call_command("migrate", interactive=False, verbosity=0)
        if not apps.get_model("registry", "Deposit")._base_manager.exists():
            with step(f"loading the seed ({seed}) into the empty registry"):
                call_command("seed", seed=seed)
        call_command("ensure_administrator")
        with step("collecting static files"):
            collect_static_files()
    # What would stop the server from booting is seen here, once, and not in a worker that is started again and again.
    import_module("config.asgi")
    import_module(settings.ROOT_URLCONF)


def main() -> int:
    """Prepare, and give the exit status; what the outside is to blame for is one message."""
    parser = argparse.ArgumentParser(prog="python -m config.serve.preparation")
    parser.add_argument("--seed", choices=SEEDS, default=WORLD)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        django.setup()
        prepare(arguments.seed)
    except OperationalError as error:
        say(f"the database is unavailable; check DATABASE_URL:\n{error}")
    except ImproperlyConfigured as error:
        say(str(error))
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
