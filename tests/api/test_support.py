"""How many independent sources support a record, and their kinds: right after whatever happens to sources and citations."""

import random
from typing import Any

import pytest

from api.resources.resource import all_resources, resource_named
from registry import models as m
from registry import support
from registry.kinds import CITED, kind_named
from tests import records

pytestmark = pytest.mark.django_db
KINDS = sorted(support.SUPPORTED)


def shown(api: Any, kind: str, slug: str) -> tuple[int, list[str]]:
    record = api.json(f"/api/v1/{support.SUPPORTED[kind].plural}/{slug}/")
    return record["independent_sources"], record["source_kinds"]


def found(api: Any, kind: str, query: str) -> list[str]:
    return [one["slug"] for one in api.json(f"/api/v1/{support.SUPPORTED[kind].plural}/?limit=1000&{query}")["results"]]


def differing() -> int:
    return sum(rendering.differing() for rendering in support.renderings())


def test_a_map_of_provinces_supports_no_record(api: Any) -> None:
    deposit = records.deposit(admin_area="Batken")
    before = shown(api, "deposit", deposit.slug)
    placed = m.Citation.objects.create(source=records.source(kind="map"), deposit=deposit, fields=["admin_area"])
    assert shown(api, "deposit", deposit.slug) == before and not differing()
    m.Citation.objects.filter(pk=placed.pk).update(fields=["admin_area", "name"])
    assert shown(api, "deposit", deposit.slug)[0] == before[0] + 1
    assert "map" in shown(api, "deposit", deposit.slug)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_copies_of_one_original_count_once(api: Any, kind: str) -> None:
    """On every kind that sources are cited for: in the record, as filters, and as an order."""
    source = records.source(kind="report")
    own = {"source": source} if kind == "finding" else {}
    record = records.maker_of(support.SUPPORTED[kind].model)(**own)
    m.Citation.objects.filter(**{kind: record}).update(source=source)
    cited = {kind: record, "fields": [], "locator": "p. 9"}
    m.Citation.objects.create(source=source, **cited)
    copy = records.source(derived_from=source, kind="forum")
    second = records.source(kind=None)
    m.Citation.objects.create(source=copy, **cited)
    m.Citation.objects.create(source=records.source(kind="law"), relation="mentions", **cited)
    assert shown(api, kind, record.slug) == (1, ["forum", "report"])
    later = m.Citation.objects.create(source=second, **cited)
    assert shown(api, kind, record.slug) == (2, ["forum", "report", "unknown"])
    assert record.slug in found(api, kind, "independent_sources__gte=2")
    assert record.slug in found(api, kind, "source_kind=forum,map")
    assert record.slug not in found(api, kind, "source_kind__not=forum,map")
    assert record.slug not in found(api, kind, "source_kind__only=forum,report")
    assert found(api, kind, "order=-independent_sources")[0] == record.slug
    m.Source.objects.filter(pk=second.pk).update(derived_from=copy, kind="forum")
    assert shown(api, kind, record.slug) == (1, ["forum", "report"])
    assert record.slug in found(api, kind, "source_kind__only=forum,report")
    m.Source.objects.filter(pk=copy.pk).update(derived_from=None)
    assert shown(api, kind, record.slug)[0] == 2
    m.Source.objects.filter(pk__in=(copy.pk, second.pk)).update(record_status="withdrawn")
    assert shown(api, kind, record.slug) == (1, ["report"])
    later.delete()
    assert record.slug in found(api, kind, "source_kind__not=forum,map")
    assert differing() == 0


def test_what_is_cited_has_the_columns_and_what_is_not_has_not() -> None:
    having = {resource.kind for resource in all_resources() if "independent_sources" in resource.orders}
    assert having == {CITED[column].name for column in KINDS} and not having & {"gap", "disagreement"}
    assert {"independent_sources", "source_kind", "source_kind__only"} <= set(resource_named("deposits").filters.of(m.Deposit))


@pytest.mark.parametrize("seed", range(2))
def test_counts_follow_whatever_happens(seed: int) -> None:
    chance = random.Random(seed)
    sources = [records.source() for _ in range(5)]
    things = [*(("deposit", records.deposit()) for _ in range(3)), ("finding", records.finding(source=sources[0]))]

    def one(of: Any) -> Any:
        return chance.choice(list(of))

    def cited() -> Any:
        return m.Citation.objects.filter(source__in=sources)

    def cite() -> None:
        kind, thing = one(things)
        relation = one(("supports", "supports", "mentions"))
        m.Citation.objects.create(source=one(sources), **{kind: thing}, locator=str(chance.random()), relation=relation)

    def derive() -> None:
        low, high = sorted(chance.sample(range(5), 2))
        m.Source.objects.filter(pk=sources[high].pk).update(derived_from=one((None, sources[low])))

    def some() -> Any:
        return cited().filter(pk__in=chance.sample(ids := list(cited().values_list("pk", flat=True)), min(3, len(ids))))

    def status() -> None:
        m.Source.objects.filter(pk=one(sources).pk).update(record_status=one(("draft", "published")))

    steps = {
        "cite": cite,
        "derive": derive,
        "status": status,
        "code": lambda: m.Source.objects.filter(pk=one(sources).pk).update(kind=one((None, "news", "blog"))),
        "move": lambda: some().update(source=one(sources)),
        "turn": lambda: some().update(relation=one(("supports", "mentions"))),
        "remove": lambda: some().delete(),
        "speak": lambda: m.Finding.objects.filter(pk=things[3][1].pk).update(source=one(sources)),
    }
    for _ in range(40):
        steps[one(["cite", "cite", "derive", *steps])]()
        assert differing() == 0
    m.Deposit.objects.update(independent_sources=99)
    assert differing() == 0, "nobody writes the columns by hand"
    assert kind_named("deposit").cited_as == "deposit"
