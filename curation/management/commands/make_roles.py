"""`manage.py make_roles`: brings the groups of curators up to date, as `migrate` does; a second run changes nothing."""

from typing import Any

from curation.roles import make_roles
from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """Create the groups, or bring them up to date."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Write permissions and groups, and say what each group may do."""
        for role, number in make_roles().items():
            self.stdout.write(f"{role}: {number} permissions")
