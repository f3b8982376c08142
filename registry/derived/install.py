"""Bringing the database up to the list: what is missing or different is made, what is no longer declared is dropped."""

from typing import Any

from django.db import connection, transaction

from registry.derived import catalog, state
from registry.derived.declared import declared
from registry.derived.objects import DerivedFunction
from registry.derived.state import State


def install() -> list[str]:
    """Make every declared object that is missing or different, and drop the rest; give the names of what was changed."""
    with transaction.atomic(), connection.cursor() as cursor:
        known = state.read(cursor)
        found = catalog.installed(cursor, [function.name for function in declared()])
        different = [
            function
            for function in declared()
            if not catalog.is_as_declared(function, found.get(function.name))
            or known.get(function.name, State("")).digest != function.digest
        ]
        gone = _dropped(cursor, known)
        for function in different:
            # Arguments and what is returned cannot be replaced.
            if function.name in found and not found[function.name].of_trigger:
                cursor.execute(f"DROP FUNCTION {found[function.name].signature}")
            _make(cursor, function)
    return [function.name for function in different] + gone


def prune() -> list[str]:
    """Drop what is installed and no longer declared; give its names."""
    with transaction.atomic(), connection.cursor() as cursor:
        return _dropped(cursor, state.read(cursor))


def drop_triggers() -> list[str]:
    """Drop every derived trigger with its function, of earlier releases too; give the tables that had triggers.

    What readers call stays until it is replaced.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        names = [name for name in state.read(cursor) if ":" not in name] if state.exists(cursor) else []
        found = catalog.installed(cursor, names)
        of_triggers = {name: one.signature for name, one in found.items() if one.of_trigger}
        signatures = sorted({*of_triggers.values(), *catalog.legacy(cursor)})
        tables = _tables(cursor, signatures)
        for signature in signatures:
            cursor.execute(f"DROP FUNCTION IF EXISTS {signature} CASCADE")
        for name in of_triggers:
            state.remove(cursor, name)
    return tables


def _make(cursor: Any, function: DerivedFunction) -> None:
    for trigger in function.triggers:
        cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")
    for statement in function.statements():
        cursor.execute(statement)
    state.write(cursor, function.name, State(function.digest))


def _dropped(cursor: Any, known: dict[str, State]) -> list[str]:
    """Drop what the state knows and nobody declares; names with a colon are not functions."""
    wanted = {function.name for function in declared()}
    gone = sorted(name for name in known if ":" not in name and name not in wanted)
    for one in catalog.installed(cursor, gone).values():
        cursor.execute(f"DROP FUNCTION {one.signature} CASCADE")
    for name in gone:
        state.remove(cursor, name)
    return gone


def _tables(cursor: Any, signatures: list[str]) -> list[str]:
    cursor.execute(
        "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE t.tgfoid = ANY (%s::regprocedure[]::oid[]) AND NOT t.tgisinternal ORDER BY 1",
        [signatures],
    )
    return [name for (name,) in cursor.fetchall()]
