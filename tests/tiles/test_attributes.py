"""What a map needs of a record beyond its codes: the age of its sources, its tonnage, and what to look at twice."""

from typing import Any

import pytest

from registry import models as m
from tests import records
from tests.tiles.world import filled

pytestmark = pytest.mark.django_db


def shown(api: Any, slug: str, query: str = "") -> dict[str, Any]:
    """Return the attributes of a deposit at zoom 10, where every record is drawn."""
    found = [
        feature["properties"]
        for _, features in filled(api, "deposits", 10, query)
        for feature in features
        if feature["properties"].get("slug") == slug
    ]
    assert len(found) == 1, found
    return found[0]


def test_the_newest_source_of_a_record_gives_its_decade(api: Any) -> None:
    deposit = records.deposit(at=(76.2, 42.8))
    for source in m.Source.objects.filter(citations__deposit=deposit):
        m.Source.objects.filter(pk=source.pk).update(published=None, published_earliest=None)
    assert "newest_source_decade" not in shown(api, deposit.slug)
    for date in ("1987-05", "2014"):
        m.Citation.objects.create(deposit=deposit, source=records.source(published=date), fields=["name"])
    hidden = records.source(published="2025", record_status="draft")
    m.Citation.objects.create(deposit=deposit, source=hidden, fields=["name"])
    assert shown(api, deposit.slug)["newest_source_decade"] == "2010"
    assert api.json(f"/api/v1/deposits/{deposit.slug}/")["newest_source_year"] == 2014
    found = api.json("/api/v1/deposits/?newest_source_decade=2010&limit=1000")["results"]
    assert deposit.slug in {row["slug"] for row in found}


def test_a_tonnage_is_that_of_one_family_and_of_nothing_replaced(api: Any) -> None:
    deposit = records.deposit(at=(76.2, 42.8))
    old = records.estimate(deposit=deposit, reporting_code="JORC", ore_tonnes=9e6)
    records.estimate(deposit=deposit, reporting_code="NI43-101", ore_tonnes=4e6, supersedes=old)
    records.estimate(deposit=deposit, reporting_code="GKZ", ore_tonnes=8e6)
    records.estimate(deposit=deposit, reporting_code="JORC", ore_tonnes=2e7, record_status="draft")
    assert "tonnes" not in shown(api, deposit.slug)
    assert shown(api, deposit.slug, "?tonnes=CRIRSCO")["tonnes"] == 4e6
    assert shown(api, deposit.slug, "?tonnes=gkz")["tonnes"] == 8e6
    assert "tonnes" not in shown(api, deposit.slug, "?tonnes=UNFC")
    refused = api.get("/tiles/deposits/0/0/0.mvt?tonnes=JORK")
    assert refused.status_code == 400 and refused.json()["parameter"] == "tonnes"
    misspelt = api.get("/tiles/deposits/0/0/0.mvt?tonnes=crirsko").json()
    assert "Did you mean “CRIRSCO”?" in misspelt["detail"], "a code is suggested as it is written"
    assert api.get("/tiles/licenses/0/0/0.mvt?tonnes=CRIRSCO").status_code == 400, "licences have no estimates"
    described = api.json("/tiles/deposits/tilejson.json?tonnes=crirsco")
    assert "tonnes=CRIRSCO" in described["tiles"][0] and "tonnes" in described["vector_layers"][0]["fields"]


def test_a_record_that_may_be_there_twice_says_so_while_readers_see_the_other(api: Any) -> None:
    one, other = (records.deposit(at=(76.2 + step, 42.8)) for step in (0, 0.001))
    pair = dict(zip(("one_id", "other_id"), sorted((one.pk, other.pk)), strict=True))
    judged = m.Judgement.objects.create(kind="deposit", verdict="unsure", reason="No source tells.", **pair)

    def doubtful() -> set[str]:
        found = api.json("/api/v1/deposits/?possible_duplicate=true&limit=1000")["results"]
        rest = api.json("/api/v1/deposits/?possible_duplicate=false&limit=1000")["results"]
        slugs = {row["slug"] for row in found}
        assert slugs.isdisjoint(row["slug"] for row in rest)
        drawn = [one, other]
        assert {record.slug for record in drawn if shown(api, record.slug).get("possible_duplicate")} == slugs & {
            record.slug for record in drawn
        }
        return slugs

    assert {one.slug, other.slug} <= doubtful()
    judged.delete()
    assert doubtful().isdisjoint((one.slug, other.slug))
    m.Judgement.objects.create(kind="deposit", verdict="unsure", reason="No source tells.", **pair)
    m.Deposit.objects.filter(pk=other.pk).update(record_status="withdrawn")
    found = api.json("/api/v1/deposits/?possible_duplicate=true&limit=1000")["results"]
    assert one.slug not in {row["slug"] for row in found}
    assert "possible_duplicate" not in shown(api, one.slug)


def test_a_cell_counts_the_records_to_look_at_twice(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.tiles.render.MAX_RECORDS", 0)
    one, other, _ = (records.deposit(at=(76.2 + step, 42.8)) for step in (0, 0.001, 0.002))

    def marked(query: str = "") -> list[int | None]:
        ((_, (cell,)),) = filled(api, "deposits", 3, query)
        counted = cell["properties"]
        return [counted["records"], counted.get("disputed_records"), counted.get("possible_duplicate_records")]

    assert marked() == [3, None, None]
    records.disagreement({"estimate": records.estimate(deposit=one)}, {"finding": records.finding()})
    pair = dict(zip(("one_id", "other_id"), sorted((one.pk, other.pk)), strict=True))
    m.Judgement.objects.create(kind="deposit", verdict="unsure", reason="No source tells.", **pair)
    assert marked() == [3, 1, 2]
    assert marked("?disputed=true") == [1, 1, 1]


def test_a_disputed_record_says_so(api: Any) -> None:
    deposit = records.deposit(at=(76.2, 42.8))
    estimate = records.estimate(deposit=deposit)
    assert "disputed" not in shown(api, deposit.slug)
    records.disagreement({"estimate": estimate}, {"finding": records.finding()})
    assert shown(api, deposit.slug)["disputed"] is True
