"""`manage.py judgements`: judge the pairs of fixtures/world/judgements.yaml, or take those judgements back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from imports.management.commands.seed import FIXTURES
from registry.merging import MergeError
from registry.seeding.errors import SeedError
from registry.seeding.judgement_file import FILE
from registry.seeding.judgements import load_judgements, take_back_judgements
from registry.seeding.levels import WORLD
from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """Load the judgements or take them back, all of them or none."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take which way, and whether only to try."""
        parser.add_argument("--take-back", action="store_true", help="take the judgements of the file back, the latest first")
        parser.add_argument("--check", action="store_true", help="run everything, then roll back")
        parser.add_argument("--file", type=Path, default=FIXTURES / WORLD / FILE, help="another file of judgements")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and count what was done."""
        try:
            with transaction.atomic():
                done = take_back_judgements() if options["take_back"] else load_judgements(options["file"])
                if options["check"]:
                    transaction.set_rollback(True)
        except (SeedError, MergeError) as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        for verdict, number in sorted(done.items()) if options["verbosity"] else ():
            self.stdout.write(f"{verdict}: {number:,}")
