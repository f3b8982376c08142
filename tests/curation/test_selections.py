"""Lists that serve curators: filters by change, chosen columns, saved lists."""

from typing import Any

import pghistory
import pytest
from django.utils.html import escape

from registry.matching.newest import compare_newest
from registry.models import Comparison, Deposit, ImportRun, SavedList
from registry.models.imports import ImportOutcome, ImportRow
from tests import records
from tests.curation.conftest import Curator, signed_in
from tests.curation.forms import messages
from tests.curation.proposals import page_of, propose

pytestmark = pytest.mark.django_db
DEPOSITS = "/admin/registry/deposit/"


def listed(client: Curator, **asked: Any) -> list[str]:
    response = client.get(DEPOSITS, asked)
    assert response.status_code == 200, (asked, response.get("Location"))
    return sorted(record.slug for record in response.context_data["cl"].result_list)


def test_lists_are_filtered_by_change_import_and_duplicates(admin: Curator, editor: Curator, hill: Any) -> None:
    other: Any = records.deposit(name="Far Hill", slug="far-hill", at=(20.0, 10.0), record_status="draft", cited=False)
    proposal = propose(editor, hill, age="Triassic")
    assert listed(admin, by=editor.user.pk) == [], "what is proposed is no change"
    version = Deposit.objects.get(pk=hill.pk).version
    admin.post(page_of(proposal), {"_publish": "1", "_item": ["field.age"], "_version": str(version)})
    assert listed(admin, by=editor.user.pk) == listed(admin, by=admin.user.pk) == [hill.slug]
    with pghistory.context(user=editor.user.pk):
        Deposit.objects.filter(pk=other.pk).update(age="Jurassic")
    assert listed(admin, by=editor.user.pk) == sorted([other.slug, hill.slug])
    assert listed(admin, changed="1", record_status__exact="draft") == [other.slug]
    run = ImportRun.objects.create(kind="mapped", target="deposit", state="loaded", file_name="sites.csv", file_bytes=1)
    row = ImportRow.objects.create(run=run, line=1, raw={}, mapped={})
    ImportOutcome.objects.create(run=run, row=row, outcome="new", record_id=hill.pk, version=1)
    assert listed(admin, **{"import": run.pk}) == [hill.slug]
    assert listed(admin, duplicate="new") == [], "a list of nothing"
    twin: Any = records.deposit(name="Old Hill", slug="old-hill-2", at=(76.0, 42.0))
    assert listed(admin, duplicate="new") == sorted([hill.slug, twin.slug])
    # The service compares once a minute where something was written; a list reads what was found.
    assert compare_newest() > 0 and compare_newest() == 0
    records.deposit(name="Old Hill", slug="old-hill-3", at=(76.0, 42.0))
    assert listed(admin, duplicate="new") == sorted([hill.slug, twin.slug])
    Comparison.objects.update(writes=-1)
    assert compare_newest() > 0 and len(listed(admin, duplicate="new")) == 3
    response = admin.get(DEPOSITS, {"by": "999999"})
    assert "“999999” is not a value of the filter “changed by”" in " ".join(messages(admin.get(response["Location"])))


def test_columns_are_chosen_and_lists_are_kept_and_shared(editor: Curator, hill: Any) -> None:
    page = editor.get(DEPOSITS, {"columns": ["country", "age", "state"], "q": "hill"}).content.decode()
    assert "Devonian" in page and "column-age" in page and "column-citations" not in page
    assert "Devonian" in editor.get(DEPOSITS, {"columns": "age,slug"}).content.decode()
    response = editor.get(DEPOSITS, {"columns": "age,document"})
    assert response.status_code == 302 and response["Location"] == DEPOSITS
    assert "no column “document”" in " ".join(messages(editor.get(DEPOSITS)))
    query, name = "columns=age&q=hill", "<b>Hills</b>"
    for shared in ({}, {"_shared": "on"}):
        response = editor.post(f"{DEPOSITS}lists/", {"_name": name, "_query": f"{query}&p=2", **shared})
        assert response["Location"] == f"{DEPOSITS}?{query}"
        other = signed_in(f"olga{len(shared)}", "Editors")
        assert (escape(name) in other.get(DEPOSITS).content.decode()) is bool(shared)
    assert name not in editor.get(DEPOSITS).content.decode() and SavedList.objects.count() == 1, "a name is kept once"
    key = SavedList.objects.get().pk
    other.post(f"{DEPOSITS}lists/", {"_remove": key})
    assert SavedList.objects.count() == 1, "nobody removes another's"
    editor.post(f"{DEPOSITS}lists/", {"_remove": key})
    assert not SavedList.objects.exists()
    editor.post(f"{DEPOSITS}lists/", {"_name": "\x00", "_query": query})
    for long in ("q=" + "я" * 1000, "q=" + "x" * 3000):
        assert editor.post(f"{DEPOSITS}lists/", {"_name": "long", "_query": long}).status_code == 302
    assert not SavedList.objects.exists() and editor.get(f"{DEPOSITS}lists/").status_code == 405
    assert signed_in("nobody").post(f"{DEPOSITS}lists/", {"_name": "x"}).status_code == 403


def test_an_export_of_an_address_that_the_list_does_not_know_leads_to_the_list(admin: Curator, hill: Any) -> None:
    export = f"{DEPOSITS}export/"
    for query in ("by=x", "age__regex=(", "updated_at__gte=x", "columns=x", "duplicate=new", "id=99999999999999999999"):
        response = admin.get(f"{export}?_format=csv&{query}")
        assert response.status_code == 302 and response["Location"].startswith(f"{DEPOSITS}?"), query
    assert "nothing to export" in " ".join(messages(admin.get(DEPOSITS)))
    response = admin.get(f"{export}?_format=csv&p=999")
    assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbfslug,"), "the page of the list does not matter"  # type: ignore[attr-defined]
