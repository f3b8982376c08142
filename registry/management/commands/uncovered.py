"""The command that lists what no citation covers."""

from typing import Any

from django.core.management.base import CommandParser

from registry.kinds import MUST_BE_CITED
from registry.uncovered import uncovered
from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """List published records with the values and rows that no citation covers."""

    help = "List published records with the values and rows that no citation covers, one record per line."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take kinds of record."""
        parser.add_argument("--kind", action="append", choices=sorted(MUST_BE_CITED), default=[], help="only this kind")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print kind, slug and entries, then the number of each."""
        records = values = 0
        for one in uncovered(tuple(options["kind"])):
            records, values = records + 1, values + len(one.entries)
            self.stdout.write(f"{one.kind.plural}/{one.slug}: {', '.join(one.entries)}")
        self.stdout.write(f"{values:,} values of {records:,} records are covered by no citation")
