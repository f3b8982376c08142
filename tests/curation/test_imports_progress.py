"""Processes of imports: how far they are, how one that dies is noticed, how many there are."""

import json
import os
import signal
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from curation.imports.progress import tell
from imports.tasks import launch
from imports.tasks.storage import path_of, store
from registry.models import Deposit, ImportRow, ImportRun, ImportTask, ImportUpload
from registry.vocabularies import TaskKind, TaskState
from tests.curation.conftest import Curator, signed_in
from tests.curation.test_pages import stays_here
from tests.curation.uploads import LOAD, MAPPING, SURVEY, file, press, running, uploaded
from tests.imports.given import row, stage

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_is_noticed_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in("head", superuser=True)
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def popen(*args: Any, **given: Any) -> Any:
        started.append(real(*args, **given))
        return started[-1]

    monkeypatch.setattr(launch.subprocess, "Popen", popen)
    upload = store(ImportUpload(user=client.user, file_name="survey.csv", kind="generic", mapping=MAPPING), [SURVEY.encode()])
    task = launch.task_start(kind=TaskKind.CHECK, user=client.user, upload=upload)
    os.kill(started[0].pid, signal.SIGKILL)
    started[0].wait()
    until = time.monotonic() + 20
    while task.state == TaskState.RUNNING and time.monotonic() < until:
        time.sleep(0.1)
        task.refresh_from_db()
    assert (
        task.state == TaskState.FAILED and "was killed (status -9)" in task.message and "rolled back completely" in task.message
    )
    assert not ImportRow.objects.exists() and not Deposit.objects.exists()


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


def test_who_asks_just_as_it_ends_is_led_to_what_it_made(admin: Curator, tmp_path: Path) -> None:
    asked = running(TaskKind.CHECK, admin)
    ImportTask.objects.update(state=TaskState.DONE, run=stage(tmp_path, row("1")))
    assert json.loads(tell(asked).content)["goes"] == f"/admin/registry/importrun/{ImportRun.objects.get().pk}/change/"


def test_a_process_that_tells_nothing_any_more_is_taken_for_dead(admin: Curator) -> None:
    task = running(TaskKind.CHECK, admin)
    run = ImportRun.objects.create(
        kind="generic", target="deposit", file_name="s.csv", file_sha256=task.upload.file_sha256, file_bytes=1,
        actor=f"admin, task {task.pk}",
    )  # fmt: skip
    ImportTask.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert admin.get(f"/admin/registry/importrun/task/{task.pk}/state.json").json()["ended"]
    run.refresh_from_db()
    assert run.state == "failed" and "rolled back completely" in run.message
    assert "rolled back completely" in admin.get(f"{LOAD}{task.upload_id}/").content.decode()


def test_one_import_is_written_at_a_time_and_a_few_are_read(admin: Curator, here: Any, tmp_path: Path) -> None:
    run = stage(tmp_path, row("1"))
    busy = running(TaskKind.LOAD, admin)
    upload, _ = uploaded(admin, here)
    assert "Confirm: load 2 new" in press(admin, here, upload, mapping=MAPPING), "a check waits for nobody who writes"
    html = admin.post(f"/admin/registry/importrun/{run.pk}/confirm/", follow=True).content.decode()
    assert "“s.csv” (started by head) is still running" in html
    busy.delete()
    for _ in range(launch.MOST_AT_ONCE[TaskKind.LOOK]):
        running(TaskKind.LOOK, admin)
    response = admin.post(LOAD, {"file": file(), "kind": "generic", "publish": "1"})
    assert response.status_code == 200 and "try again in a moment" in response.content.decode()


def test_files_that_nobody_comes_back_to_go(admin: Curator) -> None:
    old = running(TaskKind.LOOK, admin, state=TaskState.DONE).upload
    ImportUpload.objects.update(created_at=timezone.now() - timedelta(days=2))
    new = running(TaskKind.LOOK, admin).upload
    assert not path_of(old).exists() and path_of(new).exists()
    assert list(ImportUpload.objects.all()) == [new]
