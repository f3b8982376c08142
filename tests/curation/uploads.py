"""Files uploaded in the admin by tests, with the steps that follow."""

import time
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from imports.tasks.storage import store
from registry.models import ImportTask, ImportUpload
from registry.vocabularies import TaskKind
from tests.curation.conftest import Curator
from tests.curation.test_pages import stays_here
from tests.mappings import placed

LOAD = "/admin/registry/importrun/load/"
SURVEY = "id,name,country,longitude,latitude\n1,Akbulak,KZ,68.1,44.2\n2,Kundybai,KZ,60.8,52.0\n3,,KZ,500,52\n"
MAPPING = placed("longitude", "latitude")


def file(content: str | bytes = SURVEY, name: str = "survey.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def uploaded(client: Curator, here: Any, content: str | bytes = SURVEY, **given: Any) -> tuple[ImportUpload, str]:
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


def running(kind: TaskKind, client: Curator, **given: Any) -> ImportTask:
    given.setdefault(
        "upload", store(ImportUpload(user=client.user, file_name="s.csv", kind="generic", mapping=MAPPING), [b"a"])
    )
    return ImportTask.objects.create(kind=kind, user=client.user, seen_at=timezone.now(), step="reading", **given)
