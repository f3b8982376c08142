"""`manage.py era`: begin a new era of the feed of changes if the database is in another place than before."""

from typing import Any

from api.changes.era import begin_era
from api.database.connection import fetch
from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """To be run after a replica was promoted, or a backup recovered: mirrors then start again instead of missing changes."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        """Begin it, and name it."""
        begin_era()
        ((era,),) = fetch("SELECT era FROM registry_changeera")
        self.stdout.write(era)
