"""`manage.py tiles`: checks what vector tiles are made of, and makes it anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api.tiles.layer import layers
from api.tiles.places import rebuild
from api.tiles.proof import differences


class Command(BaseCommand):
    """Compares places and cells with the records, or makes them anew from the records."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one of two things to do."""
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="say whether they are what the records give")
        what.add_argument("--rebuild", action="store_true", help="make them anew; writers wait meanwhile")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it layer by layer; fail if a check finds a difference."""
        wrong = 0
        for layer in layers():
            if options["rebuild"]:
                self.stdout.write(f"{layer.name}: {rebuild(layer):,} places")
                continue
            found = differences(layer)
            wrong += found
            self.stdout.write(f"{layer.name}: {f'{found:,} differences' if found else 'as the records give them'}")
        if wrong:
            raise CommandError("make them anew: ./run manage tiles --rebuild")
