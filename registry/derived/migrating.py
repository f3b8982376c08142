"""Migrations: what is derived is taken away before, and made again from the new declarations after.

A trigger that was written for yesterday's columns must never meet a row of today's. Between the two nothing would keep
versions, history and documents, so each table whose triggers were taken away refuses writes of everyone but the migration. The
refusal outlives a migration that is killed, and the next one takes it away.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from registry.derived import install, rebuild, reconcile, state

APP = "registry"
_GUARD = "registry_migrating"
_SESSION = "registry.migrating"

Report = Callable[[str], None]
_afterwards: list[Callable[[], Any]] = []
#: Tables that data migrations of the running plan may have written.
_suspended: list[str] = []


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
            _suspended.append(table)
        cursor.execute("SELECT set_config(%s, 'on', false)", [_SESSION])


def resume(plan: list[tuple[Any, bool]], report: Report = lambda text: None) -> None:
    """Install what the declarations give, and render again what rests on what has changed.

    A schema that is not the newest is left without triggers, and with the refusal of writes: the declarations are not its own.
    """
    with connection.cursor() as cursor:
        if not state.exists(cursor) or not is_newest():
            return
    with transaction.atomic(), connection.cursor() as cursor:
        install.install()
        reconcile.reconcile([table for table in _suspended if table in connection.introspection.table_names(cursor)], plan)
        cursor.execute(f"DROP FUNCTION IF EXISTS {_GUARD}() CASCADE")
        cursor.execute("SELECT set_config(%s, '', false)", [_SESSION])
    _suspended.clear()
    for task in _afterwards:
        task()
    rebuild.rebuild_behind(report)


def is_newest() -> bool:
    """Tell whether every migration of this application is applied."""
    executor = MigrationExecutor(connection)
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == APP]
    return not executor.migration_plan(leaves)
