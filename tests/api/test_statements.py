"""Statements: one row for each value and source, narrowed by all that it says, in pages and files."""

import csv
import io
from typing import Any

import pytest

from api.statements.columns import NAMES
from registry import models as m
from tests import records
from tests.conftest import ApiClient

pytestmark = pytest.mark.django_db
LIST = "/api/v1/statements/"


def rows(api: ApiClient, **given: Any) -> list[dict[str, Any]]:
    """Give all rows of a query, in pages of a few."""
    found, following = [], f"{LIST}?limit=3&" + "&".join(f"{name}={value}" for name, value in given.items())
    while following:
        answer = api.json(following.removeprefix("http://testserver"))
        found += answer["results"]
        following = answer["next"]
    return found


@pytest.fixture
def deposit() -> m.Deposit:
    """Make a deposit of a country, with a contradiction, a copy of its source, and a draft beside it."""
    country, niobium = records.country(), records.commodity()
    one = records.deposit(cited=False, name="Kutessay II", country=country, at=(76.1, 42.8))
    m.DepositCommodity.objects.create(deposit=one, commodity=niobium, role="main")
    original = records.source(slug="original", rights="CC-BY-4.0")
    copy = records.source(slug="copy", derived_from=original)
    fields = ["name", "country", "location", f"commodities:{niobium.slug}"]
    m.Citation.objects.create(deposit=one, source=original, fields=fields, locator="p. 1")
    m.Citation.objects.create(deposit=one, source=copy, fields=["name"], confidence="low")
    other = records.source(slug="other")
    m.Citation.objects.create(deposit=one, source=other, fields=["name"], relation="contradicts", stated_value="Kutessay I")
    m.Citation.objects.create(deposit=one, source=records.source(record_status="draft"), fields=["location"])
    m.Citation.objects.create(deposit=records.deposit(record_status="draft", cited=False), source=other, fields=["name"])
    return one


def test_each_value_and_source_is_a_row(api: ApiClient, deposit: m.Deposit) -> None:
    found = rows(api, record=deposit.slug)
    assert [(one["field"].partition(":")[0], one["source"], one["relation"]) for one in found] == [
        ("name", "original", "supports"),
        ("country", "original", "supports"),
        ("location", "original", "supports"),
        ("commodities", "original", "supports"),
        ("name", "copy", "supports"),
        ("name", "other", "contradicts"),
    ]
    assert set(found[0]) == set(NAMES)
    assert [one["value"] for one in found[:2]] == ["Kutessay II", deposit.country.slug]  # type: ignore[union-attr]
    assert found[2]["value"] == {"type": "Point", "coordinates": [76.1, 42.8]}
    assert found[3]["value"]["role"] == "main" and found[5]["value"] == "Kutessay I"
    assert (found[4]["root"], found[4]["independent_sources"], found[4]["confidence"]) == ("original", 1, "low")
    assert found[0]["recorded_by"] == "registry" and found[0]["recorded_at"]
    assert [one["rights"] for one in found] == ["CC-BY-4.0"] * 4 + ["not stated"] * 2, (
        "those of each source, not its original's"
    )


def test_a_list_that_is_cited_as_a_whole_is_a_row_for_each_of_its_rows(api: ApiClient) -> None:
    deposit, niobium, source = records.deposit(cited=False), records.commodity(), records.source()
    for text in ("Kutessay", "Кутессай-II"):
        m.Name.objects.create(deposit=deposit, text=text)
    m.DepositCommodity.objects.create(deposit=deposit, commodity=niobium, role="main")
    licence = records.license_(cited=False)
    for kind in ("grant", "extension"):
        m.LicenseEvent.objects.create(license=licence, kind=kind, date="2009")
    m.Citation.objects.create(deposit=deposit, source=source, fields=["name", "names", "commodities", "parties"])
    m.Citation.objects.create(deposit=deposit, source=records.source(), fields=["names:Kutessay"])
    m.Citation.objects.create(license=licence, source=source, fields=["events"])
    assert [(one["field"], one["independent_sources"]) for one in rows(api, source=source.slug)] == [
        ("name", 1),
        ("names:Kutessay", 2),
        ("names:Кутессай-II", 1),
        (f"commodities:{niobium.slug}", 1),
        ("parties", 1),
        ("events:2009", 1),
        ("events:2009", 1),
    ]
    found = {(one["field"], one["value"]["text"]) for one in rows(api, record=deposit.slug, field="names")}
    assert found == {("names:Kutessay", "Kutessay"), ("names:Кутессай-II", "Кутессай-II")}
    assert [one["value"]["kind"] for one in rows(api, field="events:2009")] == ["grant", "extension"]
    assert len(rows(api, field="names:Kutessay")) == 2 and len(rows(api, field=f"commodities:{niobium.slug}")) == 1
    assert rows(api, field="names:Elsewhere") == [] and [one["value"] for one in rows(api, field="parties")] == [None]


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ({"field": "name"}, 3),
        ({"field": "commodities"}, 1),
        ({"field": "location", "source": "original"}, 1),
        ({"source": "original,copy"}, 5),
        ({"relation": "contradicts"}, 1),
        ({"confidence": "low"}, 1),
        ({"kind": "deposit"}, 6),
        ({"recorded_by": "import"}, 0),
        ({"recorded_since": "2999-01-01"}, 0),
    ],
)
def test_statements_are_narrowed(api: ApiClient, deposit: m.Deposit, given: dict[str, str], number: int) -> None:
    assert len(rows(api, deposit=deposit.slug, **given)) == number
    assert len(rows(api, country=deposit.country.slug, **given)) == number  # type: ignore[union-attr]


def test_a_finding_is_stated_by_its_own_source(api: ApiClient) -> None:
    finding = records.finding(text="A mine is planned.", locator="p. 4", value=5, unit="t", measure="ore", comparator="eq")
    found = rows(api, source=finding.source.slug)
    assert {one["field"]: one["value"] for one in found} == {
        "text": "A mine is planned.",
        "topic": "policy",
        "modality": "asserted",
        "measure": "ore",
        "value": 5,
        "unit": "t",
        "comparator": "eq",
    }
    assert {(one["kind"], one["record"], one["locator"], one["citation"]) for one in found} == {
        ("finding", finding.slug, "p. 4", None)
    }
    assert len(rows(api, field="value", kind="finding")) == 1


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ("field=nonsense", "field"),
        ("record=nothing-here", "record"),
        ("source=nothing-here", "source"),
        ("relation=likes", "relation"),
        ("as_of=2024-01-01", "as_of"),
        ("cursor=xx", "cursor"),
        ("limit=0", "limit"),
        ("recorded_since=soon", "recorded_since"),
        ("kind=disagreement", "kind"),
    ],
)
def test_a_wrong_parameter_is_named(api: ApiClient, given: str, parameter: str) -> None:
    answer = api.get(f"{LIST}?{given}")
    assert answer.status_code == 400 and parameter in answer.content.decode()


def test_pages_and_files_hold_the_same_rows(api: ApiClient, deposit: m.Deposit) -> None:
    listed = api.get(f"{LIST}?format=csv&deposit={deposit.slug}").content.decode()
    table = list(csv.DictReader(io.StringIO(listed)))
    assert len(table) == 6 and table[1]["value"] == f'"{deposit.country.slug}"'  # type: ignore[union-attr]
