"""Files loaded in the admin: brought, seen, checked, loaded, taken back; by those who may, in words for the rest."""

import os
import signal
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from registry.admin.pages.front import recent
from registry.imports import limits
from registry.imports.tasks import starting, working
from registry.imports.tasks.storing import harmless_name, path_of, store
from registry.models import Deposit, ImportRow, ImportRun, ImportTask, ImportUpload
from registry.vocabularies import TaskKind, TaskState
from tests import records
from tests.admin.conftest import Curator, signed_in
from tests.admin.test_pages import stays_here
from tests.imports.given import at, load, row, stage

pytestmark = pytest.mark.django_db
LOAD = "/admin/registry/importrun/load/"
SURVEY = "id,name,country,longitude,latitude\n1,Akbulak,KZ,68.1,44.2\n2,Kundybai,KZ,60.8,52.0\n3,,KZ,500,52\n"
MAPPING = """
target: "deposit"
source: {slug: "a-survey", title: "A survey"}
record:
  external_id: {scheme: "a_survey", column: "id"}
  name: "name"
  country: "country"
  location: {longitude: "longitude", latitude: "latitude"}
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any) -> None:
    settings.IMPORT_FOLDER = tmp_path / "brought"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Any:
    """Do tasks in this process, on the test's own transaction, when they are started."""

    class Quiet(working.Telling):
        def __enter__(self) -> "Quiet":
            return self

        def __exit__(self, *failed: object) -> None:
            return None

    monkeypatch.setattr(working, "Telling", Quiet)
    monkeypatch.setattr(starting, "_spawn", lambda task: working.work(task.pk))
    return lambda: django_capture_on_commit_callbacks(execute=True)


