"""The versions of a record by the protocol Memento: chosen by a time, listed, and kept by caches as what does not change."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from api.changes import log
from api.rest import memento
from registry.merging import record_merge
from registry.models import Deposit, Name
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.conformance.walks import RESOURCES, published
from tests.conftest import ApiClient
from tests.databases import clone, database


@pytest.fixture(scope="module")
def db(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Commit here, in a copy of the seed."""
    with django_db_blocker.unblock(), clone(seeded_database, f"{seeded_database}_memento") as name, database(name):
        log.era()
        yield


def links(header: str) -> dict[str, tuple[str, str]]:
    """Read links: by each relation the address and its datetime."""
    found = {}
    for address, relations, rest in re.findall(r'<([^>]*)>; rel="([^"]*)"([^<]*)', header):
        dated = re.search(r'datetime="([^"]*)"', rest)
        for relation in relations.split():
            found[relation] = (address.removeprefix("http://testserver"), dated[1] if dated else "")
    return found


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: one.name)
def test_each_kind_of_record_has_a_gate_a_list_and_versions(db: None, resource: Any) -> None:
    """From the record to its gate, from there to the version of a time, and to what the record shows now."""
    api, slug = ApiClient(), published(resource).order_by("id")[0].slug
    original = f"/api/v1/{resource.name}/{slug}/"
    shown = api.get(original)
    found = links(shown["Link"])
    assert "Accept-Datetime" not in shown.get("Vary", "")
    gate = api.get(found["timegate"][0], HTTP_ACCEPT_DATETIME=http_date(datetime.now(UTC)))
    assert gate.status_code == 302 and gate["Vary"].startswith("Accept-Datetime")
    assert {"original", "timemap", "first", "last", "memento"} <= links(gate["Link"]).keys()
    version = api.get(gate["Location"].removeprefix("http://testserver"))
    around = links(version["Link"])
    assert version.json() == shown.json()
    assert (around["original"][0], around["timegate"], around["timemap"]) == (original, found["timegate"], found["timemap"])
    assert around["last"][1] == version["Memento-Datetime"]
    listed = api.get(found["timemap"][0], HTTP_ACCEPT="application/json")
    assert listed["Content-Type"] == "application/link-format"
    assert links(listed.content.decode())["last"] == around["last"]
    document = api.json(found["timemap"][0].removesuffix("?format=link"))
    assert document["mementos"]["last"]["uri"].endswith(around["last"][0])
    assert document["mementos"]["last"]["version"] == shown.json()["version"]


def test_a_time_leads_to_what_was_shown_then(db: None) -> None:
    """Before the first version to the first; while withdrawn to nothing; once merged to the other; drafts are in none."""
    api, user = ApiClient(), get_user_model()._default_manager.create_user(username="m", password="x", is_superuser=True)
    with transaction.atomic():
        one = records.deposit(name="Secret name", record_status="draft", cited=True)
    with transaction.atomic():
        Deposit.objects.filter(pk=one.pk).update(name="First", record_status="published")
    shown = [api.json(f"/api/v1/deposits/{one.slug}/")]
    with transaction.atomic():
        Name.objects.create(deposit=one, text="Второе")
    shown.append(api.json(f"/api/v1/deposits/{one.slug}/"))
    with transaction.atomic():
        Deposit.objects.filter(pk=one.pk).update(record_status="withdrawn")
    base = f"/api/v1/deposits/{one.slug}"
    for hidden in ("timegate/", "timemap/", "mementos/2026-01-01T00:00:00Z/"):
        assert_problem(api.get(f"{base}/{hidden}"), 404)
    with transaction.atomic():
        Deposit.objects.filter(pk=one.pk).update(record_status="published")
    shown.append(api.json(f"/api/v1/deposits/{one.slug}/"))
    listed = api.json(f"{base}/timemap/?format=json")["mementos"]["list"]
    assert [row["version"] for row in listed] == [body["version"] for body in shown]
    answers = [api.get(row["uri"].removeprefix("http://testserver")) for row in listed]
    assert [answer.json() for answer in answers] == shown
    assert not any(b"Secret" in answer.content for answer in answers)
    assert [sorted({"prev", "next"} & links(answer["Link"]).keys()) for answer in answers] == [
        ["next"],
        ["next", "prev"],
        ["prev"],
    ]
    assert api.get(f"{base}/mementos/2026-01-01T00:00:00Z/")["Location"] == listed[0]["uri"]
    assert_problem(api.get(f"{base}/mementos/nonsense/"), 400, "began")
    assert_problem(api.get(f"{base}/timegate/", HTTP_ACCEPT_DATETIME="yesterday"), 400, "Accept-Datetime")
    assert_problem(api.get(f"{base}/timegate/?as_of=2026-01-01"), 400, "as_of")
    # Times of HTTP are whole seconds: so these states differ by whole hours.
    real = memento.versions_of

    def apart(*given: Any) -> Any:
        states = real(*given)
        return [row._replace(began=states[0].began + timedelta(hours=n)) for n, row in enumerate(states)]

    began = parsedate_to_datetime(answers[0]["Memento-Datetime"])
    with patch.object(memento, "versions_of", apart):
        led = {
            hours: api.get(f"{base}/timegate/", HTTP_ACCEPT_DATETIME=http_date(began + timedelta(hours=hours)))
            for hours in (-9, 0.5, 1, 2.5, 9)
        }
    assert {hours: response.status_code for hours, response in led.items()} == {-9: 302, 0.5: 302, 1: 302, 2.5: 404, 9: 302}
    where = {hours: response["Location"] for hours, response in led.items() if hours != 2.5}
    assert where[-9] == where[0.5] != where[1] != where[9] and "timemap" in links(led[2.5]["Link"])
    with transaction.atomic():
        other = records.deposit(name="Whole")
    record_merge(record=one, into=other, user=user, reason="one pit")
    gate = api.get(f"{base}/timegate/")
    assert gate.status_code == 302 and gate["Location"].endswith(f"/api/v1/deposits/{other.slug}/timegate/")
    assert api.get(listed[0]["uri"].removeprefix("http://testserver")).json()["name"] == "First"


def test_a_version_is_cached_as_what_does_not_change(db: None) -> None:
    """One that began just now may still get what an open transaction writes."""
    api, slug = ApiClient(), "kutessay-ii"
    last = api.json(f"/api/v1/deposits/{slug}/timemap/?format=json")["mementos"]["last"]["uri"].removeprefix(
        "http://testserver"
    )
    with patch.object(memento, "SETTLED", timedelta(0)):
        kept = api.get(last)
        assert kept["Cache-Control"] == memento.IMMUTABLE and "Accept-Datetime" not in kept.get("Vary", "")
        again = api.get(last, HTTP_IF_NONE_MATCH=kept["ETag"])
        assert (again.status_code, again["Cache-Control"]) == (304, memento.IMMUTABLE)
    assert "immutable" not in api.get(last)["Cache-Control"]
    assert api.get(f"{last}?format=geojson").json()["type"] == "Feature"
    assert "immutable" not in api.get(f"/api/v1/deposits/{slug}/timegate/")["Cache-Control"]
