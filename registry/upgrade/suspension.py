"""Migrations: what is derived is taken away before, and made again from the new declarations after.

A trigger that was written for yesterday's columns must never meet a row of today's. Between the two nothing would keep
versions, history and documents, so each table whose triggers were taken away refuses writes of everyone but the migration. The
refusal outlives a migration that is killed, and the next one takes it away.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from registry.derived import install, rebuild, state
from registry.upgrade import reconcile

APP = "registry"
_GUARD = "registry_migrating"
_SESSION = "registry.migrating"

Report = Callable[[str], None]
_afterwards: list[Callable[[], Any]] = []


def after_install(task: Callable[[], Any]) -> None:
    """Have a task of another package run after each installation, when functions and triggers are in place."""
    _afterwards.append(task)


def suspend(plan: list[tuple[Any, bool]]) -> None:
    """Take the derived triggers of every table away, if the plan changes the schema of this application."""
    if not any(migration.app_label == APP for migration, _ in plan):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for table in install.drop_triggers():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_GUARD}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN"
                f" IF current_setting('{_SESSION}', true) IS DISTINCT FROM 'on' THEN RAISE EXCEPTION USING"
                " ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = 'The schema of the registry is being changed;"
                " nothing can be written until “migrate” has finished.'; END IF; RETURN NULL; END $guard$"
            )
            cursor.execute(
                f"CREATE OR REPLACE TRIGGER {_GUARD} BEFORE INSERT OR UPDATE OR DELETE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {_GUARD}()"
            )
        if reconcile.writes_data(plan):
            _note_data(cursor)
        cursor.execute("SELECT set_config(%s, 'on', false)", [_SESSION])


def _note_data(cursor: Any) -> None:
    """Note, as a comment of the refusal, the transaction after which migrations may write rows, unless one has noted it."""
    cursor.execute(
        "SELECT pg_current_xact_id()::xid::text WHERE to_regproc(%s) IS NOT NULL"
        " AND obj_description(to_regproc(%s), 'pg_proc') IS NULL",
        [_GUARD, _GUARD],
    )
    for (begin,) in cursor.fetchall():
        cursor.execute(f"COMMENT ON FUNCTION {_GUARD}() IS %s", [begin])


def _written(cursor: Any) -> tuple[str, list[str]] | None:
    """Give the noted transaction, of an earlier run that failed too, and the tables that have had no triggers since."""
    cursor.execute(
        "SELECT obj_description(p.oid, 'pg_proc'), array_agg(c.relname::text ORDER BY c.relname) FROM pg_proc p"
        " JOIN pg_trigger t ON t.tgfoid = p.oid JOIN pg_class c ON c.oid = t.tgrelid WHERE p.oid = to_regproc(%s) GROUP BY 1",
        [_GUARD],
    )
    for begin, tables in cursor.fetchall():
        if begin is not None:
            return begin, tables
    return None


def resume(report: Report = lambda text: None) -> None:
    """Install what the declarations give, and render again what rests on what has changed.

    A schema that is not the newest is left without triggers, and with the refusal of writes: the declarations are not its own.
    """
    with connection.cursor() as cursor:
        if not state.exists(cursor) or not is_newest():
            return
    with transaction.atomic(), connection.cursor() as cursor:
        install.install()
        if written := _written(cursor):
            reconcile.reconcile(*written)
        cursor.execute(f"DROP FUNCTION IF EXISTS {_GUARD}() CASCADE")
        cursor.execute("SELECT set_config(%s, '', false)", [_SESSION])
    for task in _afterwards:
        task()
    rebuild.rebuild_behind(report)


def is_newest() -> bool:
    """Return whether every migration of this application is applied."""
    executor = MigrationExecutor(connection)
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == APP]
    return not executor.migration_plan(leaves)
