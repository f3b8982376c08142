"""`manage.py slow`: reads the service's log, and gives its slow queries, the costliest first, with their plans if asked."""

import sys
from argparse import FileType
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.management.base import CommandParser
from django.db import DatabaseError, connection, transaction

from registry.upgrade.migrated import MigratedCommand


@dataclass
class SlowQuery:
    """A query that was slow, with how often and how long; `example` is its slowest run, with the values."""

    times: int = 0
    total_ms: float = 0.0
    slowest_ms: float = 0.0
    example: str = ""

    def add(self, milliseconds: float, written: str) -> None:
        """Count one run."""
        self.times += 1
        self.total_ms += milliseconds
        if milliseconds >= self.slowest_ms:
            self.slowest_ms, self.example = milliseconds, written


class Command(MigratedCommand):
    """Slow queries of a log, with their plans."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the log, and what to do with its queries."""
        parser.add_argument(
            "log", nargs="?", type=FileType(encoding="utf-8"), default=sys.stdin, help="default: standard input"
        )
        parser.add_argument("--most", type=int, default=10, help="number of queries; 10 if not given")
        parser.add_argument("--plan", action="store_true", help="the plan of each, with the values of its slowest run")
        parser.add_argument("--analyze", action="store_true", help="run each again, and give its plan with the times")

    def handle(self, *args: Any, **options: Any) -> None:
        """Give them."""
        found = sorted(_read(options["log"]).values(), key=lambda one: -one.total_ms)
        if not found:
            self.stdout.write("The log has no slow query; REGISTRY_SLOW_QUERY_MS says which are slow.")
        for one in found[: options["most"]]:
            self.stdout.write(f"{one.times} × {one.total_ms / one.times:,.0f} ms, at most {one.slowest_ms:,.0f} ms")
            self.stdout.write(one.example.strip())
            if options["plan"] or options["analyze"]:
                self.stdout.writelines(f"  {line}\n" for line in plan(one.example, analyze=options["analyze"]))
            self.stdout.write("")


def plan(written: str, *, analyze: bool) -> list[str]:
    """Return the plan of a query, which is run only to be analysed, and then cannot change anything."""
    how = "ANALYZE, BUFFERS" if analyze else "COSTS"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            # Without values for the driver, a per cent sign is one.
            cursor.execute(f"EXPLAIN ({how}) {written}")
            return [line for (line,) in cursor.fetchall()]
    except DatabaseError as error:
        return [f"no plan: {error}"]


def _read(lines: Iterable[str]) -> dict[str, SlowQuery]:
    found: dict[str, SlowQuery] = {}
    for line in lines:
        if '"registry.slow"' not in line:
            continue
        # A log may begin or end within a line, and have what is no JSON before it, as journalctl writes it.
        try:
            said = orjson.loads(line[line.index("{") :])
        except ValueError:
            continue
        if said.get("logger") == "registry.slow":
            found.setdefault(said["statement"], SlowQuery()).add(said["milliseconds"], said["sql"])
    return found
