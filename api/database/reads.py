"""Which kinds of record a response rests on: found from the SQL that it ran, so that nothing has to declare it.

A set of kinds is a number with one bit for each kind. Rows that belong to a record count as its kind, the history of a table
as the table itself, and what the database derives as the kinds of the tables whose writes keep it. What is not known is
everything: a set that is too large costs a response that is made again, one that is too small would show an old one.
"""

import re
import threading
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any, NamedTuple

import psycopg
from django.apps import apps
from django.db import connection

from registry.derived.declared import declared
from registry.kinds import APP, CONCERNED, RECORD_KINDS
from registry.triggers import TouchParent, triggers_of

BIT = {kind.name: 1 << position for position, kind in enumerate(RECORD_KINDS)}
EVERY = (1 << len(RECORD_KINDS)) - 1
_KIND_OF_TABLE = {kind.table: BIT[kind.name] for kind in RECORD_KINDS}

#: What shows nothing of any record.
_NOTHING = frozenset((f"{APP}_dataversion", f"{APP}_changeera", f"{APP}_derived"))
#: Tables whose rows name a kind, which a text that reads them gives as a literal or a parameter.
_BY_KIND = frozenset(
    f"{APP}_{name}" for name in ("facetbits", "facetstale", "tileplace", "tilecell", "judgement", "word", "nameword")
)
#: Those whose rows show nothing but records of that kind.
_OF_KIND_ALONE = frozenset(f"{APP}_{name}" for name in ("judgement", "word", "nameword"))
#: Set at commit from what is noted in another table.
_NOTED_IN = {f"{APP}_facetbits": f"{APP}_facetstale"}

_NAME = re.compile(rf"\b{APP}_\w+")
#: A table with its alias, as people and the ORM write it.
_ALIASED = re.compile(rf'"?\b({APP}_\w+)"?(?:\s+(?:AS\s+)?"?([A-Za-z]\w*)"?)?')
_QUALIFIED = re.compile(r'"?\b(\w+)"?\."?(\w+)"?')


class Reads(NamedTuple):
    """What a text reads: some kinds, and others by the kind that stands among its parameters."""

    kinds: int
    by_kind: tuple[tuple[str, int], ...] = ()

    def with_values(self, values: Iterable[Any]) -> int:
        """Return the kinds that a text reads with its parameters."""
        if not self.by_kind:
            return self.kinds
        given = {value for value in values if isinstance(value, str)}
        named = [bits for kind, bits in self.by_kind if kind in given] or [bits for _, bits in self.by_kind]
        return _union(named, self.kinds)


class _Seen(threading.local):
    kinds = 0
    depth = 0


_seen = _Seen()


def note(kinds: int) -> None:
    """Count kinds among those that this thread has read."""
    _seen.kinds |= kinds


def note_query(text: str, values: Any = ()) -> None:
    """Count what a query reads."""
    if _seen.depth:
        _seen.kinds |= reads_of(text).with_values(values.values() if isinstance(values, dict) else values or ())


class Observation:
    """Finds out what is read within a block, by the ORM too; a block around it has read the same.

    `kinds` is known when the block has ended. A generator with `contextmanager` would cost three times as much.
    """

    kinds = EVERY
    _wrappers: list[Any] | None = None

    def __enter__(self) -> "Observation":
        """Begin with nothing read."""
        self._before = _seen.kinds
        _seen.kinds, _seen.depth = 0, _seen.depth + 1
        if _seen.depth == 1:
            self._wrappers = connection.execute_wrappers
            self._wrappers.append(_noting)
        return self

    def __exit__(self, *_: object) -> None:
        """Note what was read, for a block around it too."""
        if self._wrappers is not None:
            self._wrappers.pop()
        self.kinds, _seen.depth = _seen.kinds, _seen.depth - 1
        _seen.kinds |= self._before


def _noting(execute: Callable[..., Any], text: str, values: Any, many: bool, context: Any) -> Any:
    note_query(text, values)
    return execute(text, values, many, context)


@lru_cache(maxsize=8_000)
def reads_of(text: str) -> Reads:
    """Return what a text of SQL reads, with the functions that it calls."""
    fixed, by_kind = 0, dict.fromkeys(BIT, 0)
    literal = {kind for kind in BIT if f"'{kind}'" in text}
    for name in set(_NAME.findall(text)):
        if name in _BY_KIND:
            for kind in literal or BIT:
                if literal:
                    fixed |= _kept_for(name, kind)
                else:
                    by_kind[kind] |= _kept_for(name, kind)
        elif (body := _functions().get(name)) is not None:
            called = reads_of(body)
            fixed |= called.kinds
            for kind, bits in called.by_kind:
                by_kind[kind] |= bits
        else:
            fixed |= _of_table(name, text)
    return Reads(fixed, tuple(by_kind.items()) if any(by_kind.values()) else ())


