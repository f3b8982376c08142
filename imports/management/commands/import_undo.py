"""`manage.py import_undo RUN`: take a loaded import back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from imports.errors import ImportRefused
from imports.flows import import_undo
from registry.models import ImportRun
from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """Undo an import, and list the records that it did not change."""

    help = (
        "Undo a loaded import, or the rest of one that was undone before: records that it created are withdrawn (or"
        " deleted, if they were never public), and changes are reverted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number of the import, and why."""
        parser.add_argument("run", type=int, help="number of the import; `manage.py imports` lists them")
        parser.add_argument("--reason", default="", help="the reason, for the history")

    def handle(self, *args: Any, **options: Any) -> None:
        """Undo, and list what somebody has touched since."""
        run = ImportRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no import {options['run']}.")
        try:
            undone = import_undo(run=run, reason=options["reason"])
        except ImportRefused as error:
            raise CommandError(str(error)) from error
        for slug, why in undone.left_alone:
            self.stdout.write(f"not changed: {slug} ({why})")
        self.stdout.write(str(undone))
