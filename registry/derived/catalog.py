"""What PostgreSQL's catalog says is installed."""

from dataclasses import dataclass
from typing import Any

from registry.derived.objects import DerivedFunction

#: Names that releases before this layer gave to what they derived.
_LEGACY = "^(pgtrigger_|_pgtrigger_should_ignore$|registry_(render|refresh|note|detail|place)_)"


@dataclass(frozen=True)
class Installed:
    """A function: its name for DROP, its text, whether it is a trigger function, and the triggers that call it and are on."""

    signature: str
    source: str
    of_trigger: bool
    triggers: frozenset[tuple[str, str]]


def installed(cursor: Any, names: list[str]) -> dict[str, Installed]:
    """Look up functions by their names."""
    cursor.execute(
        """
        SELECT p.proname, p.oid::regprocedure::text, p.prosrc, p.prorettype = 'trigger'::regtype,
            COALESCE((SELECT array_agg(t.tgname || ' ' || c.relname) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                WHERE t.tgfoid = p.oid AND NOT t.tgisinternal AND t.tgenabled = 'O'), '{}')
        FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.proname = ANY (%s)
        """,
        [names],
    )
    return {
        name: Installed(signature, source, of_trigger, frozenset((t.split(" ")[0], t.split(" ")[1]) for t in triggers))
        for name, signature, source, of_trigger, triggers in cursor.fetchall()
    }


def legacy(cursor: Any) -> list[str]:
    """List the trigger functions that earlier releases derived, as DROP FUNCTION names them."""
    cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname ~ %s"
        " AND (prorettype = 'trigger'::regtype OR proname = '_pgtrigger_should_ignore')",
        [_LEGACY],
    )
    return [signature for (signature,) in cursor.fetchall()]


def is_as_declared(function: DerivedFunction, found: Installed | None) -> bool:
    """Return whether what is installed is what is declared."""
    if found is None or found.source != function.source:
        return False
    return found.triggers == {(trigger.name, trigger.table) for trigger in function.triggers}