def _union(sets: Iterable[int], start: int = 0) -> int:
    for kinds in sets:
        start |= kinds
    return start


@cache
def _functions() -> dict[str, str]:
    """Return the bodies of our functions in the database by name: of migrations, and derived ones."""
    connection.ensure_connection()
    found = psycopg.Cursor(connection.connection).execute(
        "SELECT proname, prosrc FROM pg_proc"
        r" WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'registry\_%'"
    )
    return dict(found.fetchall())


def _of_table(name: str, text: str) -> int:
    if name in _NOTHING:
        return 0
    current = name.removesuffix("history")
    if (kind := _KIND_OF_TABLE.get(current)) is not None:
        return kind
    if (holders := _holders().get(current)) is not None:
        return _by_keys(name, holders, text)
    return _kept_for(name, "")


@cache
def _holders() -> dict[str, dict[str, int]]:
    """Return, by table of rows that belong to records, the columns that lead to them with the kind of each."""
    found: dict[str, dict[str, int]] = {}
    for model in apps.get_app_config(APP).get_models():
        for trigger in triggers_of(model):
            if isinstance(trigger, TouchParent):
                keys = {f"{column}_id": _KIND_OF_TABLE[trigger.record_table(column)] for column in trigger.parents}
                found.setdefault(model._meta.db_table, {}).update(keys)
    chains = {f"{kind.name}_id": BIT[kind.part_of or kind.name] for kind in CONCERNED.values()}
    # A chain that changes marks every kind that it passes: see api.documents.disputed.
    return found | {f"{APP}_concern": chains | {"disagreement_id": BIT["disagreement"]}}


def _by_keys(name: str, holders: dict[str, int], text: str) -> int:
    """Return the kinds by whose keys a text reads a table; all that the table knows where it names none of them."""
    used: dict[str, set[str]] = {}
    for alias, column in _QUALIFIED.findall(text):
        if column in holders:
            used.setdefault(alias, set()).add(column)
    kinds = 0
    for table, alias in _ALIASED.findall(text):
        if table == name:
            keys = used.get(alias, set()) | used.get(table, set())
            kinds |= _union(holders[key] for key in keys) or _union(holders.values())
    return kinds


@cache
def _kept_for(name: str, kind: str) -> int:
    """Return the kinds of the tables whose writes keep a derived table, or its rows of a kind; everything if none does."""
    if name in _OF_KIND_ALONE:
        return BIT[kind]
    wanted = {name, _NOTED_IN.get(name, name)}
    own = BIT.get(kind, 0)
    return _union((kinds for written, of, kinds in _kept() if written in wanted and kind in of), own) or EVERY


@cache
def _kept() -> list[tuple[str, frozenset[str], int]]:
    """Return tables that steps name, with "" and the kinds named in the same text, and the kinds the step is of."""
    bodies = {function.name: function.body for function in declared()}
    return [
        (name, kinds | {""}, _of_writes(step.table, step.asks))
        for function in declared()
        for step in function.steps
        for body in _reached(step.body, bodies)
        for kinds in [frozenset(kind for kind in BIT if f"'{kind}'" in body)]
        for name in sorted(set(_NAME.findall(body)) - bodies.keys())
    ]


def _reached(body: str, bodies: dict[str, str]) -> list[str]:
    """Return a body with those of the functions that it calls, and that they call."""
    found, waiting = {"": body}, [body]
    while waiting:
        for name in set(_NAME.findall(waiting.pop())) & bodies.keys() - found.keys():
            found[name] = bodies[name]
            waiting.append(bodies[name])
    return list(found.values())


def _of_writes(table: str, keys: frozenset[str]) -> int:
    """Return the kinds of record that a write to a table is a change of: of rows with these keys, if a step asks for some."""
    if table in _KIND_OF_TABLE:
        return _KIND_OF_TABLE[table]
    holders = _holders().get(table, {})
    return _union(kind for key, kind in holders.items() if key in keys) or _union(holders.values()) or EVERY


def prepare() -> None:
    """Derive what the declarations tell of derived tables, which the first text would wait for."""
    _kept()


def forget() -> None:
    """Look at the database's functions again (for tests)."""
    _functions.cache_clear()
    reads_of.cache_clear()
