"""What is refused when a file is uploaded, in words, without keeping anything."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client

from imports import limits
from imports.tasks.storage import harmless_name, path_of
from registry.models import ImportRun, ImportTask, ImportUpload
from tests.curation.conftest import Curator, signed_in
from tests.curation.test_pages import stays_here
from tests.curation.uploads import LOAD, MAPPING, file, press, uploaded
from tests.imports.given import row, stage

pytestmark = pytest.mark.django_db


def test_nobody_else_comes_in(tmp_path: Path) -> None:
    run = stage(tmp_path, row("1"))
    nobody = signed_in("nobody")
    for client, status in ((nobody, 403), (Client(), 302)):
        for address in (LOAD, f"{LOAD}1/", "/admin/registry/importrun/task/1/", "/admin/registry/importrun/task/1/state.json"):
            assert client.get(address).status_code == status, address
        assert client.post(LOAD, {"file": file(), "kind": "generic", "publish": "1"}).status_code == 403
        for decision in ("confirm", "discard", "undo"):
            assert client.post(f"/admin/registry/importrun/{run.pk}/{decision}/").status_code == status
    assert not ImportUpload.objects.exists()
    assert nobody.get("/admin/").content.decode().count(LOAD) == 0


def test_the_file_of_a_stranger_never_reaches_the_disk(admin: Curator, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    begin = TemporaryFileUploadHandler.new_file
    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", lambda *a, **k: (made.append(a), begin(*a, **k))[1])
    # The form is read for its token before anybody is turned away, as it is when served.
    for user, files in ((None, 0), (signed_in("nobody").user, 0), (admin.user, 1)):
        client = Client(enforce_csrf_checks=True)
        client.cookies["csrftoken"] = "a" * 32
        if user:
            client.force_login(user)
        assert client.post(LOAD, {"file": file(), "kind": "generic"}).status_code == 403
        assert len(made) == files, user


def test_forms_of_other_pages_are_refused(admin: Curator, tmp_path: Path) -> None:
    run = stage(tmp_path, row("1"))
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(admin.user)
    for address in (LOAD, *(f"/admin/registry/importrun/{run.pk}/{d}/" for d in ("confirm", "discard", "undo"))):
        assert stranger.post(address, {"file": file(), "kind": "generic", "_reason": "x"}).status_code == 403
    assert not ImportUpload.objects.exists() and not ImportTask.objects.exists()


@pytest.mark.parametrize("where", ["tempfile.tempdir", "django.conf.settings.IMPORT_FOLDER"])
def test_a_full_disk_is_said_to_be_full(where: str, admin: Curator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    monkeypatch.setattr(where, str(tmp_path))
    try:
        response = admin.post(LOAD, {"file": file(b"id,name\n" + b"1,a\n" * 100_000), "kind": "generic", "publish": "1"})
        assert response.status_code == 200
        assert "could not be stored: No space left on device. Free some space" in response.content.decode()
        assert list(tmp_path.iterdir()) == [] and not ImportUpload.objects.exists()
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)


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
        ({"encoding": "utf-8; drop"}, "An encoding consists of letters"),
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
    _, html = uploaded(admin, here, mapping_file=file(MAPPING, "m.yaml"), **how)
    assert 'role="alert"' in html or "layer" in how


@pytest.mark.parametrize("mapping", ["[", "target: 7", "a: &a [*a]", "x" * 300_000, "{" * 500, "record:\n  name: {column: 1}"])
def test_a_wrong_mapping_is_said_and_stays_to_be_corrected(mapping: str, admin: Curator, here: Any) -> None:
    upload, _ = uploaded(admin, here)
    html = press(admin, here, upload, mapping=mapping)
    assert 'role="alert"' in html or "errorlist" in html
    assert not ImportRun.objects.exclude(state="failed").exists()


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
    assert response.status_code == 200 and "could not be stored" in response.content.decode()
    assert not ImportUpload.objects.exists()
