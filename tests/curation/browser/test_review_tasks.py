"""The tasks of a survey beyond entry, with their steps counted: correction, revert, merge, bulk edit, what ends."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.utils import timezone

from registry.models import Deposit, License, Report
from tests import records
from tests.curation.browser.curator import Curator, account, signed_in
from tests.curation.conftest import at_once

pytestmark = pytest.mark.browser
AXE = AXE_FILE_PATH.read_text()
At = Callable[..., Curator]
#: How many headers and, in little room, tables of rows do not show all that is in them.
CUT_OFF = """[...document.querySelectorAll(innerWidth < 400 ? '#header, .tabular' : '#header')]
    .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1).length"""


def page_of(record: Any, name: str = "change") -> str:
    return f"/admin/registry/{record._meta.model_name}/{record.pk}/{name}/"


def test_a_correction_goes_through_review_and_is_reverted(at: At) -> None:
    hill = at_once(records.deposit, slug="old-hill", name="Old Hill")
    editor = at(page_of(hill), "edda", "Editors")
    editor.write("#id_description", "A carbonatite, as the report of 1956 has it.")
    editor.write("#id_reason", "Table 3 of the report")
    editor.click("input[name=_save]")
    editor.page.locator(".messagelist").filter(has_text="waits for a reviewer").wait_for()
    assert editor.actions <= 3 and not Deposit.objects.get(pk=hill.pk).description, "readers see the record as it was"

    reviewer = at("/admin/", "rita", "Reviewers")
    reviewer.click(".work-review a:has-text('Old Hill')")
    reviewer.page.get_by_text("A carbonatite").wait_for()
    reviewer.click("button[name=_publish]")
    reviewer.page.locator(".messagelist .success").wait_for()
    assert reviewer.actions <= 2 and "carbonatite" in Deposit.objects.get(pk=hill.pk).description

    reviewer.go(page_of(hill, "history"))
    reviewer.click(".change-undo summary")
    reviewer.write(".change-undo[open] input[name=_reason]", "It was another hill")
    reviewer.click(".change-undo[open] button[name=_undo]")
    reviewer.page.get_by_role("heading", name="Changes", exact=True).wait_for()
    reviewer.click("button[name=_publish]")
    reviewer.page.locator(".messagelist .success").wait_for()
    assert reviewer.actions <= 4 and not Deposit.objects.get(pk=hill.pk).description


def test_two_records_are_merged_and_made_two_again(at: At) -> None:
    stays, gone = (at_once(records.deposit, slug=f"twin-{number}", name="Twin Peak") for number in (1, 2))
    reviewer = at(f"/admin/registry/deposit/{gone.pk}/merge/{stays.pk}/", "rita", "Reviewers")
    reviewer.write("#id_reason", "One pit, two lists")
    reviewer.click("input[name=_sure]")
    reviewer.click("button[name=_merge]")
    reviewer.page.locator(".messagelist .success").wait_for()
    assert reviewer.actions <= 3 and Deposit.objects.get(pk=gone.pk).record_status == "merged"

    reviewer.go(page_of(gone))
    reviewer.click("a[href$='/take-back/'], a[href*='take_back'], .merge-note a:last-of-type")
    reviewer.write("#id_reason", "Two pits after all")
    reviewer.click("button[name=_take_back]")
    reviewer.page.locator(".messagelist .success").wait_for()
    assert reviewer.actions <= 3 and Deposit.objects.get(pk=gone.pk).record_status == "published"


def test_a_field_of_many_records_is_edited_and_undone_as_one(at: At) -> None:
    rows = [at_once(records.deposit, slug=f"bulk-{n}", name=f"Bulkhill {n}", record_status="draft") for n in range(3)]
    curator = at("/admin/registry/deposit/?q=Bulkhill")
    curator.click("#action-toggle")
    curator.choose("select[name=action]", "edit_many")
    curator.click("button[name=index]")
    curator.choose("#bulk-field", "deposit_type")
    curator.click("button[name=_value]")
    curator.choose("#id_deposit_type", "carbonatite")
    curator.click("#bulk_form button.default")
    curator.page.get_by_role("heading", name="What would change").wait_for()
    curator.write("#bulk-reason", "All three are in one massif")
    curator.click("button[name=_apply]")
    curator.page.get_by_role("heading", name="Records", exact=True).wait_for()
    kinds = Deposit.objects.filter(pk__in=[row.pk for row in rows]).values_list("deposit_type", flat=True)
    assert curator.actions <= 9 and set(kinds) == {"carbonatite"}
    curator.actions = 0
    curator.write("#undo-reason", "Of another massif")
    curator.click("#undo_form button")
    curator.page.get_by_text("What was undone").wait_for()
    assert curator.actions <= 2 and set(kinds.all()) == {"unknown"}


def test_what_ends_in_ninety_days_is_exported(at: At) -> None:
    soon = (timezone.now() + timedelta(days=30)).date().isoformat()
    at_once(records.license_, number="ENDS-SOON-7", status="active", expires=soon)
    curator = at("/admin/")
    curator.click(".work-ending .work-more a")
    curator.page.wait_for_url(re.compile("ends=90"))
    curator.click(".list-tool summary:has-text('Export')")
    with curator.page.expect_download() as awaited:
        curator.click(".list-exports a:text-is('csv')")
    text = Path(awaited.value.path()).read_text()
    assert curator.actions <= 3 and "ENDS-SOON-7" in text and "record_status" in text
    assert License.objects.count() > text.count("\n"), "only what the list shows"


def reported(at: At, slug: str, text: str) -> str:
    """Report an error as a reader, who has no account; returns where its status is shown."""
    reader = at(f"/deposits/{slug}/")
    reader.click("a:has-text('Report an error')")
    reader.write("textarea[name=text]", text)
    reader.click(".report-form button[type=submit]")
    reader.page.wait_for_url("**/reports/*/")
    assert reader.actions <= 3
    return str(reader.page.url.removeprefix(reader.visit.site))


def test_reports_of_readers_are_decided_and_their_status_follows(at: At) -> None:
    hill = at_once(records.deposit, slug="wrong-hill", name="Wrong Hill")
    status = reported(at, hill.slug, "The description is missing; it is a carbonatite.")
    reviewer = at("/admin/", "rita", "Reviewers")
    reviewer.click(".work-review a:has-text('wrong-hill'), .work-review li:has-text('report of a reader') a")
    reviewer.click("a:has-text('Correct the record')")
    reviewer.write("#id_description", "A carbonatite.")
    reviewer.write("#id_reason", "As a reader reported")
    reviewer.click("input[name=_save]")
    reviewer.page.locator(".messagelist .success").wait_for()
    assert reviewer.actions <= 5 and Report.objects.get(slug=hill.slug).state == "done"
    reviewer.go(status)
    reviewer.page.get_by_text("The record was corrected").first.wait_for()

    status = reported(at, hill.slug, "It is not a hill, it is a valley.")
    reviewer.go("/admin/registry/report/")
    reviewer.click("#result_list .field-begin a")
    reviewer.choose("#id_state", "declined")
    reviewer.write("#id_answer", "Both sources say hill.")
    reviewer.click("input[name=_save]")
    reviewer.page.locator(".messagelist .success").wait_for()
    assert reviewer.actions <= 4
    reviewer.go(status)
    reviewer.page.get_by_text("Both sources say hill.").wait_for()


def test_everybody_can_use_the_pages_of_curators(chromium: Any, site: str, at: At) -> None:
    """Every second page is looked at in the dark; each of them is made narrow, not loaded again."""
    hill = at_once(records.deposit, slug="plain-hill", name="Plain Hill")
    head = account("head")
    source = hill.citations.first().source_id
    gap = at_once(records.gap)
    pages = ["/admin/registry/deposit/", "/admin/", page_of(hill), "/admin/registry/license/add/", page_of(gap)]
    pages += [f"/admin/registry/source/{source}/supports/", f"/admin/auth/user/{head.pk}/change/", "/admin/auth/group/"]
    found: list[Any] = []
    for scheme in ("light", "dark"):
        context = chromium.new_context(color_scheme=scheme, bypass_csp=True, storage_state=signed_in(head))
        page = context.new_page()
        for address in pages[scheme == "dark" :: 2]:
            page.goto(site + address)
            page.evaluate(AXE)
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 800})
                said = page.evaluate("axe.run({ resultTypes: ['violations'] })")
                found += [
                    (address, width, one["id"], [node["target"] for node in one["nodes"]][:3]) for one in said["violations"]
                ]
                assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (address, width)
                assert page.evaluate(CUT_OFF) == 0, (address, width)
        context.close()
    assert found == []
