"""Stored values that rest on a declaration (documents, places on tiles), rendered again in batches when it has changed.

How far a rebuild has come is kept with each batch, so one that is killed goes on where it was, at the next start of `migrate`
or `derived rebuild`. Meanwhile readers get the older rendering of what is still to come.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from registry.derived import state
from registry.derived.state import State

_LOCK = 7_203_115
BATCH = 5_000

Report = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """Values of a table that are rendered from a declaration with this digest.

    `batch` renders the records after a key, some thousands, and gives how many there were and the last key; none of the last
    batch.
    """

    name: str
    table: str
    digest: str
    batch: Callable[[Any, int, int], tuple[int, int | None]]
    #: Counts the kept values that are not what would be rendered now.
    differing: Callable[[], int]


_renderings: list[Callable[[], Iterable[Rendering]]] = []


def provide(renderings: Callable[[], Iterable[Rendering]]) -> None:
    """Add what a package renders."""
    _renderings.append(renderings)


def renderings() -> list[Rendering]:
    """List everything that is rendered and kept."""
    return [rendering for give in _renderings for rendering in give()]


def behind() -> list[tuple[Rendering, State]]:
    """List what is rendered by an older declaration, wholly or in part."""
    with connection.cursor() as cursor:
        known = state.read(cursor)
    return [
        (rendering, known.get(rendering.name, State("")))
        for rendering in renderings()
        if known.get(rendering.name, State("")).digest != rendering.digest
    ]


def rebuild_behind(report: Report = lambda text: None) -> list[str]:
    """Bring everything up to its declaration; give the names of what was rendered."""
    done = []
    for rendering, known in behind():
        begun = known.position or 0 if known.wanted == rendering.digest else 0
        rebuild(rendering, report, after=begun)
        done.append(rendering.name)
    return done


def rebuild(rendering: Rendering, report: Report = lambda text: None, after: int = 0) -> int:
    """Render all values of one kind again, from the record after a key; give how many."""
    total, last = 0, after
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            before = state.read(cursor).get(rendering.name, State(""))
            while True:
                with transaction.atomic():
                    number, highest = rendering.batch(cursor, last, BATCH)
                    finished = not number or highest is None
                    reached = State(rendering.digest) if finished else State(before.digest, rendering.digest, highest)
                    state.write(cursor, rendering.name, reached)
                total += number
                if finished:
                    return total
                last = highest or last
                report(f"{rendering.name}: {total:,} rendered")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
