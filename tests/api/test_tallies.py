"""What a source supports, contradicts and mentions: each record once, whatever happens to it and to its citations."""

import random
from collections import defaultdict
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from api.documents import tallies
from registry import models as m
from registry.kinds import TALLIED
from registry.vocabularies import CitationRelation
from tests import records

pytestmark = pytest.mark.django_db
RELATIONS = tuple(str(one) for one in CitationRelation.values)


def shown(api: Any, source: m.Source) -> dict[str, dict[str, int]]:
    record = api.json(f"/api/v1/sources/{source.slug}/")
    return {relation: record[relation] for relation in RELATIONS}


def counted(source: m.Source) -> dict[str, dict[str, int]]:
    """Count the records a second way, from the rows themselves."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for citation in m.Citation.objects.filter(source=source):
        for kind in TALLIED:
            record = getattr(citation, kind)
            if record is not None and type(record).objects.get(pk=record.pk).record_status == "published":
                found[citation.relation, kind].add(record.pk)
    for pk in m.Finding.objects.filter(source=source, record_status="published").values_list("pk", flat=True):
        found["supports", "finding"].add(pk)
    return {one: {kind: len(ids) for (relation, kind), ids in found.items() if relation == one} for one in RELATIONS}


def cite(source: m.Source, **given: Any) -> m.Citation:
    """Cite a record; a contradiction names one field."""
    if given.get("relation") == "contradicts":
        record = next(value for key, value in given.items() if key in TALLIED)
        given = {"fields": records.everything(type(record))[:1], **given, "stated_value": "otherwise"}
    return m.Citation.objects.create(source=source, **given)


def test_a_record_counts_once_for_each_relation(api: Any) -> None:
    source, deposit, draft = records.source(), records.deposit(), records.deposit(record_status="draft")
    for field in ("name", "location", "age"):
        cite(source, deposit=deposit, fields=[field])
    cite(source, deposit=deposit, fields=["name"], relation="contradicts")
    cite(source, deposit=records.deposit(), relation="mentions")
    cite(source, deposit=draft)
    finding = records.finding(source=source)
    cite(source, finding=finding, locator="p. 2")
    assert shown(api, source) == {
        "supports": {"deposit": 1, "finding": 1},
        "contradicts": {"deposit": 1},
        "mentions": {"deposit": 1},
    }
    listed = {one["slug"]: one for one in api.json("/api/v1/sources/?limit=1000")["results"]}
    assert listed[source.slug]["supports"] == {"deposit": 1, "finding": 1}


def test_nothing_stops_at_a_thousand(api: Any) -> None:
    source = records.source()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_finding (slug, uid, text, topic, modality, source_id, locator, note, record_status, version,"
            " created_at, updated_at) SELECT 'f-' || n, gen_random_uuid(), 'x', 'geology', 'reported', %s, '', '', 'published',"
            " 1, now(), now() FROM generate_series(1, 1500) n",
            [source.pk],
        )
    assert shown(api, source)["supports"] == {"finding": 1500}


@pytest.mark.parametrize("seed", range(3))
def test_counts_follow_whatever_happens(api: Any, seed: int) -> None:
    chance = random.Random(seed)
    sources = [records.source() for _ in range(3)]
    things: list[tuple[str, Any]] = [("deposit", records.deposit()) for _ in range(3)]
    things += [("finding", records.finding(source=chance.choice(sources))) for _ in range(3)]
    things += [("organization", records.organization()), ("country", records.country())]

    def citations() -> Any:
        return m.Citation.objects.filter(source__in=sources)

    def add() -> None:
        kind, thing = chance.choice(things)
        cite(
            chance.choice(sources),
            **{kind: thing},
            locator=str(chance.random()),
            relation=chance.choice(RELATIONS),
        )

    def some() -> list[int]:
        ids = list(citations().values_list("pk", flat=True))
        return chance.sample(ids, min(len(ids), chance.randint(1, 4)))

    def status() -> None:
        _, thing = chance.choice(things)
        type(thing).objects.filter(pk=thing.pk).update(record_status=chance.choice(("draft", "published", "withdrawn")))

    steps = {
        "add": add,
        "remove": lambda: citations().filter(pk__in=some()).delete(),
        "move": lambda: citations().filter(pk__in=some()).update(source=chance.choice(sources)),
        "turn": lambda: citations().filter(pk__in=some()).exclude(relation="contradicts").update(relation="mentions"),
        "status": status,
        "speak": lambda: m.Finding.objects.filter(pk=chance.choice(things[3:6])[1].pk).update(source=chance.choice(sources)),
    }
    for step in range(60):
        steps[chance.choice(["add", "add", *steps])]()
        if step % 6 == 0:
            for source in sources:
                assert shown(api, source) == counted(source)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_tally (source_id, relation, kind, records)"
            " SELECT id, 'supports', 'deposit', 0 FROM registry_source CROSS JOIN generate_series(1, %s)",
            [tallies._MANY],
        )
        for source in sources:
            cite(source, deposit=records.deposit())
        cursor.execute("SELECT count(*) FROM registry_tally WHERE source_id = ANY (%s)", [[one.pk for one in sources]])
        assert cursor.fetchone()[0] < tallies._MANY, "rows are folded"
        assert [shown(api, source) for source in sources] == [counted(source) for source in sources]
        (rendering,) = tallies.renderings()
        rendering.batch(cursor, 0, 0)
        assert rendering.differing() == 0
        assert [shown(api, source) for source in sources] == [counted(source) for source in sources]


def test_a_recount_goes_on_source_by_source(api: Any) -> None:
    deposits = [records.deposit() for _ in range(3)]
    for source in (records.source(), records.source()):
        for deposit in deposits:
            cite(source, deposit=deposit)
    (rendering,) = tallies.renderings()
    assert rendering.differing() == 0
    m.Tally.objects.update(records=F("records") + 7)
    wrong = rendering.differing()
    seen, last, left = 0, 0, [wrong]
    with connection.cursor() as cursor:
        while True:
            number, highest = rendering.batch(cursor, last, 2)
            if highest is None:
                break
            seen, last = seen + number, highest
            left.append(rendering.differing())
    assert left[-1] == 0 and left == sorted(left, reverse=True) and len(left) > 3
    assert seen == m.Source.objects.count()
