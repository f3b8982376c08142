"""A public record has a citation that readers can see: whichever of record, citation and source changes."""

import importlib
import logging
import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction

from imports.errors import ImportRefused
from registry.curation import CurationError, record_publish, record_withdraw
from registry.kinds import MUST_BE_CITED
from registry.merging.flow import record_merge
from registry.models import Citation, Deposit, Source
from tests import records
from tests.connections import other_connection
from tests.constraints.refusals import refused
from tests.imports.given import load, row

pytestmark = pytest.mark.django_db


def cites(record: Any, source: Source, column: str = "deposit") -> Citation:
    return Citation.objects.create(source=source, fields=records.everything(type(record)), **{column: record})


def status(record: Any, status: str, **given: Any) -> None:
    type(record)._base_manager.filter(pk=record.pk).update(record_status=status, **given)


@pytest.fixture
def head() -> Any:
    return get_user_model()._default_manager.create_superuser("head", password="x")


@pytest.mark.parametrize("kind", sorted(MUST_BE_CITED))
def test_a_citation_that_readers_do_not_see_is_none(kind: str, commit: Any) -> None:
    other, record = records.MAKERS[kind](), records.MAKERS[kind](cited=False)
    draft, seen = records.source(record_status="draft"), records.source()
    cites(record, draft, kind)
    with refused("_cited_visibly"), transaction.atomic():
        commit()
    citation = cites(record, seen, kind)
    commit()
    for change in ({"source": draft}, {kind: other}):
        with refused("last_citation"), transaction.atomic():
            Citation.objects.filter(pk=citation.pk).update(**{**change, "locator": "elsewhere"})
            commit()
    with refused("last_citation"), transaction.atomic():
        citation.delete()
        commit()
    with refused("last_source"), transaction.atomic():
        status(seen, "withdrawn")
        commit()
    status(draft, "published")
    status(seen, "withdrawn")
    commit()


def test_a_finding_needs_a_source_that_readers_see(commit: Any) -> None:
    draft = records.source(record_status="draft")
    with refused("source_seen"), transaction.atomic():
        records.finding(source=draft)
        commit()
    finding = records.finding()
    commit()
    with refused("source_seen"), transaction.atomic():
        type(finding).objects.filter(pk=finding.pk).update(source=draft)
        commit()
    with refused("last_source"), transaction.atomic():
        status(finding.source, "withdrawn")
        commit()
    records.finding(source=draft, record_status="draft")
    commit()


def test_who_would_lose_the_last_source_is_named_and_counted(commit: Any, head: Any) -> None:
    source = records.source(title="The report")
    for number in range(8):
        cites(records.deposit(cited=False, slug=f"only-here-{number}"), source)
    cites(records.deposit(), source)
    commit()
    with pytest.raises(CurationError) as caught:
        record_withdraw(record=source, user=head, reason="retracted")
    said = str(caught.value)
    assert "of 8 published record(s)" in said and said.count("only-here-") == 5 and "withdraw these" in said
    Deposit.objects.filter(slug__startswith="only-here").update(record_status="withdrawn")
    record_withdraw(record=source, user=head, reason="retracted")


def test_publishing_names_the_sources_to_publish_first(commit: Any, head: Any) -> None:
    draft = records.source(record_status="draft", title="The draft report")
    deposit = records.deposit(cited=False, record_status="draft")
    cites(deposit, draft)
    finding = records.finding(source=draft, record_status="draft")
    for record in (deposit, finding):
        with pytest.raises(CurationError, match=r"Publish a source of it first: “The draft report” \(draft\)"):
            record_publish(record=record, user=head)
    record_publish(record=draft, user=head)
    for record in (deposit, finding):
        record_publish(record=record, user=head)


def test_a_source_is_merged_with_its_citations(commit: Any, head: Any) -> None:
    deposit, finding = records.deposit(), records.finding()
    into = records.source()
    commit()
    for source in (deposit.citations.get().source, finding.source):
        record_merge(record=source, into=into, user=head, reason="the same report")
    commit()
    assert deposit.citations.get().source_id == into.pk
    with refused("last_source"), transaction.atomic():
        status(into, "merged", merged_into=records.source())
        commit()


def test_an_import_publishes_its_draft_source_and_follows_a_merged_one(tmp_path: Path, commit: Any, head: Any) -> None:
    load(tmp_path, row("1"), publish=False)
    load(tmp_path, row("1"), row("2"))
    commit()
    source = Source.objects.get(slug="survey-list")
    assert source.record_status == "published"
    into = records.source()
    record_merge(record=source, into=into, user=head, reason="the same list")
    load(tmp_path, row("1"), row("2"), row("3"))
    commit()
    assert into.citations.filter(deposit__record_status="published").count() == 2
    Deposit.objects.update(record_status="withdrawn")
    status(into, "withdrawn")
    with pytest.raises(ImportRefused, match="was withdrawn, so the loaded records would have no public source"):
        load(tmp_path, row("4"))


@pytest.mark.django_db(transaction=True)
def test_a_source_withdrawn_meanwhile_does_not_count() -> None:
    with transaction.atomic():
        source = records.source()
        deposit = records.deposit(cited=False, record_status="draft")
        cites(deposit, source)
    failed: list[Exception] = []

    another = other_connection()  # Made here: a thread would leave a connection of Django's behind.

    def publish() -> None:
        try:
            with another:
                another.execute("UPDATE registry_deposit SET record_status = 'published' WHERE id = %s", [deposit.pk])
        except psycopg.Error as error:
            failed.append(error)

    publisher = threading.Thread(target=publish)
    with transaction.atomic():
        status(source, "withdrawn")
        publisher.start()
        publisher.join(0.5)
        assert publisher.is_alive(), "it waits for what becomes of the source"
    publisher.join(10)
    assert len(failed) == 1 and "cites no published source" in str(failed[0])
    status(source, "published")
    with other_connection() as other:
        other.execute("UPDATE registry_deposit SET record_status = 'published' WHERE id = %s", [deposit.pk])
        other.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
            with pytest.raises(Exception, match="lock timeout"), transaction.atomic():
                status(source, "withdrawn")
            cursor.execute("RESET lock_timeout")
    with pytest.raises(IntegrityError, match="would see no source"):
        status(source, "withdrawn")


def test_the_migration_names_what_was_published_before(commit: Any, caplog: Any) -> None:
    migration = importlib.import_module("registry.migrations.0014_seen_sources")
    # Another test may have set up logging again, which switches loggers off.
    logging.getLogger("registry.migrations").disabled = False
    caplog.set_level(logging.WARNING, "registry.migrations")
    with connection.schema_editor() as editor:
        migration.report(apps, editor)
        assert not caplog.records
        draft = records.source(record_status="draft")
        deposit, finding = records.deposit(cited=False), records.finding(source=draft)
        migration.report(apps, editor)
        for record in (deposit, finding):
            status(record, "draft")
    assert [r.getMessage().rpartition(": ")[2] for r in caplog.records] == [deposit.slug, finding.slug]
