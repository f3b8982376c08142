"""Everything that the database derives is in one list, in a declared order, and can be listed, printed, checked and pruned."""

import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from registry.derived import catalog, install, state
from registry.derived.declared import declared
from registry.derived.dispatch import SHARED
from registry.derived.state import State
from registry.models import Deposit
from registry.upgrade import suspension
from tests import records

pytestmark = pytest.mark.django_db
MIGRATION: Any = type("Migration", (), {"app_label": "registry", "operations": []})()


def printed(capsys: Any, *arguments: str) -> str:
    call_command("derived", *arguments)
    return str(capsys.readouterr().out)


def test_the_steps_of_a_table_run_in_the_order_of_their_layers() -> None:
    for function in declared():
        layers = [step.layer for step in function.steps]
        assert layers == sorted(layers), function.name
        places = [function.source.index(f"<<{step.name}>>") for step in function.steps]
        assert places == sorted(places), f"{function.name} runs its steps in another order than it lists them"


def test_the_rows_of_a_statement_are_read_once_to_see_of_which_kinds_they_are() -> None:
    for function in declared():
        asked = frozenset().union(*(step.asks for step in function.steps))
        assert set(re.findall(r"\bgiven_(\w+)", function.source)) == asked, function.name
        assert not re.search(r"EXISTS \(SELECT FROM (?:new|old)_rows(?: \w)? WHERE \S+_id IS NOT NULL\)", function.source)


def test_a_statement_with_rows_of_several_kinds_runs_the_steps_of_each() -> None:
    deposit, license_, source = records.deposit(), records.license_(), records.source()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_citation (deposit_id, license_id, source_id, relation, fields, locator, quote, note)"
            " SELECT d, l, %s, 'supports', '{country}', '', '', '' FROM (VALUES (%s, NULL), (NULL, %s)) v(d, l)",
            [source.pk, deposit.pk, license_.pk],
        )
        cursor.execute("SELECT kind, sum(records) FROM registry_tally WHERE source_id = %s GROUP BY 1 ORDER BY 1", [source.pk])
        assert cursor.fetchall() == [("deposit", 1), ("license", 1)]


def test_no_table_has_two_triggers_of_a_moment_whose_names_could_decide() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgtype, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT tgisinternal AND c.relname LIKE 'registry\\_%' GROUP BY 1, 2 HAVING count(*) > 1"
        )
        assert cursor.fetchall() == []


def test_the_list_of_a_table_is_the_documentation_of_a_save(capsys: Any) -> None:
    text = printed(capsys, "list", "deposit")
    for step in ("keep_record", "locate", "render_document", "note_changes", "history", "preferred_name", "place_on_tiles"):
        assert f" {step} (" in text
    assert text.index(" keep_record (") < text.index(" render_document (") < text.index(" history (")
    with pytest.raises(CommandError, match="Nothing is derived"):
        call_command("derived", "list", "nothing")


def test_a_function_is_printed_as_it_is_installed(capsys: Any) -> None:
    function = next(f for f in declared() if f.name == "registry_before_deposit")
    assert function.source in printed(capsys, "sql", function.name)
    with connection.cursor() as cursor:
        (found,) = catalog.installed(cursor, [function.name]).values()
    assert found.source == function.source


def test_what_somebody_changed_by_hand_is_found_and_replaced(capsys: Any) -> None:
    assert "match the declarations" in printed(capsys, "check")
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION registry_after_insert_deposit() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RETURN NULL; END'"
        )
        cursor.execute("ALTER TABLE registry_name DISABLE TRIGGER registry_after_delete")
    with pytest.raises(CommandError):
        call_command("derived", "check")
    out = capsys.readouterr().out
    assert "registry_after_insert_deposit is not as declared" in out and "registry_after_delete_name" in out
    assert "registry_after_insert_deposit: installed" in printed(capsys, "rebuild")
    assert "match the declarations" in printed(capsys, "check")


def test_what_is_no_longer_declared_is_dropped(capsys: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE FUNCTION registry_left_over() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
        cursor.execute("CREATE TRIGGER left_over AFTER INSERT ON registry_deposit EXECUTE FUNCTION registry_left_over()")
        state.write(cursor, "registry_left_over", State("x"))
        assert "registry_left_over: dropped" in printed(capsys, "prune")
        assert catalog.installed(cursor, ["registry_left_over"]) == {}


def test_while_the_schema_changes_only_the_migration_writes() -> None:
    deposit = records.deposit()
    suspension.suspend([(MIGRATION, False)])
    Deposit.objects.filter(pk=deposit.pk).update(host_rock="written by the migration")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('registry.migrating', '', false)")
    with pytest.raises(DatabaseError, match="migrate"), transaction.atomic():
        Deposit.objects.filter(pk=deposit.pk).update(host_rock="written by somebody else")
    suspension.resume([])
    Deposit.objects.filter(pk=deposit.pk).update(host_rock="written as always")
    assert deposit.history.count() >= 2
    assert install.install() == []


def test_a_plan_of_other_applications_leaves_the_triggers_alone() -> None:
    other: Any = type("Migration", (), {"app_label": "auth", "operations": []})()
    suspension.suspend([(other, False)])
    assert install.install() == []


def test_rows_that_many_may_refer_to_are_of_tables_that_there_are() -> None:
    assert {step.table for function in declared() for step in function.steps} > SHARED
