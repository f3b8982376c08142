"""Kept facets: the bits count what the records count, while a transaction is open, after its commit, and rebuilt."""

from typing import Any

import pytest
from django.db import connection

from api.kept.facets import resources
from api.kept.renderings import forget, renderings
from api.query import facets
from api.query.facet_names import facets_of
from api.query.facets import Counted
from api.query.kept import kept_facets
from api.query.list_query import read_query
from api.resources.resource import Resource, resource_named
from pages.explore.facets import shown_facets
from registry.derived.rebuild import rebuild
from registry.models import Citation, Deposit, DepositCommodity
from tests import records

pytestmark = pytest.mark.django_db
KEPT = pytest.mark.parametrize("resource", resources(), ids=lambda resource: resource.name)
SELECTIONS: tuple[dict[str, str], ...] = (
    {},
    {"commodity": "REE"},
    {"country": "KZ,KG", "commodity": "REE,U"},
    {"region": "central-asia", "disputed": "false"},
    {"country__not": "KZ", "commodity": "HREE"},
    {"bbox": "60,30,180,60", "country": "KZ"},
    {"search": "а"},
    {"near": "76,42", "radius_km": "800", "disputed": "true"},
)


def both(resource: Resource, given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> tuple[Counted, Counted]:
    """Count by the bits, and from the records."""
    query, names = read_query(resource, given), tuple(kept_facets(resource))
    facets._remembered.forget()
    by_bits = facets.counted(query, names)
    facets._remembered.forget()
    with monkeypatch.context() as patched:
        patched.setattr(facets, "kept", lambda *args: False)
        return by_bits, facets.counted(query, names)


def same(resource: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    for given in SELECTIONS:
        by_bits, from_records = both(resource, given, monkeypatch)
        assert by_bits == from_records, given


def noted(resource: Resource) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT record_id) FROM registry_facetstale WHERE kind = %s", [resource.kind])
        return int(cursor.fetchone()[0])


def commit() -> None:
    """Do what is done at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def differing(resource: Resource) -> int:
    return next(one.differing() for one in renderings() if one.name == f"facets:{resource.kind}")


@KEPT
def test_all_facets_are_kept(resource: Resource) -> None:
    # One that is not kept has all that are requested with it counted from the records.
    assert set(facets_of(resource)) - set(kept_facets(resource)) == {"uncovered"}
    assert set(shown_facets(resource)) <= set(kept_facets(resource))


@KEPT
def test_bits_count_what_the_records_count(resource: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    assert noted(resource) == 0
    same(resource, monkeypatch)
    assert differing(resource) == 0


def test_every_write_is_counted_at_once_and_kept_at_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    deposits = resource_named("deposits")
    one, other, third, *_ = Deposit.objects.published().exclude(country=None)[:3]
    one.development_status = "closed"
    one.save()
    DepositCommodity.objects.filter(deposit=other).delete()
    third.record_status = "withdrawn"
    third.save()
    added = records.deposit(name="Quxqux", country=one.country, admin_code="KZ-KAR")
    records.estimate(deposit=one, reporting_code="JORC")
    Citation.objects.create(deposit=one, source=records.source(kind="blog", published="1999"))
    source = Citation.objects.filter(deposit=added).values_list("source", flat=True)
    assert source
    assert noted(deposits) >= 4
    same(deposits, monkeypatch)
    assert differing(deposits) == 0
    commit()
    assert noted(deposits) == 0
    same(deposits, monkeypatch)
    assert differing(deposits) == 0
    # What changes nothing that is counted notes nothing.
    one.save()
    assert noted(deposits) == 0


def test_bits_are_made_again_from_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    deposits = resource_named("deposits")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_facetbits WHERE kind = 'deposit' AND facet = 'country_id'")
    assert differing(deposits) > 0
    with connection.cursor() as cursor:
        # As after a migration that wrote data: until the bits are made, the records are counted.
        forget(cursor)
    assert noted(deposits) == Deposit.objects.count()
    same(deposits, monkeypatch)
    found: dict[str, Any] = {one.name: one for one in renderings()}
    assert rebuild(found["facets:deposit"]) == Deposit.objects.count()
    assert differing(deposits) == 0
    same(deposits, monkeypatch)
