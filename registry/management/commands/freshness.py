"""`manage.py freshness`: lists the sources whose next edition should have appeared."""

from typing import Any

from registry.freshness import past_editions
from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """Sources past their next edition, with the later editions that the registry has."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each."""
        found = list(past_editions())
        for one in found:
            newer = f"the registry has {', '.join(one.newer)}" if one.newer else "the registry has no later edition"
            self.stdout.write(f"{one.slug}: next edition expected {one.expected}; {newer}; {one.findings} findings rest on it")
        self.stdout.write(
            f"{len(found)} sources are past their next edition." if found else "No source is past its next edition."
        )
