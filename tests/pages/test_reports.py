"""“Report an error”: sent without an account, limited against floods, answered by a curator, seen by its sender."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pages.report import FROM_SENDER
from registry.models import Report
from registry.vocabularies import RecordStatus
from tests import records
from tests.explorer.conftest import Reader, words

TEXT = "The point lies in the sea; the paper gives 45 degrees north."


@pytest.fixture
def hill(db: None) -> Any:
    return records.deposit(name="Hill")


def send(reader: Client, hill: Any, **given: str) -> Any:
    return reader.post(f"/deposits/{hill.slug}/report/", {"text": TEXT, **given})


@pytest.mark.django_db
def test_a_reader_sends_a_report_and_sees_what_became_of_it(reader: Reader, hill: Any) -> None:
    assert f'href="/deposits/{hill.slug}/report/"' in reader.read(f"/deposits/{hill.slug}/")
    assert '<option value="locality" selected>' in reader.read(f"/deposits/{hill.slug}/report/?field=locality")
    answer = send(reader, hill, field="locality", evidence="https://example.org/paper", contact="me@example.org")
    assert answer.status_code == 302
    status = answer.headers["Location"]
    assert "Waiting for a curator" in reader.words(status)
    assert "Your report on Hill" in reader.read(status)
    assert "me@example.org" not in reader.read(status)
    curator = Client()
    curator.force_login(User.objects.create_superuser("curator"))
    report = Report.objects.get()
    assert "1 report" in words(curator.get("/admin/").content.decode())
    page = f"/admin/registry/report/{report.pk}/change/"
    assert TEXT in curator.get(page).content.decode()
    curator.post(page, {"state": "declined", "answer": "The paper says 45 degrees south."})
    read = reader.words(status)
    assert "Declined" in read
    assert "The paper says 45 degrees south." in read


@pytest.mark.django_db
def test_what_is_wrong_in_a_report_is_named_beside_it(reader: Reader, hill: Any) -> None:
    for given, said in (
        ({"text": "short"}, "at least 10 characters"),
        ({"evidence": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"field": "no_such_field"}, "Select a valid choice"),
        ({"contact": "nobody"}, "valid email"),
    ):
        answer = send(reader, hill, **given)
        assert answer.status_code == 400
        assert said in answer.content.decode()
    assert not Report.objects.exists()


@pytest.mark.django_db
def test_programs_and_floods_are_held_back(reader: Reader, hill: Any) -> None:
    form = reader.read(f"/deposits/{hill.slug}/report/")
    assert 'class="field trap"' in form
    refused = send(reader, hill, website="https://example.org")
    assert refused.status_code == 400
    # A browser may fill everything in for a person, who has to see what to empty.
    assert 'class="field trap"' not in refused.content.decode()
    assert "Empty the field and send again" in words(refused.content.decode())
    assert not Report.objects.exists()
    for _ in range(FROM_SENDER):
        assert send(reader, hill).status_code == 302
    late = send(reader, hill, evidence="https://example.org/paper")
    assert late.status_code == 429
    said = late.content.decode()
    assert "The report was not sent. You have sent several reports within the hour." in words(said)
    assert TEXT in said, "what was written can be sent later"
    assert 'value="https://example.org/paper"' in said
    assert Report.objects.count() == FROM_SENDER


@pytest.mark.django_db
def test_there_is_no_report_on_what_is_not_public(reader: Reader) -> None:
    hidden = records.deposit(name="Secret", record_status=RecordStatus.DRAFT)
    assert send(reader, hidden).status_code == 404
    assert reader.get(f"/deposits/{hidden.slug}/report/").status_code == 404
    assert reader.get("/reports/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert reader.delete(f"/deposits/{hidden.slug}/report/").status_code == 405


@pytest.mark.django_db
def test_an_auditor_without_permission_sees_no_reports(hill: Any) -> None:
    other = Client()
    other.force_login(User.objects.create_user("other", is_staff=True))
    assert "of readers" not in other.get("/admin/").content.decode()
    assert other.get("/admin/registry/report/").status_code == 403
