"""Curators find records by any name in any script, by slug, by external id, and while they type."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import ExternalId, Name
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db


def listed(admin: Curator, kind: str, term: str) -> str:
    response = admin.get(f"/admin/registry/{kind}/", {"q": term})
    assert response.status_code == 200
    html = response.content.decode()
    return html[html.index('id="changelist-form"') :]


@pytest.mark.parametrize(
    "term", ["Кундыбай", "kundybai", "Kundybay", "KUNDIBAI", "kundy", "kundybai-deposit", "mrds:10034", "Kundybay  "]
)
def test_a_deposit_is_found_by_every_name_it_has(term: str, admin: Curator) -> None:
    deposit = records.deposit(name="Kundybai", slug="kundybai-deposit")
    Name.objects.create(deposit=deposit, text="Кундыбай", language="kk-Cyrl")
    ExternalId.objects.create(deposit=deposit, scheme="mrds", value="10034")
    records.deposit(name="Somewhere else")
    found = listed(admin, "deposit", term)
    assert "Kundybai" in found and "Somewhere else" not in found


def test_it_is_found_by_its_uid_and_not_by_nothing(admin: Curator) -> None:
    deposit = records.deposit(name="Kundybai")
    assert "Kundybai" in listed(admin, "deposit", str(deposit.uid))
    assert ">Kundybai<" not in listed(admin, "deposit", "…!")


@pytest.mark.parametrize(
    ("kind", "term"),
    [
        ("resourceestimate", "Кутессай"),
        ("license", "3069"),
        ("licenseevent", "Кутессай"),
        ("frameworkevent", "Кодекс"),
        ("gap", "карта"),
        ("source", "Отчет"),
        ("finding", "многое"),
        ("disagreement", "запасы"),
        ("reescheme", "scheme"),
    ],
)
def test_kinds_without_names_of_their_own_are_found_too(kind: str, term: str, admin: Curator) -> None:
    deposit = records.deposit(name="Kutessay")
    records.estimate(deposit=deposit, slug="the-one")
    licence = records.license_(name="Kutessay licence", number="3069")
    licence.events.create(kind="grant", date="2010")
    records.framework(title="Кодекс").events.create(status="signed", date="2010")
    records.gap(looked_for="Карта")
    records.source(title="Отчёт")
    records.finding(text="Многое неизвестно")
    records.disagreement(title="Запасы")
    kinds.ree_scheme()
    assert "1 found" in admin.get(f"/admin/registry/{kind}/", {"q": term}).content.decode()


def test_long_lists_are_searched_without_distinct_or_joins(admin: Curator) -> None:
    records.deposit(name="Kundybai")
    with CaptureQueriesContext(connection) as asked:
        listed(admin, "deposit", "Kundybai deposit")
    (query,) = [q["sql"] for q in asked if 'FROM "registry_deposit"' in q["sql"] and "ORDER BY" in q["sql"]]
    assert "DISTINCT" not in query and "registry_name" in query and 'JOIN "registry_name"' not in query


def ask(admin: Curator, **given: Any) -> Any:
    response = admin.get("/admin/autocomplete/", {"app_label": "registry", **given})
    assert response.status_code == 200
    return response.json()


def test_choices_say_what_tells_namesakes_apart(admin: Curator) -> None:
    here, there = records.country(name="Kazakhstan"), records.country(name="Uzbekistan")
    records.deposit(name="Akbulak", country=here)
    records.deposit(name="Akbulak", country=there, record_status="draft", occurrence_type="prospect")
    found = ask(admin, model_name="deposit", field_name="parent", term="Акбулак")
    assert [r["text"] for r in found["results"]] == [
        "Akbulak · Uzbekistan · Prospect · draft",
        "Akbulak · Kazakhstan · Deposit",
    ]


def test_choices_come_in_pages_without_being_counted(admin: Curator) -> None:
    for number in range(25):
        records.organization(name=f"Company {number}", cited=False, record_status="draft")
    with CaptureQueriesContext(connection) as asked:
        first = ask(admin, model_name="organizationparent", field_name="parent", term="company")
    assert len(first["results"]) == 20 and first["pagination"]["more"] and not any("COUNT(" in q["sql"] for q in asked)
    second = ask(admin, model_name="organizationparent", field_name="parent", term="company", page="2")
    assert len(second["results"]) == 5 and not second["pagination"]["more"]
    assert ask(admin, model_name="organizationparent", field_name="parent", term="company", page="9" * 30)["results"]


def test_records_of_several_kinds_are_found_at_once(admin: Curator) -> None:
    records.deposit(name="Kutessay")
    records.license_(name="Kutessay licence")
    records.organization(name="Somebody else")
    response = admin.get(
        "/admin/find/", {"app_label": "registry", "model_name": "findingsubject", "field_name": "country", "term": "Кутессай"}
    )
    groups = {group["text"]: [r["text"] for r in group["children"]] for group in response.json()["results"]}
    assert groups == {"Deposits": ["Kutessay · Deposit"], "Licenses": ["Kutessay licence"]}


def test_the_same_choices_are_not_asked_for_twice(admin: Curator) -> None:
    """A page of many rows labels what they point at without a query for each: see test_pages; here, the labels are right."""
    deposit: Any = kinds.deposit(rows=2)
    html = admin.get(kinds.address(deposit)).content.decode()
    for row in deposit.citations.select_related("source"):
        assert f'<option value="{row.source_id}" selected>{row.source}' in html
