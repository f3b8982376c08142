"""Entry without detours: estimates from the deposit's page, fitting categories, likely duplicates, what to do next."""

import json
import re

import pytest
from django.test import Client

from curation.checks import CHECKS
from curation.next_steps import STEPS
from registry.models import Deposit, ResourceEstimate
from registry.vocabularies import CATEGORIES
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db

ADD = "/admin/registry/resourceestimate/add/"


def test_an_estimate_with_its_grade_is_added_from_the_deposit_and_returns_there(admin: Curator) -> None:
    saved = admin.send("/admin/registry/deposit/add/", {"name": "Akbulak"}, button="_estimate")
    deposit = Deposit.objects.get()
    assert saved["Location"] == f"{ADD}?deposit={deposit.pk}&from=record"
    form = admin.open(saved["Location"])
    assert form.data["record"] == f"deposit:{deposit.pk}" and form.data["grades-TOTAL_FORMS"] == "1"
    analyte = records.commodity()
    figures = {
        "ore_tonnes": "5000000",
        "reporting_code": "GKZ",
        "category": "C1",
        "grades-0-analyte": analyte.pk,
        "grades-0-value": "1.2",
        "grades-0-unit": "pct",
    }
    back = admin.send(saved["Location"], figures, form)
    assert back["Location"] == f"/admin/registry/deposit/{deposit.pk}/change/#estimates-group"
    estimate = ResourceEstimate.objects.get()
    assert estimate.deposit == deposit and estimate.grades.get().value == 1.2
    page = admin.open(kinds.address(deposit)).html
    assert f'href="{ADD}?deposit={deposit.pk}&amp;from=record"' in page
    assert f'href="/admin/registry/resourceestimate/{estimate.pk}/change/?from=record">5,000,000 t ore' in page
    again = admin.send(f"/admin/registry/resourceestimate/{estimate.pk}/change/?from=record", {"zone": "North"})
    assert again["Location"].startswith(kinds.address(deposit))
    assert admin.send(kinds.address(estimate), {"zone": "South"})["Location"].startswith("/admin/registry/resourceestimate/")


def test_the_form_knows_which_categories_fit_each_code(admin: Curator) -> None:
    page = admin.open(ADD).html
    category = re.search(r'<select[^>]*id="id_category"[^>]*>', page)
    assert category and 'data-fits-by="reporting_code"' in category[0]
    fits = re.search(r'data-fits="([^"]*)"', category[0])
    assert fits and json.loads(fits[1].replace("&quot;", '"')) == {code: list(known) for code, known in CATEGORIES.items()}
    assert re.search(r'id="id_unfc_class"[^>]*|data-only-for="UNFC"', page) and 'data-only-for="GKZ"' in page


def test_likely_duplicates_are_named_while_a_name_is_typed(admin: Curator, editor: Curator) -> None:
    hill = records.deposit(name="Кутессай", at=(76.2, 42.7), record_status="draft")
    typed = {"model": "deposit", "name": "Kutessai", "location": "42.7, 76.2"}
    for curator in (admin, editor):
        (found,) = curator.post("/admin/similar/", typed).json()["records"]
        assert (found["address"], found["state"]) == (kinds.address(hill), "Draft") and found["verdict"] in (
            "likely",
            "certain",
        )
        assert any("Place: the same" in reason for reason in found["reasons"])
    for nothing in ({"name": "Ku"}, {"but": str(hill.pk)}, {"name": "Mountain Pass", "location": ""}):
        assert admin.post("/admin/similar/", {**typed, **nothing}).json()["records"] == []
    for refused in ({"model": "country"}, {"model": "user"}, {"model": ""}):
        assert admin.post("/admin/similar/", {**typed, **refused}).status_code == 403
    assert admin.get("/admin/similar/", typed).status_code == 405
    assert Client().post("/admin/similar/", typed).status_code == 403, "only for staff"
    form = admin.open("/admin/registry/deposit/add/").html
    assert 'data-similar-url="/admin/similar/"' in form and 'data-similar-model="deposit"' in form


def test_every_gap_has_a_next_step_that_leads_somewhere(admin: Curator) -> None:
    for model, checks in CHECKS.items():
        gaps = [check.name for check in checks if not check.is_warning]
        page = admin.open(f"/admin/registry/{model._meta.model_name}/add/").html if gaps else ""
        for name in (*gaps, *(["one_source"] if "no_citation" in gaps else [])):
            where = STEPS[name][1]
            ids = [form for one in where for form in (f'id="id_{one}"', f'id="{one}-group"')]
            assert not where or any(one in page for one in ids), (model, name)


def test_the_page_of_a_record_says_what_to_do_next(admin: Curator) -> None:
    deposit = records.deposit(name="Akbulak", record_status="draft")
    page = admin.open(kinds.address(deposit)).html
    for at, words in (
        ("id_location", "Enter the location as the source prints it"),
        ("names-group", "Add its name in the language"),
        ("id_deposit_type", "Choose the deposit type"),
    ):
        assert re.search(rf'<a href="#{at}" data-goes-to>{words}', page) and f'id="{at}"' in page
