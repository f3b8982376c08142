"""The feed tells what readers see change, once per transaction and record, and nothing else."""

from typing import Any

import pytest
from django.db import connection, transaction

from registry.models import Citation, Deposit, DepositCommodity, ExternalId, License, LicenseEvent, Name
from tests import records
from tests.changes.mirror import Mirror, assert_equals_the_lists, from_here, get
from tests.changes.own_database import db, own_database  # noqa: F401

pytestmark = pytest.mark.usefixtures("db")
MARK = "Xyzzy unpublished"


def published(**given: Any) -> Deposit:
    with transaction.atomic():
        return records.deposit(**given)


def test_a_life_of_a_record() -> None:
    other = published()
    mirror = Mirror()
    with transaction.atomic():
        draft = records.deposit(record_status="draft", name=MARK)
    Deposit.objects.filter(pk=draft.pk).update(host_rock=MARK)
    Deposit.objects.filter(pk=draft.pk).update(record_status="in_review")
    source = draft.citations.get().source.slug
    assert mirror.changes() == [("create", source, [])]
    mine = Deposit.objects.filter(pk=draft.pk)
    mine.update(record_status="published", name="New Hill", host_rock=None)
    assert mirror.changes() == [("create", draft.slug, [])]
    mine.update(host_rock="granite", discovery_year=1950)
    assert mirror.changes() == [("update", draft.slug, ["discovery_year", "host_rock"])]
    mine.update(record_status="withdrawn")
    (change,) = mirror.follow()
    assert (change["operation"], change["record"], change["merged_into"]) == ("withdraw", None, None)
    mine.update(host_rock=MARK)
    assert mirror.changes() == []
    mine.update(record_status="published", host_rock="basalt")
    assert mirror.changes() == [("publish", draft.slug, [])]
    mine.update(record_status="merged", merged_into=other.pk)
    (change,) = mirror.follow()
    assert (change["operation"], change["record"], change["merged_into"]) == ("merge", None, other.slug)
    assert draft.slug not in {slug for _, slug in mirror.records}
    assert MARK not in str(mirror.seen)


def test_a_change_carries_the_record_as_the_list_shows_it() -> None:
    mirror = Mirror()
    deposit = published(at=(68.0, 53.0), name="New Hill")
    change = next(c for c in mirror.follow() if c["kind"] == "deposit")
    assert list(change) == [
        *("at", "operation", "kind", "resource", "slug", "uid", "version", "fields", "record", "merged_into")
    ]
    assert change["record"] == get("/api/v1/deposits/?limit=1&order=-id")["results"][0]
    assert (change["resource"], change["uid"], change["version"]) == ("deposits", str(deposit.uid), deposit.version)


def test_rows_of_a_record_are_changes_of_the_record_under_the_name_of_their_list() -> None:
    deposit, commodity, source = published(), records.commodity(), records.source()
    licence = records_license()
    mirror = Mirror()
    Name.objects.create(deposit=deposit, text="Новый Холм")
    assert mirror.changes() == [("update", deposit.slug, ["names"])]
    citation = Citation.objects.create(deposit=deposit, source=source)
    assert mirror.changes() == [("update", deposit.slug, ["citations", "independent_sources"])], "and what rests on them"
    ExternalId.objects.create(citation=citation, scheme="test", value="1")
    assert mirror.changes() == [("update", deposit.slug, ["citations"])], "rows within rows too"
    Citation.objects.filter(pk=citation.pk).update(locator="p. 2")
    assert mirror.changes() == [("update", deposit.slug, ["citations"])]
    link = DepositCommodity.objects.create(deposit=deposit, commodity=commodity)
    assert mirror.changes() == [("update", deposit.slug, ["commodities"])]
    link.delete()
    assert mirror.changes() == [("update", deposit.slug, ["commodities"])]
    event = LicenseEvent.objects.create(license=licence, kind="grant", date="2020")
    assert mirror.changes() == [("update", licence.slug, ["events"])]
    Citation.objects.create(license_event=event, source=source)
    assert mirror.changes() == [("update", licence.slug, ["events"])]
    with transaction.atomic():
        Citation.objects.filter(pk=citation.pk).delete()
        Name.objects.filter(deposit=deposit, kind="alternate").delete()
        Deposit.objects.filter(pk=deposit.pk).update(name="Newer Hill")
    assert mirror.changes() == [("update", deposit.slug, ["citations", "independent_sources", "name", "names"])], (
        "one transaction is one change"
    )


