"""Everything that points at a record moves with it: compared with the foreign keys that the database itself knows."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from registry.merging import record_merge
from registry.merging.relations import DERIVED, relations_of
from registry.models import Country
from registry.models.base import Record
from tests.curation.conftest import Curator
from tests.merging.rows import row
from tests.records import maker_of

pytestmark = pytest.mark.django_db
KINDS: list[type[Record]] = [m for m in apps.get_app_config("registry").get_models() if issubclass(m, Record)]
_IDS = [model.__name__ for model in KINDS]


def foreign_keys(model: type[models.Model]) -> set[tuple[str, str]]:
    """Ask PostgreSQL which columns of which tables point at a table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute"
            " ON attrelid = conrelid AND attnum = conkey[1] WHERE contype = 'f' AND confrelid = %s::regclass",
            [model._meta.db_table],
        )
        return {(table.strip('"'), column) for table, column in cursor.fetchall()}


@pytest.mark.parametrize("model", KINDS, ids=_IDS)
def test_no_foreign_key_of_the_database_is_forgotten(model: type[Record]) -> None:
    known = {(relation.model._meta.db_table, relation.field.column) for relation in relations_of(model)}
    derived = {(table._meta.db_table, "country_id") for table in DERIVED}
    assert foreign_keys(model) - derived == known


@pytest.mark.parametrize("model", [m for m in KINDS if m is not Country], ids=[m.__name__ for m in KINDS if m is not Country])
def test_every_row_that_points_at_a_record_moves(model: Any, admin: Curator) -> None:
    gone, stays = maker_of(model)(), maker_of(model)()
    made = [(relation, row(relation.model, relation.field.name, gone)) for relation in relations_of(model)]
    record_merge(record=gone, into=stays, user=admin.user, reason="the same")
    for relation, one in made:
        now = relation.model._base_manager.values_list(relation.field.attname, flat=True).get(pk=one.pk)
        assert now == stays.pk, f"{relation.model.__name__}.{relation.field.name}"
    with connection.cursor() as cursor:
        for table, column in sorted(foreign_keys(model)):
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [gone.pk])
            assert cursor.fetchone() == (0,), f"{table}.{column} still points at what is gone"
    again = model._base_manager.get(pk=gone.pk)
    assert (again.record_status, again.merged_into_id, again.slug) == ("merged", stays.pk, gone.slug)


@pytest.mark.parametrize("model", [m for m in KINDS if m is not Country], ids=[m.__name__ for m in KINDS if m is not Country])
def test_rows_that_both_have_become_one(model: Any, admin: Curator) -> None:
    """Each row of the one is copied to the other: the merge leaves as many as there were at one of them."""
    gone, stays = maker_of(model)(), maker_of(model)()
    copied = []
    for relation in relations_of(model):
        if relation.is_of_records or not relation.once:
            continue
        one = row(relation.model, relation.field.name, gone)
        if relation.model._meta.model_name in ("externalid", "licenseparty", "disagreementmember"):
            continue  # An id stands once in the registry; the others are tested by name.
        twin = relation.model._base_manager.get(pk=one.pk)
        twin.pk = None
        setattr(twin, relation.field.name, stays)
        twin.save(force_insert=True)
        copied.append((relation, one.pk, twin.pk))
    record_merge(record=gone, into=stays, user=admin.user, reason="the same")
    for relation, one, twin in copied:
        left = set(relation.model._base_manager.filter(pk__in=(one, twin)).values_list("pk", flat=True))
        assert left == {twin}, f"{relation.model.__name__}.{relation.field.name}"
