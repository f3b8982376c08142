"""The one table of state: what is installed by which text, and how far values that rest on it have been rendered."""

from dataclasses import dataclass
from typing import Any

TABLE = "registry_derived"


@dataclass(frozen=True)
class State:
    """A row: the digest that holds, the digest that is being installed, and the key up to which it has been."""

    digest: str
    wanted: str | None = None
    position: int | None = None


def exists(cursor: Any) -> bool:
    """Return whether the table is there: it comes with a migration."""
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [TABLE])
    return bool(cursor.fetchone()[0])


def read(cursor: Any) -> dict[str, State]:
    """Read all rows by their name."""
    cursor.execute(f"SELECT name, digest, wanted, position FROM {TABLE}")
    return {name: State(*rest) for name, *rest in cursor.fetchall()}


def write(cursor: Any, name: str, state: State) -> None:
    """Keep the state of one object."""
    cursor.execute(
        f"INSERT INTO {TABLE} (name, digest, wanted, position) VALUES (%s, %s, %s, %s) ON CONFLICT (name) DO UPDATE SET"
        " digest = EXCLUDED.digest, wanted = EXCLUDED.wanted, position = EXCLUDED.position, changed_at = now()",
        [name, state.digest, state.wanted, state.position],
    )


def remove(cursor: Any, name: str) -> None:
    """Forget an object."""
    cursor.execute(f"DELETE FROM {TABLE} WHERE name = %s", [name])
