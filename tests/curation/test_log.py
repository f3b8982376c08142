"""The log of all changes, and the search over all kinds."""

import csv
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import Permission
from django.utils.html import escape

from registry.models import Deposit, Name, Source
from tests import records
from tests.curation.conftest import Curator, signed_in

pytestmark = pytest.mark.django_db


def log(client: Curator, **asked: str) -> list[dict[str, str]]:
    response = client.get("/admin/log/", {**asked, "_format": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(text.splitlines()))


def test_the_log_shows_all_changes_with_filters_and_as_a_file(admin: Curator, editor: Curator, hill: Any) -> None:
    source: Any = records.source(title="<i>Atlas</i>")
    with pghistory.context(user=editor.user.pk, reason="=cmd: the atlas says so"):
        Deposit.objects.filter(pk=hill.pk).update(age="Permian", host_rock="basalt")
    with pghistory.context(user=admin.user.pk, reason="a better title"):
        Source.objects.filter(pk=source.pk).update(publisher="Survey")
    by_editor = log(admin, by=str(editor.user.pk))
    assert [(one["slug"], one["who"], one["done"]) for one in by_editor] == [(hill.slug, "edda", "update")]
    assert set(by_editor[0]["fields"].split("; ")) == {"age", "host rock"} and by_editor[0]["why"] == "'=cmd: the atlas says so"
    assert {one["kind"] for one in log(admin, kind="source")} == {"source"}
    assert [one["slug"] for one in log(admin, reason="better")] == [source.slug]
    assert log(admin, until="2001-01-01") == [] and len(log(admin, since="2001-01-01")) == len(log(admin))
    assert {one["done"] for one in log(admin, done="insert")} == {"insert"}
    page = admin.get("/admin/log/").content.decode()
    assert "host rock" in page and escape("<i>Atlas</i>") in page and "<i>Atlas" not in page
    wrong = admin.get(
        "/admin/log/", {"kind": "x", "by": "x", "since": "x", "until": "2020-99-99", "done": "x", "before": "1~2"}
    )
    assert wrong.status_code == 200 and "kind, by, done, since, until" in wrong.content.decode()
    assert signed_in("nobody").get("/admin/log/").status_code == 403, "it names the accounts"


def test_the_log_turns_its_pages_without_losing_or_repeating_a_change(admin: Curator, monkeypatch: Any) -> None:
    for _ in range(4):
        records.deposit(country=None)
    every = [(one["kind"], one["slug"], one["version"]) for one in log(admin)]
    monkeypatch.setattr("curation.history.log_page.PER_PAGE", 3)
    seen, address = [], "/admin/log/"
    while address:
        context: Any = admin.get(address).context_data
        seen += [(entry.kind.name, entry.slug, str(entry.version)) for entry, _ in context["changes"]]
        address = f"/admin/log/{context['older']}" if context["older"] else ""
    assert seen == every and len(seen) > 6


def test_one_search_finds_records_of_all_kinds_in_any_script(admin: Curator, hill: Any) -> None:
    named: Any = records.organization(name="Hill Mining")
    Name.objects.create(organization=named, text="Старый рудник", language="ru-Cyrl")
    page = admin.get("/admin/search/", {"q": "старый"}).content.decode()
    assert "Old Hill" in page and "Hill Mining" in page
    assert "Hill Mining" in admin.get("/admin/search/", {"q": "staryy rudnik"}).content.decode()
    assert str(named.uid) in admin.get("/admin/search/", {"q": str(named.uid)}).content.decode()
    assert "Nothing was found for “&lt;b&gt;”" in admin.get("/admin/search/", {"q": "<b>\x00"}).content.decode()
    clerk = signed_in("clerk")
    clerk.user.user_permissions.add(Permission.objects.get(codename="view_organization"))
    page = clerk.get("/admin/search/", {"q": "старый"}).content.decode()
    assert "Hill Mining" in page and "Old Hill" not in page
