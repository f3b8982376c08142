"""`manage.py uncite`: takes the answer of a cited query away; its query, moment and hash remain."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from registry.models.cited import CitedBody, CitedQuery
from registry.upgrade.migrated import MigratedCommand


class Command(MigratedCommand):
    """The end of an answer that must not be served any longer, for instance for a reason of law."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the key of the citation."""
        parser.add_argument("key", help="the last part of its address")

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete the bytes, of all citations that have the same."""
        with transaction.atomic():
            cited = CitedQuery.objects.filter(key=options["key"]).first()
            if cited is None:
                raise CommandError(f"There is no citation “{options['key']}”.")
            CitedQuery.objects.filter(body_id=cited.sha256).update(body=None)
            CitedBody.objects.filter(pk=cited.sha256).delete()
        self.stdout.write(f"The answer of {options['key']} is gone.")
