"""`manage.py verify`: compares the history with its seals, and names the first row that differs."""

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from registry.sealing.seal import seal, seals
from registry.sealing.verify import verify
from registry.upgrade.migrated import MigratedCommand
from releases.heads import published


class Command(MigratedCommand):
    """The history: the chain of its seals, the heads that were published, and every row."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take heads that somebody has kept."""
        parser.add_argument("--heads", type=Path, help="heads that were kept elsewhere: a copy of /releases/heads.json")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seal what is new, and verify everything."""
        begin = time.monotonic()
        seal()
        kept = json.loads(options["heads"].read_text())["heads"] if options["heads"] else []
        heads = published() | {one["number"]: one["head"] for one in kept}
        difference = verify(heads, lambda words: self.stderr.write(f"{time.monotonic() - begin:7.1f} s  {words}"))
        if difference:
            raise CommandError(str(difference))
        every = seals()
        rows, head = sum(one.rows for one in every), every[-1].head if every else "none"
        self.stdout.write(f"{rows:,} rows in {len(every):,} seals are as they were sealed. Head: {head}")
