"""Every page of the admin renders, asks a bounded number of queries however many rows there are, and stays on this host."""

import re
from typing import Any

import pghistory
import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import Uncovered
from tests.curation import kinds
from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db
KINDS = sorted(kinds.MAKERS)

#: The most queries that a page may ask; each is a budget to be argued about, not a measurement.
LIST, ADD, CHANGE, HISTORY = 13, 9, 41, 31


def queries(client: Curator, address: str) -> tuple[int, str]:
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return len(asked), response.content.decode()


def stays_here(html: str) -> None:
    """Nothing is loaded from elsewhere, and nothing inline would be stopped by the Content-Security-Policy."""
    loaded = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=\"([^\"]*)\"", html)
    assert loaded and all(url.startswith("/") and not url.startswith("//") for url in loaded), loaded
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", html, re.S):
        assert "src=" in attributes or "application/json" in attributes, body[:80]
    assert "<style" not in html and not re.search(r"<[^>]+\s(?:style|on\w+)=", html)


def test_every_table_that_people_write_has_a_page_or_stands_on_one() -> None:
    from curation.roles import curated_models

    site = django_admin.site
    shown = set(site._registry)
    for page in site._registry.values():
        shown |= {inline.model for inline in page.inlines}
    assert [model.__name__ for model in curated_models() if model not in shown] == []
    others = {"importrun", "importproblem", "proposal", "report", "reviewrule"}
    assert {model._meta.model_name for model in site._registry if model._meta.app_label == "registry"} == set(KINDS) | others


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in kinds.PARTS])
def test_the_page_for_a_new_record(kind: str, admin: Curator) -> None:
    kinds.MAKERS[kind]()
    asked, html = queries(admin, f"/admin/registry/{kind}/add/")
    assert asked <= ADD
    stays_here(html)


@pytest.mark.parametrize("kind", KINDS)
def test_list_page_and_history_ask_as_much_for_many_rows_as_for_few(kind: str, admin: Curator) -> None:
    address = f"/admin/registry/{kind}/"
    few = kinds.MAKERS[kind](rows=1)
    listed, _ = queries(admin, address)
    many = kinds.MAKERS[kind](rows=5)
    for _ in range(3):
        kinds.MAKERS[kind]()
    asked, html = queries(admin, address)
    assert asked <= listed and asked <= LIST
    stays_here(html)
    assert queries(admin, address + "?q=Кутессай")[0] <= LIST + 1
    queries(admin, kinds.address(few))  # What is asked once per process is asked here.
    for page, most in (("change", CHANGE), ("history", HISTORY)):
        for_few, _ = queries(admin, kinds.address(few, page))
        asked, html = queries(admin, kinds.address(many, page))
        assert asked <= for_few and asked <= most, (page, asked)
        stays_here(html)
        boxes = re.findall(r'<(?:select|input|textarea)\b[^>]*\bname="\w+-\d+-(?!id")[^>]*>', html)
        assert [box for box in boxes if "aria-label=" not in box and 'type="hidden"' not in box] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_saved_untouched_changes_nothing(kind: str, admin: Curator) -> None:
    record: Any = kinds.MAKERS[kind](rows=2)
    events = type(record).history.rel.related_model.objects
    before, version = events.count(), _version(record)
    response = admin.send(kinds.address(record))
    assert response.status_code == 302, list(_errors(response))
    assert events.count() == before
    assert _version(record) == version


def _version(record: Any) -> Any:
    return type(record).objects.filter(pk=record.pk).values_list("version").get() if hasattr(record, "version") else None


def _errors(response: Any) -> list[str]:
    from tests.curation.forms import read_form

    return read_form(response.content.decode()).errors


@pytest.mark.parametrize("page", ["auth/user/", "auth/group/", "auth/user/add/", "auth/group/add/", "password_change/", ""])
def test_the_pages_of_people_and_the_front(page: str, admin: Curator) -> None:
    kinds.deposit()
    asked, html = queries(admin, f"/admin/{page}")
    assert asked <= 30
    stays_here(html)


def test_the_front_page_shows_work_to_do_and_asks_as_much_for_many_as_for_few(admin: Curator) -> None:
    from tests import records

    def draft(**given: Any) -> None:
        with pghistory.context(user=admin.user.pk):
            records.deposit(record_status="draft", cited=False, **given)

    Uncovered.objects.create(kind="deposit", record=records.deposit().pk, entries=["name"])
    draft(name="Brand new")
    records.finding(record_status="in_review", text="To be looked at")
    admin.get("/admin/")  # The first page of a session notes when it began.
    few, html = queries(admin, "/admin/")
    assert "Brand new" in html and "To be looked at" in html
    for _ in range(15):
        draft()
        records.finding(record_status="in_review")
    many, _ = queries(admin, "/admin/")
    assert many == few
    for name in set(re.findall(r'href="(/admin/registry/\w+/\?[^"]+)"', html)):
        assert admin.get(name.replace("&amp;", "&")).status_code == 200, f"{name} is led elsewhere: no list knows it"


def test_an_anonymous_visitor_sees_nothing(client: Any) -> None:
    record = kinds.deposit()
    for page in (
        "",
        "registry/deposit/",
        f"registry/deposit/{record.pk}/change/",
        "find/",
        "slug/",
        "read-place/",
        "autocomplete/",
    ):
        response = client.get(f"/admin/{page}")
        assert response.status_code == 302 and "/login/" in response["Location"], page
    stays_here(client.get("/admin/login/").content.decode())
