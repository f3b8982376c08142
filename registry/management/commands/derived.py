"""`manage.py derived`: lists, prints, checks and rebuilds what the database derives from the declarations."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from registry.derived import catalog, install, rebuild, state
from registry.derived.declared import declared
from registry.derived.objects import DerivedFunction
from registry.upgrade.migrated import require_migrated


class Command(BaseCommand):
    """Functions, triggers and rendered values that are derived from the declarations of the registry."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take one of five things to do."""
        what = parser.add_subparsers(dest="what", required=True)
        listed = what.add_parser("list", help="list what a write triggers, in its order")
        listed.add_argument("table", nargs="?", help="a table, e.g. deposit; all by default")
        printed = what.add_parser("sql", help="print the text of a function")
        printed.add_argument("name")
        what.add_parser("check", help="compare installed objects with the declarations, and stored values with their rendering")
        again = what.add_parser(
            "rebuild", help="install missing objects and render outdated values again, or all values of one kind"
        )
        again.add_argument("name", nargs="?", help="a kind of record, e.g. deposit")
        what.add_parser("prune", help="drop installed objects that are no longer declared")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; the list and the texts come from the code alone."""
        if options["what"] not in ("list", "sql"):
            require_migrated()
        getattr(self, f"_{options['what']}")(**options)

    def _list(self, table: str | None = None, **_: Any) -> None:
        found = [function for function in declared() if table is None or _is_of(function, table)]
        if not found:
            raise CommandError(f"Nothing is derived for “{table}”; tables are named as in deposit or depositcommodity.")
        for function in found:
            self.stdout.write(f"\n{function.name}: {function.purpose}")
            for trigger in function.triggers:
                self.stdout.write(f"  trigger {trigger.name}: {trigger.events} of {trigger.table}")
            for number, step in enumerate(function.steps, 1):
                self.stdout.write(f"  {number}. {step.name} ({step.layer.label}): {step.purpose}")
                if step.reads:
                    self.stdout.write(f"     rests on {', '.join(sorted(step.reads))}")

    def _sql(self, name: str, **_: Any) -> None:
        function = next((function for function in declared() if function.name == name), None)
        if function is None:
            raise CommandError(f"No derived function is named “{name}”; “derived list” names them.")
        self.stdout.write(";\n".join(function.statements()) + ";")

    def _check(self, **_: Any) -> None:
        wrong = 0
        with connection.cursor() as cursor:
            found = catalog.installed(cursor, [function.name for function in declared()])
            known = {name for name in state.read(cursor) if ":" not in name}
        for function in declared():
            if not catalog.is_as_declared(function, found.get(function.name)):
                wrong += self._tell(f"{function.name} is {'not as declared' if function.name in found else 'missing'}")
        for name in sorted(known - {function.name for function in declared()}):
            wrong += self._tell(f"{name} is no longer declared")
        for rendering, _known in rebuild.behind():
            wrong += self._tell(f"{rendering.name} is rendered by an older declaration")
        for rendering in rebuild.renderings():
            if number := rendering.differing():
                wrong += self._tell(f"{rendering.name}: {number:,} differ from what is rendered now")
        if wrong:
            raise CommandError("update them: ./run manage derived rebuild")
        self.stdout.write(f"{len(declared())} functions and all rendered values match the declarations")

    def _tell(self, text: str) -> int:
        self.stdout.write(text)
        return 1

    def _rebuild(self, name: str | None = None, **_: Any) -> None:
        for changed in install.install():
            self.stdout.write(f"{changed}: installed")
        if name is None:
            for done in rebuild.rebuild_behind(self.stdout.write):
                self.stdout.write(f"{done}: up to date")
            return
        chosen = [rendering for rendering in rebuild.renderings() if rendering.name.partition(":")[2] == name]
        if not chosen:
            raise CommandError(f"Nothing is rendered for “{name}”; kinds are named as in deposit.")
        for rendering in chosen:
            self.stdout.write(f"{rendering.name}: {rebuild.rebuild(rendering, self.stdout.write):,} rendered")

    def _prune(self, **_: Any) -> None:
        for name in install.prune():
            self.stdout.write(f"{name}: dropped")


def _is_of(function: DerivedFunction, table: str) -> bool:
    """Return whether a function has to do with writing a table."""
    full = f"registry_{table}"
    if any(step.table == full for step in function.steps):
        return True
    return not function.steps and function.name.endswith(f"_{table}")
