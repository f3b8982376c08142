"""`manage.py imports`: the imports, the latest first."""

from argparse import ArgumentParser
from typing import Any

from registry.models import ImportRun
from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """List imports."""

    help = "List the imports, the latest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how many."""
        parser.add_argument("--last", type=int, default=20, metavar="N", help="how many (20)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one line each."""
        for run in ImportRun.objects.defer("report")[: max(0, options["last"])]:
            counts = run.counts
            done = ", ".join(f"{counts[key]:,} {key}" for key in ("new", "changed", "refused", "warned") if counts.get(key))
            self.stdout.write(
                f"{run.pk:5}  {run.created_at:%Y-%m-%d %H:%M}  {run.get_state_display():20}  {run.kind:20}  {run.file_name}"
                f"  {done or run.message or 'nothing to change'}"
            )
