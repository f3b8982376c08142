"""The pages of imports in the admin, and the commands."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from registry.models import Deposit, ImportRun
from tests.imports.given import load, row
from tests.mappings import NAMED

pytestmark = pytest.mark.django_db


def signed_in(username: str = "head", **given: Any) -> Client:
    user = get_user_model()._default_manager.create_user(username=username, is_staff=True, **given)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def run(tmp_path: Path) -> ImportRun:
    return load(tmp_path, row("1"), row("2", "<b>Odd</b>", discovery_year=1200))


def test_a_run_can_be_opened_and_its_rows_filtered_and_taken_away(run: ImportRun) -> None:
    client = signed_in(is_superuser=True)
    listed = client.get("/admin/registry/importrun/").content.decode()
    assert "list.csv" in listed and "1 new" in listed
    opened = client.get(f"/admin/registry/importrun/{run.pk}/change/").content.decode()
    assert run.file_sha256 in opened and f"/admin/registry/importrun/{run.pk}/report/" in opened
    assert 'name="_save"' not in opened
    report = client.get(f"/admin/registry/importrun/{run.pk}/report/")
    assert "Loaded." in report.content.decode() and "<b>Odd" not in report.content.decode()
    assert report["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    problems = f"/admin/registry/importproblem/?run__id__exact={run.pk}"
    assert "between 1500 and 2200" in client.get(f"{problems}&rule=deposit_discovery_year").content.decode()
    assert "between 1500 and 2200" not in client.get(f"{problems}&weight=warning").content.decode()
    rows = client.get(f"/admin/registry/importrun/{run.pk}/rows.csv")
    assert b"".join(rows.streaming_content).count(b"\r\n") == 2  # type: ignore[attr-defined]
    assert client.get("/admin/registry/importrun/999/report/").status_code == 404
    assert client.get(f"/admin/registry/importrun/{2**70}/report/").status_code == 404


def test_nobody_sees_imports_without_the_right_to(run: ImportRun) -> None:
    for address in ("", f"{run.pk}/change/", f"{run.pk}/report/", f"{run.pk}/rows.csv"):
        assert Client().get(f"/admin/registry/importrun/{address}").status_code == 302
    client = signed_in()
    for address in ("", f"{run.pk}/change/", f"{run.pk}/report/", f"{run.pk}/rows.csv"):
        assert client.get(f"/admin/registry/importrun/{address}").status_code == 403, address
    assert signed_in_superuser_cannot_change(run)


def signed_in_superuser_cannot_change(run: ImportRun) -> bool:
    client = signed_in("superuser", is_superuser=True)
    added = client.get("/admin/registry/importrun/add/").status_code
    deleted = client.get(f"/admin/registry/importrun/{run.pk}/delete/").status_code
    return (added, deleted) == (403, 403)


def said(*command: str) -> str:
    output = StringIO()
    call_command(*command, stdout=output, stderr=StringIO())
    return output.getvalue()


def test_the_commands(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(NAMED, encoding="utf-8")
    file = tmp_path / "survey.csv"
    file.write_text("id,name\n1,Akbulak\n2,Kundybai\n", encoding="utf-8")
    how = ("load", "generic", "--file", str(file), "--mapping", str(tmp_path / "m.yaml"))
    dry = said(*how, "--dry-run", "--report", str(tmp_path / "out.html"))
    assert "2 would be added" in dry and "nothing was written" in dry and not Deposit.objects.exists()
    assert "Checked, not loaded." in (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "2 rows read; 2 were added, 0 changed" in said(*how, "--draft")
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"draft"}
    assert said(*how).startswith("2 rows read. Nothing to change")
    listed = said("imports")
    assert listed.count("survey.csv") == 3 and "2 new" in listed
    run = ImportRun.objects.filter(counts__new=2, state="loaded").get()
    assert "0 withdrawn, 2 deleted" in said("import_undo", str(run.pk), "--reason", "a trial")
    with pytest.raises(CommandError, match="undone"):
        said("import_undo", str(run.pk))
    with pytest.raises(CommandError, match="There is no import 99"):
        said("import_undo", "99999")


def test_a_file_that_cannot_be_read_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        said("load", "usgs-ree", "--file", str(tmp_path / "nothing.csv"))
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="Nothing was written"):
        said("load", "usgs-ree", "--file", str(tmp_path / "odd.csv"))
    with pytest.raises(CommandError, match="no kind"):
        said("load", "nonsense", "--file", str(tmp_path / "odd.csv"))
