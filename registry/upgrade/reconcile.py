"""What a migration of data wrote while no trigger watched is entered into the history afterwards.

The history holds the row as it was before the migration; a row that differs from its last event has been changed, one without
an event has been added, an event without its row has been removed. Only rows are compared that were written after the triggers
had been taken away: PostgreSQL keeps the transaction that wrote a row with it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations import RunPython, RunSQL

from registry.derived.rebuild import BATCH
from registry.history import KeepHistory, event, history_of, watched_columns
from registry.triggers import Locate, PreferredName, TouchParent, triggers_of

#: Does what follows from changed rows of a table elsewhere: takes a cursor, the table and the keys of the rows.
Follower = Callable[[Any, str, list[int]], None]
_followers: list[Follower] = []
_afterwards: list[Callable[[Any], None]] = []


def provide(follower: Follower) -> None:
    """Add what a package does elsewhere when rows of a table have changed."""
    _followers.append(follower)


def afterwards(task: Callable[[Any], None]) -> None:
    """Add what a package does once all tables have been reconciled; it takes a cursor."""
    _afterwards.append(task)


def writes_data(plan: list[tuple[Any, bool]]) -> bool:
    """Return whether a plan has migrations that may change rows."""
    return any(isinstance(operation, RunPython | RunSQL) for migration, _ in plan for operation in migration.operations)


def reconcile(begin: str, tables: list[str]) -> None:
    """Enter what migrations wrote to the tables in the transactions after `begin`."""
    with connection.cursor() as cursor:
        for model in _kept(tables):
            _reconcile(cursor, model, begin)
        for task in _afterwards:
            task(cursor)


def _kept(tables: list[str]) -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_app_config("registry").get_models()
        if model._meta.db_table in tables and any(isinstance(t, KeepHistory) for t in triggers_of(model))
    ]


def _reconcile(cursor: Any, model: type[models.Model], begin: str) -> None:
    table, history = model._meta.db_table, history_of(model)._meta.db_table
    columns = watched_columns(model)
    now, then = (", ".join(f'{alias}."{column}"' for column in columns) for alias in ("t", "h"))
    removed = (
        f"SELECT DISTINCT ON (h.pgh_obj_id) h.* FROM {history} h"
        f" WHERE NOT EXISTS (SELECT FROM {table} t WHERE t.id = h.pgh_obj_id) ORDER BY h.pgh_obj_id, h.pgh_id DESC"
    )
    cursor.execute(event(model, "delete", f"({removed}) r WHERE r.pgh_label <> 'delete'"))
    cursor.execute(
        f"SELECT array_agg(t.id) FILTER (WHERE h.pgh_id IS NOT NULL), array_agg(t.id) FILTER (WHERE h.pgh_id IS NULL)"
        f" FROM {table} t LEFT JOIN LATERAL (SELECT * FROM {history} h WHERE h.pgh_obj_id = t.id"
        " ORDER BY h.pgh_id DESC LIMIT 1) h ON true"
        f" WHERE age(t.xmin) <= age(%s::xid) AND (h.pgh_id IS NULL OR ({now}) IS DISTINCT FROM ({then}))",
        [begin],
    )
    different, new = cursor.fetchone()
    for ids in _parts(different or []):
        _enter_changed(cursor, model, ids)
    for ids in _parts(new or []):
        _enter_added(cursor, model, ids)


def _parts(ids: list[int]) -> Iterator[list[int]]:
    """Divide keys, so that no statement holds all rows of a large table."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _has_versions(model: type[models.Model]) -> bool:
    return "version" in watched_columns(model)


def _enter_changed(cursor: Any, model: type[models.Model], ids: list[int]) -> None:
    """Give changed records a version, and changed rows an event; what follows from a write, the table's triggers do now."""
    table = model._meta.db_table
    if _has_versions(model):
        cursor.execute(f"{_again(model)}, version = version + 1 WHERE id = ANY (%s)", [ids])
        _name(cursor, model, ids)
        for follow in _followers:
            follow(cursor, table, ids)
    else:
        cursor.execute(event(model, "update", f"{table} r WHERE r.id = ANY (%s)"), [ids])
        _touch(cursor, model, ids)


def _enter_added(cursor: Any, model: type[models.Model], ids: list[int]) -> None:
    cursor.execute(event(model, "insert", f"{model._meta.db_table} r WHERE r.id = ANY (%s)"), [ids])
    if _has_versions(model):
        cursor.execute(f"{_again(model)} WHERE id = ANY (%s)", [ids])
        _name(cursor, model, ids)
    else:
        _touch(cursor, model, ids)


def _again(model: type[models.Model]) -> str:
    located = ", located_in = NULL" if any(isinstance(t, Locate) for t in triggers_of(model)) else ""
    return f"UPDATE {model._meta.db_table} SET document = NULL{located}"


def _name(cursor: Any, model: type[models.Model], ids: list[int]) -> None:
    """Keep the preferred names of records in step."""
    for trigger in triggers_of(model):
        if isinstance(trigger, PreferredName):
            names = f"SELECT id, {trigger.field} AS name FROM {model._meta.db_table} WHERE id = ANY (%s)"
            cursor.execute(trigger.write(names), [ids])


def _touch(cursor: Any, model: type[models.Model], rows: list[int]) -> None:
    """Return a new version to the records to which rows belong."""
    table = model._meta.db_table
    for trigger in triggers_of(model):
        if isinstance(trigger, TouchParent):
            for column in trigger.parents:
                ids = trigger.records(column, f"SELECT {column}_id FROM {table} WHERE id = ANY (%s)")
                cursor.execute(f"UPDATE {trigger.record_table(column)} SET version = version + 1 WHERE id IN ({ids})", [rows])
