"""Migrations that the code has and the database lacks, and what refuses to work meanwhile."""

import pkgutil
from functools import cache
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def pending() -> list[str]:
    """Return the migrations that the database lacks, as registry.0001_initial.

    Their names are compared, and none is imported.
    """
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in _of_the_code() if (app, name) not in applied]


@cache
def _of_the_code() -> list[tuple[str, str]]:
    """Return all migrations of the installed applications, which do not change while a process runs."""
    found = []
    for app in apps.get_app_configs():
        package, _ = MigrationLoader.migrations_module(app.label)
        spec = find_spec(package) if package else None
        modules = pkgutil.iter_modules((spec and spec.submodule_search_locations) or [])
        # Django leaves out the same ones.
        found += [(app.label, module.name) for module in modules if not module.ispkg and module.name[0] not in "_~"]
    return found


def require_migrated() -> None:
    """Refuse, and say what to run, while migrations are pending: the database lacks what the code would read."""
    if lacking := pending():
        others = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
        raise CommandError(
            f"The database lacks migrations of this release: {', '.join(lacking[:5])}{others}.\n"
            "Apply them first: ./run manage migrate (./run serve does so by itself)."
        )


class MigratedCommand(BaseCommand):
    """A command that reads or writes records, and therefore refuses to run while migrations are pending."""

    requires_migrations_checks = True

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run; a database that is not there, or is lost meanwhile, is one message."""
        try:
            return super().execute(*args, **options)
        except (OperationalError, InterfaceError) as error:
            raise CommandError(f"The database was not reached, or ended the command: {error}".strip()) from error

    def check_migrations(self) -> None:
        """Refuse while migrations are pending; Django would only print a notice."""
        require_migrated()
