"""`manage.py seed`: load the cards of fixtures/, and with `--seed world` its files too; a second run changes nothing."""

import time
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from imports.errors import ImportRefused
from imports.refusal import FileRefused
from imports.world import load_world
from registry.models import ImportRun
from registry.seeding.errors import SeedError
from registry.seeding.judgement_file import FILE
from registry.seeding.judgements import load_judgements
from registry.seeding.levels import ARTICLE, CURATED, SEEDS, WORLD
from registry.seeding.load import Outcome, load
from registry.upgrade.migrated import MigratedCommand

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
_ARTICLE_FILE = "founding_article"


class Command(MigratedCommand):
    """Load the seed, all of it or nothing, and say what was done."""

    help = "Load the seed of fixtures/. Only differences are written; records that people have edited are not changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how much to load, and whether only to try."""
        much = parser.add_mutually_exclusive_group()
        much.add_argument(
            "--seed",
            choices=SEEDS,
            default=CURATED,
            help="the cards of the founding article; all cards (the default); or all cards and the files of the world layer",
        )
        much.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these files or folders of cards")
        parser.add_argument("--check", action="store_true", help="run everything, then roll back")
        parser.add_argument(
            "--no-judgements", dest="judge", action="store_false", help="leave the pairs of the world layer to “judgements”"
        )
        parser.add_argument("--fixtures", type=Path, default=None, metavar="FOLDER", help="another folder of cards")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load; on an error, say where and end with exit code 1."""
        folder = options["fixtures"] or FIXTURES
        only = [_ARTICLE_FILE] if options["seed"] == ARTICLE else options["only"]
        begin = time.monotonic()

        def say(line: str) -> None:
            if self.stdout.isatty() or options["verbosity"] > 1:
                self.stdout.write(f"{time.monotonic() - begin:5.1f} s  {line}")

        runs: list[ImportRun] = []
        judged: Counter[str] = Counter()
        try:
            with transaction.atomic():
                outcome = load(folder, only=only, say=say)
                if options["seed"] == WORLD:
                    for run in load_world(folder):
                        say(f"loaded {run.file_name}")
                        runs.append(run)
                    if options["judge"]:
                        judged = load_judgements(folder / WORLD / FILE)
                        say(f"judged {sum(judged.values())} pairs")
                if options["check"]:
                    transaction.set_rollback(True)
        except (SeedError, FileRefused, ImportRefused) as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        if options["verbosity"]:
            self._report(outcome, check=options["check"])
            for run in runs:
                self._report_run(run, check=options["check"])
            if judged:
                found = ", ".join(f"{number:,} {verdict}" for verdict, number in sorted(judged.items()))
                self.stdout.write(f"{FILE}: {sum(judged.values()):,} pairs: {found}")

    def _report(self, outcome: Outcome, *, check: bool) -> None:
        for warning in outcome.warnings:
            self.stdout.write(f"warning: {warning}")
        for record in outcome.left_alone:
            self.stdout.write(f"not changed, because a person has edited or merged it: {record}")
        records = f"{outcome.records:,} records"
        if outcome.nothing_to_do:
            self.stdout.write(f"nothing to change: {records} match the seed")
            return
        done = "would be" if check else "were"
        self.stdout.write(f"{records} read; {outcome.new:,} {done} added, {outcome.changed:,} {done} changed")

    def _report_run(self, run: ImportRun, *, check: bool) -> None:
        counts, done = run.counts, "would be" if check else "were"
        self.stdout.write(
            f"{run.file_name}: {counts['rows']:,} rows read; {counts['new']:,} {done} added, {counts['changed']:,} {done}"
            f" changed, {counts['refused']:,} refused" + ("" if check else f" (import {run.pk})")
        )
