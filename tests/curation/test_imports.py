"""Files loaded in the admin: uploaded, seen, checked, loaded, taken back; by those who may."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.admin import site
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.urls import reverse

from imports import limits
from imports.kinds import KINDS
from imports.tasks.storage import path_of
from registry.models import Citation, Deposit, ImportProblem, ImportRow, ImportRun, ImportUpload
from tests import records
from tests.curation.conftest import Curator, signed_in
from tests.curation.test_pages import stays_here
from tests.curation.uploads import LOAD, MAPPING, file, press, settled, uploaded
from tests.imports.given import at, load, row, stage

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_from_the_file_to_published_records_and_back(api: Any) -> None:
    """Every step in a process of its own, as it is served."""
    records.country(slug="KZ", name="Kazakhstan")
    client = signed_in("head", superuser=True)
    seen = settled(client, client.post(LOAD, {"file": file(), "kind": "generic", "publish": "1"}))
    upload = ImportUpload.objects.get()
    html = client.get(seen).content.decode()
    assert "Kundybai" in html and "external_id: {scheme" in upload.mapping and "[68.1, 44.2, 2," in html
    checked = settled(client, client.send(seen, {"mapping": MAPPING}, button="_check"))
    run = ImportRun.objects.get()
    assert checked == f"/admin/registry/importrun/{run.pk}/change/" and run.user == client.user
    html = client.get(checked).content.decode()
    assert "Confirm: load 2 new" in html and not Deposit.objects.exists()
    assert settled(client, client.post(f"/admin/registry/importrun/{run.pk}/confirm/")) == checked
    assert {row["name"] for row in api.json("/api/v1/deposits/")["results"]} == {"Akbulak", "Kundybai"}
    assert not path_of(upload).exists(), "a file that was loaded is not kept"
    html = client.get(checked).content.decode()
    assert "Undo this import" in html and "· head ·" in html
    deposit = Deposit.objects.get(name="Akbulak")
    with transaction.atomic():
        Citation.objects.create(deposit=deposit, source=records.source(), fields=["locality"])
        deposit.locality = "by the river"
        deposit.save()
    undone = settled(client, client.post(f"/admin/registry/importrun/{run.pk}/undo/", {"_reason": "a trial"}))
    html = client.get(undone).content.decode()
    assert "Withdrawn: 1; deleted: 0; restored: 0; not changed: 1" in html
    assert f"<code>{deposit.slug}</code> changed since" in html
    assert [row["name"] for row in api.json("/api/v1/deposits/")["results"]] == ["Akbulak"]


def test_the_page_is_reached_from_the_front_and_from_the_list(editor: Curator, db: None) -> None:
    for page in ("/admin/", "/admin/registry/importrun/"):
        assert f'href="{LOAD}"' in editor.get(page).content.decode()
    html = editor.get(LOAD).content.decode()
    stays_here(html)
    assert all(kind in html for kind in ("usgs-ree", "mrds", "wa-tenements", "natural-earth"))


def test_a_mapping_is_guessed_shown_and_corrected(admin: Curator, here: Any) -> None:
    records.country(slug="KZ", name="Kazakhstan")
    upload, html = uploaded(admin, here)
    assert "target: &quot;deposit&quot;" in html and "The first 3 rows, as they would be recorded" in html
    assert html.count('class="import-row') == 4 and "is-refused" in html, "the nameless row out of range is shown as refused"
    assert "<td>Kundybai</td>" in html and "52.00000, 60.80000 (latitude, longitude)" in html
    html = press(admin, here, upload, button="_look", mapping=MAPPING.replace('name: "name"', 'name: "nam"'))
    assert "nam" in html and "columns-missing" in html and 'role="alert"' in html and "The first 3 rows" not in html
    html = press(admin, here, upload, button="_look", mapping=MAPPING)
    assert "cited as “A survey”" in html and 'role="alert"' not in html
    upload.refresh_from_db()
    assert upload.mapping.strip() == MAPPING.strip()
    press(admin, here, upload, button="_look", mapping="")
    upload.refresh_from_db()
    assert "A first mapping, guessed" in upload.mapping


def test_a_file_of_a_known_kind_is_recognised_by_its_columns(admin: Curator, here: Any) -> None:
    columns = KINDS["usgs-mcs"].columns
    upload, html = uploaded(admin, here, f"{','.join(columns)},Notes\nBurma,12000,38000,NA,\n", name="table.csv")
    upload.refresh_from_db()
    assert (upload.kind, upload.mapping) == ("usgs-mcs", "")
    assert "is read as that" in html and "Mineral Commodity Summaries 2024" in html
    press(admin, here, upload, button="_look", kind="generic")
    upload.refresh_from_db()
    assert upload.kind == "generic" and "A first mapping, guessed" in upload.mapping, "whoever has looked decides"


def test_a_mapping_can_be_brought_with_the_file(admin: Curator, here: Any) -> None:
    upload, html = uploaded(admin, here, mapping_file=file(MAPPING, "m.yaml"))
    assert upload.mapping == MAPPING and "A survey" in html
    for wrong, said in (
        (b"\xff\xfe", "UTF-8 text"),
        (b"x" * (limits.MAPPING_BYTES + 1), "at most 256 kB"),
        (b"a\x00", "null"),
    ):
        response = admin.post(LOAD, {"file": file(), "kind": "generic", "publish": "1", "mapping_file": file(wrong, "m.yaml")})
        assert response.status_code == 200 and said in response.content.decode()
    response = admin.post(LOAD, {"file": file(), "kind": "mrds", "publish": "1", "mapping_file": file(MAPPING, "m.yaml")})
    assert "has its own mapping" in response.content.decode()


def test_a_check_is_shown_confirmed_and_undone(reviewer: Curator, here: Any) -> None:
    records.country(slug="KZ", name="Kazakhstan")
    upload, _ = uploaded(reviewer, here)
    html = press(reviewer, here, upload, mapping=MAPPING)
    run = ImportRun.objects.get()
    assert "Confirm: load 2 new, 0 changed" in html and "<svg" in html and "Rows to review" in html
    assert "refused" in html and f"/admin/registry/importrun/{run.pk}/report/" in html
    assert reviewer.get(f"/admin/registry/importrun/{run.pk}/confirm/").status_code == 405
    with here():
        reviewer.post(f"/admin/registry/importrun/{run.pk}/confirm/")
    assert Deposit.published.count() == 2 if hasattr(Deposit, "published") else Deposit.objects.count() == 2
    again = reviewer.post(f"/admin/registry/importrun/{run.pk}/confirm/", follow=True).content.decode()
    assert "only a checked import can be loaded" in again
    nameless = reviewer.post(f"/admin/registry/importrun/{run.pk}/undo/", {"_reason": " "}, follow=True).content.decode()
    assert "A reason for the undo is required" in nameless
    with here():
        reviewer.post(f"/admin/registry/importrun/{run.pk}/undo/", {"_reason": "the wrong edition"})
    run.refresh_from_db()
    assert run.state == "undone" and run.undone_by == reviewer.user
    assert [entry.change_message for entry in LogEntry.objects.order_by("-pk")] == ["Taking back: the wrong edition", "Loading"]
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"withdrawn"}


def test_drafts_stay_drafts(reviewer: Curator, here: Any) -> None:
    upload, _ = uploaded(reviewer, here, publish="0")
    html = press(reviewer, here, upload, mapping=MAPPING, publish="0")
    assert "as drafts" in html
    with here():
        reviewer.post(f"/admin/registry/importrun/{ImportRun.objects.get().pk}/confirm/")
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"draft"}


def test_a_check_that_is_discarded_leaves_nothing(editor: Curator, here: Any) -> None:
    upload, _ = uploaded(editor, here)
    press(editor, here, upload, mapping=MAPPING)
    run = ImportRun.objects.get()
    with here():
        response = editor.post(f"/admin/registry/importrun/{run.pk}/discard/")
    assert editor.get(response["Location"])["Location"] == "/admin/registry/importrun/"
    assert not ImportRun.objects.exists() and not ImportRow.objects.exists() and not path_of(upload).exists()


def test_what_is_loaded_cannot_be_discarded(reviewer: Curator, tmp_path: Path) -> None:
    run = load(tmp_path, row("1"))
    html = reviewer.post(f"/admin/registry/importrun/{run.pk}/discard/", follow=True).content.decode()
    assert "only an import that was not loaded can be discarded" in html and ImportRun.objects.filter(pk=run.pk).exists()


def test_editors_check_and_reviewers_load(editor: Curator, reviewer: Curator, here: Any) -> None:
    upload, _ = uploaded(editor, here)
    html = press(editor, here, upload, mapping=MAPPING)
    run = ImportRun.objects.get()
    assert "Only a reviewer can load it" in html and "/confirm/" not in html and "/discard/" in html
    for decision in ("confirm", "undo"):
        assert editor.post(f"/admin/registry/importrun/{run.pk}/{decision}/", {"_reason": "x"}).status_code == 403
    assert reviewer.get(f"{LOAD}{upload.pk}/").status_code == 200
    assert "/confirm/" in reviewer.get(f"/admin/registry/importrun/{run.pk}/change/").content.decode()


def test_an_import_is_seen_by_who_brought_it_and_by_reviewers(editor: Curator, reviewer: Curator, here: Any) -> None:
    """Every address of imports that the site has, for a key of each kind."""
    upload, _ = uploaded(editor, here)
    press(editor, here, upload, mapping=MAPPING)
    run, task = ImportRun.objects.get(), upload.tasks.latest("id")
    keys = {"look": upload.pk, "task": task.pk, "state": task.pk}
    pages = {
        pattern.name: reverse(f"admin:{pattern.name}", args=[keys.get(pattern.name.rpartition("_")[2], run.pk)])
        for pattern in site.get_model_admin(ImportRun).get_urls()
        if pattern.name and "<" in str(pattern.pattern)
    }
    problem = ImportProblem.objects.earliest("id")
    pages["problem"] = reverse("admin:registry_importproblem_change", args=[problem.pk])
    assert len(pages) >= 12
    other = signed_in("olga", "Editors")
    for name, page in pages.items():
        for response in (other.get(page), other.post(page, {"_reason": "mine", "_check": "1"})):
            away = response.get("Location") in ("/admin/", f"{page}/")  # A name that ends in .csv is tried with a slash.
            assert response.status_code in (403, 404, 405) or away, (name, response.status_code)
    lists = (
        "/admin/registry/importrun/",
        "/admin/registry/importproblem/",
        f"/admin/registry/importproblem/?run__id__exact={run.pk}",
    )
    for page in (*lists, "/admin/"):
        assert "survey.csv" not in other.get(page).content.decode() and "500" not in other.get(page).content.decode(), page
    for somebody in (editor, reviewer):
        assert all("survey.csv" in somebody.get(page).content.decode() for page in lists[:2])
        for name in ("registry_importrun_change", "registry_importrun_report", "registry_importrun_rows", "problem"):
            assert somebody.get(pages[name]).status_code == 200, name
    run.refresh_from_db()
    assert (run.state, run.tasks.count() + upload.tasks.count()) == ("checked", 3), "nobody else has started anything"
    with here():
        reviewer.post(pages["registry_importrun_confirm"])
    assert editor.get(reverse("admin:registry_importrun_task", args=[run.tasks.latest("id").pk])).status_code == 302
    assert "survey.csv" in reviewer.get("/admin/").content.decode() and "survey.csv" in editor.get("/admin/").content.decode()
    _, html = uploaded(other, here)
    assert f"This file was loaded: import {run.pk}," in html and "edda" not in html


def test_the_same_file_says_so(admin: Curator, here: Any) -> None:
    upload, _ = uploaded(admin, here)
    press(admin, here, upload, mapping=MAPPING)
    run = ImportRun.objects.get()
    _, html = uploaded(admin, here)
    assert "This file was checked and can be loaded" in html and f"/admin/registry/importrun/{run.pk}/change/" in html
    with here():
        admin.post(f"/admin/registry/importrun/{run.pk}/confirm/")
    _, html = uploaded(admin, here, name="renamed.csv")
    assert "This file was loaded" in html


def test_an_import_of_the_command_line_can_be_decided_here(reviewer: Curator, tmp_path: Path, here: Any) -> None:
    run = stage(tmp_path, row("1", **at(68, 44)), row("2"))
    page = f"/admin/registry/importrun/{run.pk}/change/"
    html = reviewer.get(page).content.decode()
    stays_here(html)
    assert "Confirm: load 2 new" in html
    with here():
        reviewer.post(f"/admin/registry/importrun/{run.pk}/confirm/")
    assert Deposit.objects.count() == 2 and "Loaded" in reviewer.get(page).content.decode()


def test_the_page_of_a_row_is_shown_in_the_admin(reviewer: Curator, tmp_path: Path) -> None:
    run = stage(tmp_path, row("1", "Akbulak", host_rock="syenite"), user=reviewer.user)
    (shown,) = run.shown
    page = reviewer.get(f"/admin/registry/importrun/{run.pk}/change/").content.decode()
    address = f"/admin/registry/importrun/{run.pk}/page/?row={shown['row']}"
    assert address in page and "As readers will see them" in page
    public = reviewer.get(address)
    text = public.content.decode()
    assert "<h1>Akbulak</h1>" in text and "syenite" in text and "readers do not see this yet" in text
    assert "no-store" in public["Cache-Control"] and not Deposit.objects.exists()
    assert reviewer.get(address.partition("?")[0]).status_code == 404
