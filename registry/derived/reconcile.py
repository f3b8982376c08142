"""What a migration of data wrote while no trigger watched is entered into the history afterwards.

The history holds the row as it was before the migration; a row that differs from its last event has been changed, one without
an event has been added, an event without its row has been removed.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations import RunPython, RunSQL

from registry.history import KeepHistory, event, history_of, watched_columns
from registry.triggers import Locate, PreferredName, TouchParent, triggers_of

#: Does what follows from changed rows of a table elsewhere: takes a cursor, the table and the keys of the rows.
Follower = Callable[[Any, str, list[int]], None]
_followers: list[Follower] = []


def provide(follower: Follower) -> None:
    """Add what a package does elsewhere when rows of a table have changed."""
    _followers.append(follower)


def writes_data(plan: list[tuple[Any, bool]]) -> bool:
    """Tell whether a plan has migrations that may change rows."""
    return any(isinstance(operation, RunPython | RunSQL) for migration, _ in plan for operation in migration.operations)


def reconcile(tables: list[str], plan: list[tuple[Any, bool]]) -> None:
    """Enter what the data migrations of a plan did to the tables."""
    if not tables or not writes_data(plan):
        return
    with connection.cursor() as cursor:
        for model in _kept(tables):
            _reconcile(cursor, model)


def _kept(tables: list[str]) -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_app_config("registry").get_models()
        if model._meta.db_table in tables and any(isinstance(t, KeepHistory) for t in triggers_of(model))
    ]


def _reconcile(cursor: Any, model: type[models.Model]) -> None:
    table, history = model._meta.db_table, history_of(model)._meta.db_table
    last = f"(SELECT DISTINCT ON (pgh_obj_id) * FROM {history} ORDER BY pgh_obj_id, pgh_id DESC)"
    columns = watched_columns(model)
    now, then = (", ".join(f'{alias}."{column}"' for column in columns) for alias in ("t", "h"))
    changed = f"SELECT t.* FROM {table} t JOIN {last} h ON h.pgh_obj_id = t.id WHERE ({now}) IS DISTINCT FROM ({then})"
    added = f"SELECT t.* FROM {table} t WHERE NOT EXISTS (SELECT FROM {history} h WHERE h.pgh_obj_id = t.id)"
    removed = (
        f"SELECT h.*, h.pgh_obj_id FROM {last} h WHERE h.pgh_label <> 'delete'"
        f" AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = h.pgh_obj_id)"
    )
    cursor.execute(event(model, "delete", f"({removed}) r"))
    cursor.execute(f"SELECT array_agg(c.id) FROM ({changed}) c")
    different = cursor.fetchone()[0] or []
    cursor.execute(f"SELECT array_agg(a.id) FROM ({added}) a")
    new = cursor.fetchone()[0] or []
    if not different and not new:
        return
    cursor.execute(event(model, "insert", f"{table} r WHERE r.id = ANY (%s)"), [new])
    if "version" in columns:
        # What follows from a write, the table's own triggers do now; the history gets an event of the new version.
        located = ", located_in = NULL" if any(isinstance(t, Locate) for t in triggers_of(model)) else ""
        again = f"UPDATE {table} SET document = NULL{located}"
        cursor.execute(f"{again}, version = version + 1 WHERE id = ANY (%s)", [different])
        cursor.execute(f"{again} WHERE id = ANY (%s)", [new])
        _name(cursor, model, different + new)
        for follow in _followers:
            follow(cursor, table, different)
    else:
        cursor.execute(event(model, "update", f"{table} r WHERE r.id = ANY (%s)"), [different])
        _touch(cursor, model, different + new)


def _name(cursor: Any, model: type[models.Model], ids: list[int]) -> None:
    """Keep the preferred names of records in step."""
    for trigger in triggers_of(model):
        if isinstance(trigger, PreferredName):
            names = f"SELECT id, {trigger.field} AS name FROM {model._meta.db_table} WHERE id = ANY (%s)"
            cursor.execute(trigger.write(names), [ids])


def _touch(cursor: Any, model: type[models.Model], rows: list[int]) -> None:
    """Give a new version to the records to which rows belong."""
    table = model._meta.db_table
    for trigger in triggers_of(model):
        if isinstance(trigger, TouchParent):
            for column in trigger.parents:
                ids = trigger.records(column, f"SELECT {column}_id FROM {table} WHERE id = ANY (%s)")
                cursor.execute(f"UPDATE {trigger.record_table(column)} SET version = version + 1 WHERE id IN ({ids})", [rows])