def file(content: str | bytes = SURVEY, name: str = "survey.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def brought(client: Curator, here: Any, content: str | bytes = SURVEY, **given: Any) -> tuple[ImportUpload, str]:
    """Bring a file, have it looked at, and give its row and its page."""
    name = given.pop("name", "survey.csv")
    with here():
        response = client.post(LOAD, {"file": file(content, name), "kind": "generic", "publish": "1", **given})
    assert response.status_code == 302, response.content.decode()[-3000:]
    upload = ImportUpload.objects.latest("id")
    page = client.get(response["Location"], follow=True)
    assert page.status_code == 200
    html = page.content.decode()
    stays_here(html)
    return upload, html


def press(client: Curator, here: Any, upload: ImportUpload, button: str = "_check", **changes: Any) -> str:
    """Press a button of a file's page, and give the page to which it leads in the end."""
    with here():
        response = client.send(f"{LOAD}{upload.pk}/", changes, button=button)
    html = (
        client.get(response["Location"], follow=True).content.decode()
        if response.status_code == 302
        else response.content.decode()
    )
    stays_here(html)
    return html


def settled(client: Curator, response: Any, within_s: float = 60) -> str:
    """Wait for the process of a task as the page's script does, and give where it leads."""
    assert response.status_code == 302, response.content.decode()[-2000:]
    address = response["Location"]
    assert "/task/" in address, address
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        now = client.get(f"{address}state.json").json()
        if now["ended"]:
            return str(now["goes"])
        assert now["step"] and (now["share"] is None or 0 <= now["share"] <= 100)
        time.sleep(0.2)
    raise AssertionError("the task has not ended")


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
    assert "Take this import back" in html and "by head on" in html
    deposit = Deposit.objects.get(name="Akbulak")
    deposit.locality = "by the river"
    deposit.save()
    undone = settled(client, client.post(f"/admin/registry/importrun/{run.pk}/undo/", {"_reason": "a trial"}))
    html = client.get(undone).content.decode()
    assert "1 withdrawn, 0 deleted, 0 brought back, 1 left alone" in html
    assert f"<code>{deposit.slug}</code> changed since" in html
    assert [row["name"] for row in api.json("/api/v1/deposits/")["results"]] == ["Akbulak"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_is_noticed_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("head", superuser=True)
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def popen(*args: Any, **given: Any) -> Any:
        started.append(real(*args, **given))
        return started[-1]

    monkeypatch.setattr(starting.subprocess, "Popen", popen)
    upload = store(ImportUpload(user=client.user, file_name="survey.csv", kind="generic", mapping=MAPPING), [SURVEY.encode()])
    task = starting.task_start(kind=TaskKind.CHECK, user=client.user, upload=upload)
    os.kill(started[0].pid, signal.SIGKILL)
    started[0].wait()
    until = time.monotonic() + 20
    while task.state == TaskState.RUNNING and time.monotonic() < until:
        time.sleep(0.1)
        task.refresh_from_db()
    assert task.state == TaskState.FAILED and "was ended (status -9)" in task.message and "Nothing was written" in task.message
    assert not ImportRow.objects.exists() and not Deposit.objects.exists()


def test_the_page_is_reached_from_the_front_and_from_the_list(editor: Curator, db: None) -> None:
    for page in ("/admin/", "/admin/registry/importrun/"):
        assert f'href="{LOAD}"' in editor.get(page).content.decode()
    html = editor.get(LOAD).content.decode()
    stays_here(html)
    assert all(kind in html for kind in ("usgs-ree", "mrds", "wa-tenements", "natural-earth"))


def test_a_mapping_is_guessed_shown_and_mended(admin: Curator, here: Any) -> None:
    records.country(slug="KZ", name="Kazakhstan")
    upload, html = brought(admin, here)
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


def test_a_mapping_can_be_brought_with_the_file(admin: Curator, here: Any) -> None:
    upload, html = brought(admin, here, mapping_file=file(MAPPING, "m.yaml"))
    assert upload.mapping == MAPPING and "A survey" in html
    for wrong, said in (
        (b"\xff\xfe", "text in UTF-8"),
        (b"x" * (limits.MAPPING_BYTES + 1), "at most 256 kB"),
        (b"a\x00", "null"),
    ):
        response = admin.post(LOAD, {"file": file(), "kind": "generic", "publish": "1", "mapping_file": file(wrong, "m.yaml")})
        assert response.status_code == 200 and said in response.content.decode()
    response = admin.post(LOAD, {"file": file(), "kind": "mrds", "publish": "1", "mapping_file": file(MAPPING, "m.yaml")})
    assert "has its own mapping" in response.content.decode()


def test_a_check_is_shown_confirmed_and_undone(reviewer: Curator, here: Any) -> None:
    records.country(slug="KZ", name="Kazakhstan")
    upload, _ = brought(reviewer, here)
    html = press(reviewer, here, upload, mapping=MAPPING)
    run = ImportRun.objects.get()
    assert "Confirm: load 2 new, 0 changed" in html and "<svg" in html and "What to look at" in html
    assert "refused" in html and f"/admin/registry/importrun/{run.pk}/report/" in html
    assert reviewer.get(f"/admin/registry/importrun/{run.pk}/confirm/").status_code == 405
    with here():
        reviewer.post(f"/admin/registry/importrun/{run.pk}/confirm/")
    assert Deposit.published.count() == 2 if hasattr(Deposit, "published") else Deposit.objects.count() == 2
    again = reviewer.post(f"/admin/registry/importrun/{run.pk}/confirm/", follow=True).content.decode()
    assert "only one that was checked can be loaded" in again
    nameless = reviewer.post(f"/admin/registry/importrun/{run.pk}/undo/", {"_reason": " "}, follow=True).content.decode()
    assert "Say why it is taken back" in nameless
    with here():
        reviewer.post(f"/admin/registry/importrun/{run.pk}/undo/", {"_reason": "the wrong edition"})
    run.refresh_from_db()
    assert run.state == "undone" and run.undone_by == reviewer.user
    assert [entry.change_message for entry in recent()] == ["Taking back: the wrong edition", "Loading"]
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"withdrawn"}


def test_drafts_stay_drafts(reviewer: Curator, here: Any) -> None:
    upload, _ = brought(reviewer, here, publish="0")
    html = press(reviewer, here, upload, mapping=MAPPING, publish="0")
    assert "as drafts" in html
    with here():
        reviewer.post(f"/admin/registry/importrun/{ImportRun.objects.get().pk}/confirm/")
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"draft"}


