"""What was answered at a time is answered of that time; what is withdrawn stays withdrawn, whatever is asked of the past."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from api.resources.resource import Resource, all_resources
from curation.history.events import row_models
from registry.models import Citation, Deposit, DepositCommodity, Disagreement, Finding, License, LicenseEvent, Source
from tests import records
from tests.changes.mirror import LIVE, get, listed
from tests.changes.own_database import db, own_database  # noqa: F401

pytestmark = pytest.mark.usefixtures("db")
MARK = "Xyzzy unpublished"
#: Derived from other records as they are now.
OF_NOW = {"deposits_inside", "supports", "contradicts", "mentions", "members"}

#: Columns that no other record shows, by kind.
EDITS: dict[str, dict[str, Callable[[random.Random], Any]]] = {
    "deposit": {
        "host_rock": lambda r: f"rock {r.random()}",
        "discovery_year": lambda r: r.randint(1600, 2000),
        "location": lambda r: records.Point(r.uniform(-170, 170), r.uniform(-80, 80), srid=4326),
    },
    "estimate": {"ore_tonnes": lambda r: r.uniform(1, 1e6), "stage": lambda r: r.choice(("resource", "reserve"))},
    "prospecting_object": {"result": lambda r: f"result {r.random()}"},
    "license": {
        "number": lambda r: f"number {r.random()}",
        "area": lambda r: records.square(r.uniform(-170, 170), r.uniform(-80, 80)),
        "expires": lambda r: f"{r.randint(2000, 2050)}",
    },
    "policy_framework": {"summary": lambda r: f"summary {r.random()}"},
    "country": {"boundary_date": lambda r: f"{r.randint(1990, 2020)}"},
    "region": {"m49": lambda r: f"{r.randint(100, 999)}"},
    "disputed_area": {"boundary_date": lambda r: f"{r.randint(1990, 2020)}"},
    "commodity": {"cgi_uri": lambda r: f"https://example.org/{r.random()}"},
    "ree_scheme": {"note": lambda r: f"note {r.random()}"},
    "organization": {"description": lambda r: f"description {r.random()}"},
    "source": {"note": lambda r: f"note {r.random()}"},
    "finding": {"note": lambda r: f"note {r.random()}"},
    "gap": {"looked_for": lambda r: f"looked for {r.random()}"},
    "disagreement": {"note": lambda r: f"note {r.random()}"},
}


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def stripped(value: Any) -> Any:
    return {name: one for name, one in value.items() if name not in OF_NOW}


def captured(as_of: str = "") -> dict[str, Any]:
    """Ask every list and every record."""
    found = {}
    for resource in all_resources():
        rows = listed(resource) if not as_of else get(f"/api/v1/{resource.name}/?limit=1000&as_of={as_of}")["results"]
        for row in rows:
            found[f"{resource.name}/{row['slug']}"] = stripped(row)
            where = f"/api/v1/{resource.name}/{row['slug']}/{as_of and f'?as_of={as_of}'}"
            found[f"{resource.name}/{row['slug']}/"] = stripped(get(where))
    return found


def attempt(step: Callable[[], Any]) -> None:
    try:
        with transaction.atomic():
            step()
            connection.check_constraints()
    except IntegrityError:
        pass


def edit(chance: random.Random) -> None:
    """Change columns of records, and rows of theirs, as the rules allow."""
    for resource in all_resources():
        keys = list(resource.model._default_manager.values_list("pk", flat=True))
        for key in chance.sample(keys, min(2, len(keys))):
            rows = resource.model._default_manager.filter(pk=key)
            for column, make in EDITS[resource.kind].items():
                attempt(lambda rows=rows, column=column, make=make: rows.update(**{column: make(chance)}))  # type: ignore[misc]
    for model in row_models():
        keys = list(model._default_manager.values_list("pk", flat=True))
        gone, edited = (chance.sample(keys, min(2, len(keys))) for _ in range(2))
        for key in gone:
            attempt(lambda model=model, key=key: model._default_manager.get(pk=key).delete())  # type: ignore[misc]
        texts = [
            f.name for f in model._meta.concrete_fields if type(f) in (models.TextField, models.CharField) and not f.choices
        ]
        for key in edited if texts else ():
            rows = model._default_manager.filter(pk=key)
            attempt(lambda rows=rows, name=texts[0]: rows.update(**{name: f"x{chance.random()}"[:10]}))  # type: ignore[misc]


def furnished() -> None:
    """Make records of every kind that are tied to each other."""
    made = {kind: [make() for _ in range(3)] for kind, make in records.MAKERS.items()}
    source, deposit, licence = made["source"][0], made["deposit"][0], made["license"][0]
    event = LicenseEvent.objects.create(license=licence, kind="grant", date="2020")
    Citation.objects.create(license_event=event, source=source)
    Deposit.objects.filter(pk=made["deposit"][1].pk).update(parent=deposit, country=made["country"][0])
    for number, commodity in enumerate(made["commodity"]):
        DepositCommodity.objects.create(deposit=deposit, commodity=commodity)
        License.objects.filter(pk=made["license"][number].pk).update(authority=made["organization"][number])
    for finding in made["finding"]:
        finding.subjects.create(deposit=deposit)
        finding.subjects.create(country=made["country"][1])
    licence.parties.create(organization=made["organization"][1], role="holder", share_pct=50)
    licence.sites.create(deposit=deposit)
    made["region"][0].memberships.create(country=made["country"][0])
    made["estimate"][0].grades.create(analyte=made["commodity"][0], value=2.0, unit="pct")
    made["policy_framework"][0].parties.create(country=made["country"][0])
    for kind in ("deposit", "license", "country"):
        made[kind][0].names.create(text="Another name", language="en")
        made[kind][0].external_ids.create(scheme="test", value=kind)


def test_what_was_answered_then_is_answered_of_then() -> None:
    chance = random.Random(7)
    with transaction.atomic():
        furnished()
    moments = []
    for _ in range(3):
        moments.append((now(), captured()))
        for _ in range(2):
            with transaction.atomic():
                edit(chance)
    moments.append((now(), captured()))
    assert len({str(answers) for _, answers in moments}) == 4, "something changes each time"
    for then, answers in moments:
        again = captured(then)
        assert set(again) == set(answers)
        for where, answer in answers.items():
            assert again[where] == answer, (where, then)


def statuses(resource: Resource, slug: str, then: str) -> tuple[int, bool]:
    from django.test import Client

    where = f"/api/v1/{resource.name}/"
    status = Client().get(f"{where}{slug}/?as_of={then}").status_code
    return status, slug in str(get(f"{where}?limit=1000&as_of={then}"))


@pytest.mark.parametrize("kind", list(records.MAKERS))
def test_only_what_was_public_then_and_is_public_now_is_shown(kind: str) -> None:
    resource = next(r for r in all_resources() if r.kind == kind)
    with transaction.atomic():
        record = records.MAKERS[kind](record_status="draft")
        other = records.MAKERS[kind]()
    rows = resource.model._default_manager.filter(pk=record.pk)
    drafted = now()
    rows.update(record_status="published")
    published = now()
    assert statuses(resource, record.slug, drafted) == (404, False)
    assert statuses(resource, record.slug, published) == (200, True)
    rows.update(record_status="withdrawn")
    assert statuses(resource, record.slug, published) == (404, False), "withdrawn now: not shown of then"
    rows.update(record_status="merged", merged_into=other.pk)
    assert statuses(resource, record.slug, published) == (200, True), "it is a part of what is public"
    type(other)._default_manager.filter(pk=other.pk).update(record_status="withdrawn")
    assert statuses(resource, record.slug, published) == (404, False)


def test_what_is_withdrawn_is_not_shown_by_what_named_it_then() -> None:
    with transaction.atomic():
        deposit, source = records.deposit(), records.source(title=MARK)
        Citation.objects.create(deposit=deposit, source=source, quote=MARK)
        estimate = records.estimate(deposit=deposit, measure=MARK)
        finding = records.finding(text=MARK)
        finding.subjects.create(deposit=deposit)
        question = records.disagreement({"deposit": deposit}, {"finding": finding}, title=MARK)
        part = records.deposit(parent=deposit, name=MARK)
    then = now()
    where = f"/api/v1/deposits/{deposit.slug}/?as_of={then}"
    assert str(get(where)).count(MARK) >= 6
    hidden: list[tuple[type[models.Model], Any]] = [
        *((Source, source), (Finding, finding), (Disagreement, question), (Deposit, part), (type(estimate), estimate))
    ]
    with transaction.atomic():
        for model, record in hidden:
            model._default_manager.filter(pk=record.pk).update(record_status="withdrawn")
    assert MARK not in str(get(where))
    assert LIVE
    assert MARK not in str(get(f"/api/v1/deposits/?limit=1000&as_of={then}"))
