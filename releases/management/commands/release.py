"""`manage.py release`: writes an immutable, dated copy of everything that is public."""

import signal
import sys
import time
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser

from registry.upgrade.migrated import MigratedCommand
from releases.write import Refused, write_release


class Command(MigratedCommand):
    """A release: tables, tiles, statements, ids, changes and descriptions, all of one instant."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name, and what else is wanted."""
        parser.add_argument("name", help="the year and the month, e.g. 2026.12, or 2026.12.1 for a second one")
        parser.add_argument("--no-api", action="store_true", help="leave out the read API as files")
        parser.add_argument("--instant", type=datetime.fromisoformat, help="repeat a release of today over the same data")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, with a line for each step."""
        # An end that is asked for removes what was written.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        begin = time.monotonic()

        def tell(words: str) -> None:
            self.stderr.write(f"{time.monotonic() - begin:7.1f} s  {words}")

        try:
            path = write_release(options["name"], instant=options["instant"], with_api=not options["no_api"], tell=tell)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"Release {options['name']} is in {path}.")
