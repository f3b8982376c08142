"""`manage.py seed`: load the cards of fixtures/ into the registry; a second run changes nothing."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from registry.seeding.errors import SeedError
from registry.seeding.load import Outcome, load

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"


class Command(BaseCommand):
    """Load the cards, and say what was done."""

    help = "Load the cards of fixtures/. Only differences are written; records that people have edited are not changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take names of files, and whether only to try."""
        parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these files or folders of fixtures/")
        parser.add_argument("--check", action="store_true", help="run everything, then roll back")
        parser.add_argument("--fixtures", type=Path, default=None, metavar="FOLDER", help="another folder of cards")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load; on an error, say where and end with exit code 1."""
        folder = options["fixtures"] or FIXTURES
        begin = time.monotonic()

        def say(line: str) -> None:
            if self.stdout.isatty() or options["verbosity"] > 1:
                self.stdout.write(f"{time.monotonic() - begin:5.1f} s  {line}")

        try:
            outcome = load(folder, only=options["only"], check=options["check"], say=say)
        except SeedError as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        if options["verbosity"]:
            self._report(outcome, check=options["check"])

    def _report(self, outcome: Outcome, *, check: bool) -> None:
        for warning in outcome.warnings:
            self.stdout.write(f"warning: {warning}")
        for record in outcome.left_alone:
            self.stdout.write(f"not changed, because a person has edited it: {record}")
        records = f"{outcome.records:,} records"
        if outcome.nothing_to_do:
            self.stdout.write(f"nothing to change: {records} match the seed")
            return
        done = "would be" if check else "were"
        self.stdout.write(f"{records} read; {outcome.new:,} {done} added, {outcome.changed:,} {done} changed")