def test_a_check_that_is_discarded_leaves_nothing(editor: Curator, here: Any) -> None:
    upload, _ = brought(editor, here)
    press(editor, here, upload, mapping=MAPPING)
    run = ImportRun.objects.get()
    with here():
        response = editor.post(f"/admin/registry/importrun/{run.pk}/discard/")
    assert editor.get(response["Location"])["Location"] == "/admin/registry/importrun/"
    assert not ImportRun.objects.exists() and not ImportRow.objects.exists() and not path_of(upload).exists()


def test_what_is_loaded_cannot_be_discarded(reviewer: Curator, tmp_path: Path) -> None:
    run = load(tmp_path, row("1"))
    html = reviewer.post(f"/admin/registry/importrun/{run.pk}/discard/", follow=True).content.decode()
    assert "only one that was not loaded can be discarded" in html and ImportRun.objects.filter(pk=run.pk).exists()


def test_editors_check_and_reviewers_load(editor: Curator, reviewer: Curator, here: Any) -> None:
    upload, _ = brought(editor, here)
    html = press(editor, here, upload, mapping=MAPPING)
    run = ImportRun.objects.get()
    assert "A reviewer loads it" in html and "/confirm/" not in html and "/discard/" in html
    for decision in ("confirm", "undo"):
        assert editor.post(f"/admin/registry/importrun/{run.pk}/{decision}/", {"_reason": "x"}).status_code == 403
    other = signed_in("olga", "Editors")
    assert other.get(f"{LOAD}{upload.pk}/").status_code == 403, "a file is seen by who brought it, and by reviewers"
    assert other.post(f"/admin/registry/importrun/{run.pk}/discard/").status_code == 403
    assert other.get(f"/admin/registry/importrun/task/{upload.tasks.first().pk}/").status_code == 403
    assert reviewer.get(f"{LOAD}{upload.pk}/").status_code == 200
    assert "/confirm/" in reviewer.get(f"/admin/registry/importrun/{run.pk}/change/").content.decode()


