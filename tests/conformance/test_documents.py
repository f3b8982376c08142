"""What the database renders equals what the serializers declare: for every record of every resource."""

import re
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection
from rest_framework.serializers import BaseSerializer

from api.database.bound import bind
from api.database.connection import fetch
from api.documents.steps import renderings
from api.query.rows import detail_sql
from api.resources.resource import Resource
from registry.derived.install import install
from registry.derived.rebuild import rebuild
from tests.conformance.walks import NAMES, RESOURCES, published

pytestmark = pytest.mark.django_db

#: Records of a kind that are compared, spread over all: the declared side asks many small questions for each.
MOST = 40
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def plain(value: Any) -> Any:
    """Reduce to what JSON means: times without trailing zeros, numbers as floats."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, str) and _TIME.fullmatch(value):
        return value.rstrip("Z").rstrip("0").rstrip(".")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value


def declared(serializer: Any, record: Any) -> Any:
    """Return what a serializer, made once for all records, writes of one."""

    def write(value: Any) -> Any:
        return float(value) if isinstance(value, Decimal) else str(value)

    return plain(orjson.loads(orjson.dumps(serializer.to_representation(record), default=write)))


def without_formula(document: Any) -> Any:
    """Leave out the words of a derivation, which only the database writes."""
    for derived in document.get("derived", []):
        derived.pop("formula", None)
    return document


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_document_and_detail_equal_the_declaration(resource: Resource) -> None:
    records = published(resource)
    assert records.exists(), "the seed holds records of every kind"
    # Making the serializer of a deposit costs more than writing one.
    summary, whole, computed = resource.summary(), resource.detail(), resource.live and resource.live()
    for record in records[:: 1 + records.count() // MOST]:
        ((document, live, detail),) = (
            (row[0], row[2], row[3]) for row in fetch(bind(detail_sql(resource), {"slug": record.slug}))
        )
        assert plain(orjson.loads(document)) == declared(summary, record), record.slug
        rendered = without_formula(plain(orjson.loads(detail)))
        assert rendered == declared(whole, record), record.slug
        if computed:
            assert plain(orjson.loads(live)) == declared(computed, record), record.slug


def test_a_grade_shows_no_digits_that_nobody_stated(api: Any) -> None:
    found = [g for e in api.json("/api/v1/estimates/?limit=1000")["results"] for g in e["grades"] if g["mass_fraction"]]
    assert len(found) > 20
    scales = {"pct": 2, "ppm": 6, "g_t": 6, "kg_t": 3}
    assert all(Decimal(str(g["mass_fraction"])) == Decimal(str(g["value"])).scaleb(-scales[g["unit"]]) for g in found)


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_documents_keep_the_order_of_the_declaration(resource: Resource) -> None:
    record = published(resource).first()
    ((document, _, _, detail),) = fetch(bind(detail_sql(resource), {"slug": record.slug}))
    assert list(orjson.loads(document)) == list(resource.summary().fields)  # type: ignore[attr-defined]
    assert list(orjson.loads(detail)) == list(resource.detail().fields)  # type: ignore[attr-defined]


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_documents_can_be_rendered_anew_without_a_new_version(resource: Resource) -> None:
    table = resource.table
    before = fetch(f"SELECT id, document::text, version, updated_at FROM {table} ORDER BY id")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER; UPDATE {table} SET document = '{{}}'")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    (rendering,) = (one for one in renderings() if one.table == table)
    assert rebuild(rendering) == len(before)
    assert fetch(f"SELECT id, document::text, version, updated_at FROM {table} ORDER BY id") == before


def test_installing_again_changes_nothing() -> None:
    assert install() == []


def test_a_trigger_that_went_with_its_table_comes_back() -> None:
    """Migrating back and forth creates tables again, and the functions are still there."""
    written = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
    before = fetch(written)
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TRIGGER registry_after_insert ON registry_country; DROP TRIGGER registry_before ON registry_source"
        )
    assert install() == ["registry_after_insert_country", "registry_before_source"] and fetch(written) == before


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_reading_makes_no_serializer(resource: Resource, api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the serializer of a deposit costs four times what the rest of its detail costs."""
    slug = published(resource).values_list("slug", flat=True).first()
    addresses = (f"/api/v1/{resource.name}/{slug}/", f"/api/v1/{resource.name}/?limit=2")
    for address in addresses:
        api.json(address)
    made: list[type] = []
    monkeypatch.setattr(BaseSerializer, "__new__", lambda kind, *args, **kwargs: made.append(kind) or object.__new__(kind))
    for address in addresses:
        api.json(address)
    assert made == []
