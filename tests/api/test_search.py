"""Search: any script, any spelling."""

from typing import Any

import pytest
from django.db import connection

from registry.models import Name
from tests import records
from tests.caches import forget_everything

pytestmark = pytest.mark.django_db


def found(api: Any, words: str, resource: str = "deposits") -> set[str]:
    return {
        r["slug"]
        for r in api.json(f"/api/v1/{resource}/", QUERY_STRING=f"search={words}".encode().decode("latin-1"))["results"]
    }


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Kundybai", ["Кундыбай", "Kundybai", "Kundybay", "KUNDYBAI", "кундыбай", "ундыб", "kundibai"]),
        ("Кутессай-II", ["Kutessay", "Kutesay", "Kuttesay II", "Kutessai-II", "кутессай ii"]),
        ("Жаңа Қазақстан", ["Жана Казакстан", "zhana qazaqstan", "Jana"]),
        ("Norra Kärr", ["norra karr", "Kärr", "KARR"]),
        ("Ak-Tyuz", ["Aktyuz", "Ak-Tyuz", "ak tyuz", "Ак-Тюз", "Актюз"]),
        ("红河", ["红河", "红"]),
        ("Dos 2", ["dos 2", "Дос 2", "2 dos"]),
        ("Щербаковское", ["Shcherbakovskoe", "Щербак"]),
        ("Джамчи", ["Dzhamchi", "Jamchi", "Djamchi"]),
        ("Kanzhugan", ["Kanjugan", "Канжуган"]),
    ],
)
def test_a_name_is_found_in_any_spelling(api: Any, name: str, asked: list[str]) -> None:
    deposit = records.deposit(name=name)
    records.deposit(name="Something else")
    for words in asked:
        assert found(api, words) == {deposit.slug}, words


def test_every_word_must_be_found_in_one_name(api: Any) -> None:
    deposit = records.deposit(name="Kutessay II")
    Name.objects.create(deposit=deposit, text="Кутессай второй", language="ru-Cyrl")
    assert found(api, "kutessay ii") == {deposit.slug}
    assert found(api, "kutessay iii") == set()


def test_short_words_are_beginnings_of_words(api: Any) -> None:
    one, two = records.deposit(name="Irgiz 1"), records.deposit(name="Irgiz 12")
    assert found(api, "irgiz 12") == {two.slug}
    assert found(api, "irgiz 1") == {one.slug, two.slug}
    assert found(api, "gi") == set()


@pytest.mark.parametrize("words", ["%", "_", "___", "-", "...", "+", " "])
def test_signs_are_no_words(api: Any, words: str) -> None:
    records.deposit(name="Anything")
    from urllib.parse import quote

    assert api.json(f"/api/v1/deposits/?search={quote(words)}", 400)["parameter"] == "search"


def test_percent_and_underscore_match_only_themselves(api: Any) -> None:
    records.deposit(name="Anything")
    assert found(api, "any_thing") == {r["slug"] for r in api.json("/api/v1/deposits/?search=anything")["results"]}
    assert found(api, "a%25g") == set()


def test_findings_and_sources_are_searched_by_their_text(api: Any) -> None:
    finding = records.finding(text="China dominates the refining of rare earths.")
    source = records.source(title="Редкие земли Казахстана", publisher="Tengrinews")
    assert found(api, "refining china", "findings") == {finding.slug}
    assert found(api, "redkie kazahstana tengri", "sources") == {source.slug}


def test_frameworks_are_found_by_title(api: Any) -> None:
    framework = records.framework(title="C5+1 Critical Minerals Dialogue")
    assert found(api, "critical%20minerals", "policy-frameworks") == {framework.slug}
    assert found(api, "C5%2B1", "policy-frameworks") == {framework.slug}


def test_what_a_reader_expects_to_be_searched_is(api: Any) -> None:
    body = records.organization(name="Atlantic Council")
    said = records.finding(text="A talk.", speaker="Ariel Cohen", speaker_organization=body)
    measured = records.finding(text="A figure.", measure="annual output of monazite")
    assert found(api, "ariel cohen", "findings") == found(api, "atlantic", "findings") == {said.slug}
    assert found(api, "monazite", "findings") == {measured.slug}
    assert found(api, "atlantic cohen", "findings") == set(), "all words stand in one text"
    licence = records.license_(name=None, number="ML 2077/x", description="Covers the northern block.")
    licence.parties.create(organization=records.organization(name="Kutisay Mining"))
    assert found(api, "kutisay mining", "licenses") == found(api, "2077", "licenses") == {licence.slug}
    assert found(api, "northern block", "licenses") == {licence.slug}
    study = records.source(title="A study", authors=["Orris, G. J.", "Grauch, R. I."], publisher="USGS")
    study.publisher_links.create(organization=records.organization(name="United States Geological Survey"))
    assert found(api, "grauch", "sources") == found(api, "geological survey", "sources") == {study.slug}
    framework = records.framework(title="A plan", issuer=body, summary="Bans exports of ion clays.")
    assert found(api, "atlantic", "policy-frameworks") == found(api, "ion clays", "policy-frameworks") == {framework.slug}
    works = records.prospecting_object(
        name=None, count=12, description="Objects in cities", location_words="near Balkhash", operator=body
    )
    for words in ("cities", "balkhash", "atlantic council"):
        assert found(api, words, "prospecting-objects") == {works.slug}
    estimates = {records.estimate(deposit=records.deposit(name="Zarya")).slug}
    estimates.add(records.estimate(deposit=None, prospecting_object=records.prospecting_object(name="Zarya-2")).slug)
    assert found(api, "заря", "estimates") == estimates


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_nothing_is_found_by_a_name_that_is_not_public(api: Any, status: str) -> None:
    hidden = records.organization(name="Xyzzy Holding", record_status=status)
    records.finding(speaker_organization=hidden)
    records.license_().parties.create(organization=hidden)
    records.source().publisher_links.create(organization=hidden)
    records.framework(issuer=hidden)
    records.prospecting_object(operator=hidden, client=hidden)
    records.estimate(deposit=records.deposit(name="Xyzzy", record_status=status))
    for resource in ("findings", "licenses", "sources", "policy-frameworks", "prospecting-objects", "estimates"):
        assert found(api, "xyzzy", resource) == set()
    type(hidden).objects.filter(pk=hidden.pk).update(record_status="published")
    assert len(found(api, "xyzzy", "findings")) == 1, "the test would see it"


def test_the_plan_of_a_search_is_kept_where_nothing_else_narrows_or_sorts_it(api: Any) -> None:
    """A word of a third of all names is read in the order of the records, and soon fills a page; not one of few countries."""
    records.deposit(name="Kutessay")
    for more, is_kept in (
        ("", True),
        ("&development_status=unknown", False),
        ("&order=-discovery_year", False),
        ("&near=75,42", False),
    ):
        before = plans_kept()
        for _ in range(8):
            forget_everything()
            api.json(f"/api/v1/deposits/?search=kutessay{more}&fields=slug")
        assert len(plans_kept() - before) == is_kept, more


def plans_kept() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%registry_nameword%'")
        return {statement for (statement,) in cursor.fetchall()}