def test_nobody_else_comes_in_and_their_files_are_not_even_kept(tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    run = stage(tmp_path, row("1"))
    nobody = signed_in("nobody")
    for client, status in ((nobody, 403), (Client(), 302)):
        for address in (LOAD, f"{LOAD}1/", "/admin/registry/importrun/task/1/", "/admin/registry/importrun/task/1/state.json"):
            assert client.get(address).status_code == status, address
        before = set(tmp_path.iterdir())
        assert client.post(LOAD, {"file": file(), "kind": "generic", "publish": "1"}).status_code == status
        assert set(tmp_path.iterdir()) == before
        for decision in ("confirm", "discard", "undo"):
            assert client.post(f"/admin/registry/importrun/{run.pk}/{decision}/").status_code == status
    assert not ImportUpload.objects.exists()
    assert nobody.get("/admin/").content.decode().count(LOAD) == 0


def test_forms_of_other_pages_are_refused(admin: Curator, tmp_path: Path) -> None:
    run = stage(tmp_path, row("1"))
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(admin.user)
    for address in (LOAD, *(f"/admin/registry/importrun/{run.pk}/{d}/" for d in ("confirm", "discard", "undo"))):
        assert stranger.post(address, {"file": file(), "kind": "generic", "_reason": "x"}).status_code == 403
    assert not ImportUpload.objects.exists() and not ImportTask.objects.exists()


HOSTILE: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.csv", b""),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)),
    "null bytes": ("a.csv", b"a,b\x00c\n1,2\n"),
    "half a zip": ("a.xlsx", b"PK\x03\x04" + bytes(60)),
    "deep JSON": ("a.geojson", b"[" * 200_000),
    "a program": ("a.csv", b"\x7fELF" + bytes(500)),
    "entities": ("a.xlsx", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    "markup": ("<script>alert(1)</script>.csv", b"<img src=x onerror=alert(1)>,b\n<script>alert(2)</script>,2\n"),
    "a path": ("../../../../etc/cron.d/x.csv", b"id,name\n1,x\n"),
    "a null in its name": ("a\x00.csv", b"id,name\n1,x\n"),
    "many columns": ("a.csv", b",".join(b"c%d" % n for n in range(5000)) + b"\n"),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
@pytest.mark.parametrize("kind", ["generic", "usgs-ree"])
def test_hostile_files_are_answered_in_words(what: str, kind: str, admin: Curator, here: Any) -> None:
    name, content = HOSTILE[what]
    with here():
        response = admin.post(LOAD, {"file": file(content, name), "kind": kind, "publish": "1"})
    if response.status_code == 302:
        html = admin.get(response["Location"], follow=True).content.decode()
        upload = ImportUpload.objects.get()
        assert "/" not in upload.file_name and "\x00" not in upload.file_name and "<" not in upload.file_name
        assert path_of(upload).stat().st_mode & 0o077 == 0 and path_of(upload).parent.stat().st_mode & 0o077 == 0
    else:
        html = response.content.decode()
    stays_here(html)
    assert "<script>alert" not in html and "<img src=x" not in html
    assert 'role="alert"' in html or "errorlist" in html or "first" in html


def test_a_file_that_is_too_large_is_told_and_not_kept(
    admin: Curator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(limits, "UPLOAD_BYTES", 200_000)
    for size in (300_000, 2_000_000):
        response = admin.post(LOAD, {"kind": "generic", "publish": "1", "file": file(b"x" * size)})
        assert response.status_code == 200 and "./run manage load" in response.content.decode()
    assert not ImportUpload.objects.exists() and not list(tmp_path.glob("*.upload*"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "nonsense"}, "nonsense"),
        ({"kind": ""}, "required"),
        ({"encoding": "utf-8; drop"}, "An encoding is letters"),
        ({"srid": "-4"}, "greater than or equal to 1"),
        ({"srid": "99999999999999999999"}, "less than or equal to"),
        ({"layer": "a\x00b"}, "Null characters"),
        ({"publish": "7"}, "7"),
        ({"file": ""}, "Choose a file"),
    ],
)
def test_fields_that_make_no_sense_are_named(given: dict[str, Any], said: str, admin: Curator) -> None:
    response = admin.post(LOAD, {"file": file(), "kind": "generic", "publish": "1", **given})
    assert response.status_code == 200 and said in response.content.decode()
    assert not ImportUpload.objects.exists()


@pytest.mark.parametrize("how", [{"encoding": "nonsense"}, {"srid": "999998"}, {"layer": "no such sheet"}])
def test_what_cannot_be_read_so_is_said_on_the_page_of_the_file(how: dict[str, str], admin: Curator, here: Any) -> None:
    _, html = brought(admin, here, mapping_file=file(MAPPING, "m.yaml"), **how)
    assert 'role="alert"' in html or "layer" in how


@pytest.mark.parametrize("mapping", ["[", "target: 7", "a: &a [*a]", "x" * 300_000, "{" * 500, "record:\n  name: {column: 1}"])
def test_a_wrong_mapping_is_said_and_stays_to_be_mended(mapping: str, admin: Curator, here: Any) -> None:
    upload, _ = brought(admin, here)
    html = press(admin, here, upload, mapping=mapping)
    assert 'role="alert"' in html or "errorlist" in html
    assert not ImportRun.objects.exclude(state="failed").exists()


def test_the_same_file_says_so(admin: Curator, here: Any) -> None:
    upload, _ = brought(admin, here)
    press(admin, here, upload, mapping=MAPPING)
    run = ImportRun.objects.get()
    _, html = brought(admin, here)
    assert (
        "This very file was checked, and waits to be loaded" in html and f"/admin/registry/importrun/{run.pk}/change/" in html
    )
    with here():
        admin.post(f"/admin/registry/importrun/{run.pk}/confirm/")
    _, html = brought(admin, here, name="renamed.csv")
    assert "This very file was loaded" in html


def running(kind: TaskKind, client: Curator, **given: Any) -> ImportTask:
    given.setdefault(
        "upload", store(ImportUpload(user=client.user, file_name="s.csv", kind="generic", mapping=MAPPING), [b"a"])
    )
    return ImportTask.objects.create(kind=kind, user=client.user, seen_at=timezone.now(), step="reading", **given)


def test_progress_is_told_in_each_state(admin: Curator) -> None:
    task = running(TaskKind.CHECK, admin, done=30, total=120)
    address = f"/admin/registry/importrun/task/{task.pk}/"
    html = admin.get(address).content.decode()
    stays_here(html)
    assert (
        'value="25"' in html
        and "Reading" in html
        and f'data-progress="{address}state.json"' in html
        and "http-equiv" not in html
    )
    now = admin.get(f"{address}state.json")
    assert (now.json()["ended"], now.json()["share"], now.json()["step"]) == (False, 25, "reading")
    assert "no-store" in now["Cache-Control"]
    ImportTask.objects.update(total=None)
    assert (
        admin.get(f"{address}state.json").json()["share"] is None
        and "value=" not in admin.get(address).content.decode().split("<progress")[1][:40]
    )
    ImportTask.objects.update(state=TaskState.DONE)
    assert admin.get(f"{address}state.json").json()["goes"] == f"{LOAD}{task.upload_id}/"
    assert admin.get(address)["Location"] == f"{LOAD}{task.upload_id}/"
    assert admin.get("/admin/registry/importrun/task/99999999/").status_code == 404
    assert admin.get(f"/admin/registry/importrun/task/{2**70}/").status_code == 404


def test_a_process_that_tells_nothing_any_more_is_taken_for_dead(admin: Curator) -> None:
    task = running(TaskKind.CHECK, admin)
    run = ImportRun.objects.create(
        kind="generic", target="deposit", file_name="s.csv", file_sha256=task.upload.file_sha256, file_bytes=1,
        actor=f"admin, task {task.pk}",
    )  # fmt: skip
    ImportTask.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert admin.get(f"/admin/registry/importrun/task/{task.pk}/state.json").json()["ended"]
    run.refresh_from_db()
    assert run.state == "failed" and "taken back as a whole" in run.message
    assert "taken back as a whole" in admin.get(f"{LOAD}{task.upload_id}/").content.decode()


def test_imports_go_one_at_a_time_and_looks_a_few(admin: Curator, tmp_path: Path) -> None:
    run = stage(tmp_path, row("1"))
    busy = running(TaskKind.CHECK, admin)
    html = admin.post(f"/admin/registry/importrun/{run.pk}/confirm/", follow=True).content.decode()
    assert "“s.csv” (started by head) is not done yet" in html
    busy.delete()
    for _ in range(starting.MOST_LOOKS):
        running(TaskKind.LOOK, admin)
    response = admin.post(LOAD, {"file": file(), "kind": "generic", "publish": "1"})
    assert response.status_code == 200 and "try again in a moment" in response.content.decode()


def test_files_that_nobody_comes_back_to_go(admin: Curator) -> None:
    old = running(TaskKind.LOOK, admin, state=TaskState.DONE).upload
    ImportUpload.objects.update(created_at=timezone.now() - timedelta(days=2))
    new = running(TaskKind.LOOK, admin).upload
    assert not path_of(old).exists() and path_of(new).exists()
    assert list(ImportUpload.objects.all()) == [new]


def test_an_import_of_the_command_line_can_be_decided_here(reviewer: Curator, tmp_path: Path, here: Any) -> None:
    run = stage(tmp_path, row("1", **at(68, 44)), row("2"))
    page = f"/admin/registry/importrun/{run.pk}/change/"
    html = reviewer.get(page).content.decode()
    stays_here(html)
    assert "Confirm: load 2 new" in html
    with here():
        reviewer.post(f"/admin/registry/importrun/{run.pk}/confirm/")
    assert Deposit.objects.count() == 2 and "Loaded" in reviewer.get(page).content.decode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\survey.csv", "survey.csv"),
        ("<b>\u202e\x1b[31m.csv", "_b_31m.csv"),
        ("Кутессай II.xlsx", "Кутессай II.xlsx"),
        ("...", "file"),
        ("a" * 500 + ".geojson", "a" * 112 + ".geojson"),
    ],
)
def test_names_are_made_harmless(given: str, kept: str) -> None:
    assert harmless_name(given) == kept


def test_a_disk_that_is_full_is_said(admin: Curator, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "blocked").write_text("no folder")
    settings.IMPORT_FOLDER = tmp_path / "blocked"
    response = admin.post(LOAD, {"file": file(), "kind": "generic", "publish": "1"})
    assert response.status_code == 200 and "could not be kept" in response.content.decode()
    assert not ImportUpload.objects.exists()