def records_license() -> License:
    with transaction.atomic():
        return records.license_()


def test_one_transaction_is_one_change_of_a_record_whatever_its_steps() -> None:
    deposit, other = published(), published()
    mirror = Mirror()
    with transaction.atomic():
        deposit = records.deposit()
        Name.objects.create(deposit=deposit, text="Another")
        Deposit.objects.filter(pk=deposit.pk).update(host_rock="granite")
    changes = [c for c in mirror.changes() if c[1] == deposit.slug]
    assert changes == [("create", deposit.slug, [])]
    mine = Deposit.objects.filter(pk=deposit.pk)
    with transaction.atomic():
        never = records.deposit()
        Deposit.objects.filter(pk=never.pk).update(record_status="withdrawn")
        mine.update(record_status="withdrawn")
        mine.update(record_status="published")
        Deposit.objects.filter(pk=other.pk).update(host_rock="gneiss")
        Deposit.objects.filter(pk=other.pk).update(record_status="withdrawn")
    told = [change for change in mirror.changes() if change[1] != never.citations.get().source.slug]
    assert sorted(told) == [("publish", deposit.slug, []), ("withdraw", other.slug, [])]
    assert never.slug not in str(mirror.seen), "never public: withdrawn in the transaction that made it"


def test_what_is_shown_of_another_record_is_a_change_too_and_no_new_version() -> None:
    country = records.country(name="Old")
    deposit = published(country=country)
    mirror = Mirror()
    type(country).objects.filter(pk=country.pk).update(name="New")
    told = {c["slug"]: c for c in mirror.follow()}
    assert told[country.slug]["fields"] == ["name"]
    assert told[deposit.slug]["fields"] == ["country"]
    assert told[deposit.slug]["record"]["country"]["name"] == "New"
    assert told[deposit.slug]["version"] == deposit.version


def test_an_estimate_comes_and_goes_with_its_deposit() -> None:
    deposit = published()
    with transaction.atomic():
        estimate = records.estimate(deposit=deposit)
    mirror = Mirror()
    for status, operation in (("withdrawn", "withdraw"), ("published", "publish")):
        Deposit.objects.filter(pk=deposit.pk).update(record_status=status)
        assert {c[:2] for c in mirror.changes()} == {(operation, deposit.slug), (operation, estimate.slug)}
    mirror.fill()
    assert_equals_the_lists(mirror)


def test_unpublished_rows_are_not_named() -> None:
    deposit = published()
    hidden = records.source(record_status="draft", title=MARK)
    mirror = Mirror()
    citation = Citation.objects.create(deposit=deposit, source=hidden, quote=MARK)
    Citation.objects.filter(pk=citation.pk).update(quote=f"{MARK}!")
    with transaction.atomic():
        records.estimate(deposit=deposit, record_status="draft", measure=MARK)
    Citation.objects.filter(pk=citation.pk).delete()
    told = [c for c in mirror.follow() if c["kind"] == "deposit"]
    assert {tuple(c["fields"]) for c in told} == {()}, "the version has moved, as the list shows, and nothing else is told"
    assert MARK not in str(mirror.seen)


def test_a_cursor_kept_for_long_never_shows_what_has_been_withdrawn_since() -> None:
    mirror = Mirror()
    deposit = published(name=MARK)
    Deposit.objects.filter(pk=deposit.pk).update(record_status="withdrawn")
    changes = [c for c in mirror.follow() if c["kind"] == "deposit"]
    assert [(c["operation"], c["record"]) for c in changes] == [("create", None), ("withdraw", None)]
    assert MARK not in str(changes)


def test_an_owner_who_deletes_what_was_public_is_told_of() -> None:
    deposit = published()
    mirror = Mirror()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('registry.owner_deletes', 'on', true)")
        deposit.delete()
    (change,) = mirror.follow()
    assert (change["operation"], change["slug"], change["record"]) == ("delete", deposit.slug, None)


def test_kinds_are_chosen() -> None:
    begin = from_here(kind="License,country")
    published()
    licence = records_license()
    page = get(begin)
    assert [c["slug"] for c in page["changes"]] == [licence.slug]
    assert get(page["next"])["changes"] == []


def test_the_log_read_from_its_beginning_holds_everything() -> None:
    published(at=(60.0, 40.0))
    records_license()
    mirror = Mirror(start="", limit=3)
    mirror.follow()
    assert_equals_the_lists(mirror)
