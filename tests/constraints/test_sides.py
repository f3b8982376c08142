"""A disagreement has two sides that readers see; revisions of one series and copies of one original are one side."""

from typing import Any

import pytest
from django.db import connection, transaction

from registry.models import Disagreement, DisagreementMember, Finding, FindingLink
from tests import records
from tests.constraints.refusals import refused

pytestmark = pytest.mark.django_db


def sides(record: Disagreement) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_sides(%s)", [record.pk])
        return int(cursor.fetchone()[0])


def refused_as_one_side(one: Finding, other: Finding, commit: Any) -> None:
    with refused("_members", "two or more sides that readers see"), transaction.atomic():
        records.disagreement({"finding": one}, {"finding": other})
        commit()


def test_a_revision_is_no_other_side(commit: Any) -> None:
    first, second, third = (records.finding() for _ in range(3))
    for finding, earlier in ((second, first), (third, second)):
        FindingLink.objects.create(finding=finding, other=earlier, kind="updates")
    refused_as_one_side(first, third, commit)
    record = records.disagreement({"finding": first}, {"finding": third}, {"finding": records.finding()})
    commit()
    assert sides(record) == 2


def test_copies_of_one_original_are_one_side(commit: Any) -> None:
    original = records.source()
    one, other = (records.finding(source=records.source(derived_from=original)) for _ in range(2))
    refused_as_one_side(one, other, commit)
    same = records.finding(source=one.source)
    records.disagreement({"finding": one}, {"finding": same})
    commit()


def test_a_side_that_readers_do_not_see_does_not_count(commit: Any) -> None:
    refused_as_one_side(records.finding(), records.finding(record_status="draft"), commit)
    estimate, hidden = records.estimate(), records.estimate(record_status="draft")
    with refused("_members"), transaction.atomic():
        records.disagreement({"estimate": estimate}, {"estimate": hidden})
        commit()
    records.disagreement({"estimate": estimate}, {"estimate": records.estimate()})
    commit()


@pytest.mark.parametrize("hidden", ["deposit", "finding"])
def test_readers_see_a_disagreement_while_they_see_two_sides(hidden: str, api: Any, commit: Any) -> None:
    deposit, finding = records.deposit(), records.finding()
    place = records.country()
    finding.subjects.create(country=place)
    record = records.disagreement({"estimate": records.estimate(deposit=deposit)}, {"finding": finding})
    commit()

    def is_seen() -> bool:
        """Ask in every way; they agree."""
        lists = ("/api/v1/disagreements/", f"/api/v1/disagreements/?country={place.slug}", "/api/v1/disagreements/?format=csv")
        answers = [record.slug in api.get(address).content.decode() for address in lists]
        pages = (f"/api/v1/disagreements/{record.slug}/", f"/ogc/collections/disagreements/items/{record.slug}")
        answers += [api.get(address).status_code == 200 for address in pages]
        if answers[0]:
            shown = api.json(f"/api/v1/disagreements/{record.slug}/")
            assert shown["sides"] == len(shown["members"])
        (answer,) = set(answers)
        return answer

    assert is_seen()
    side: Any = {"deposit": deposit, "finding": finding}[hidden]
    for status, answer in (("withdrawn", False), ("published", True), ("withdrawn", False)):
        type(side).objects.filter(pk=side.pk).update(record_status=status)
        commit()
        assert is_seen() is answer
        disputed = api.json(f"/api/v1/countries/{place.slug}/")
        assert (disputed["disputed"], bool(disputed["disagreement_links"])) == (answer, answer)
    with refused("_members", "two or more sides that readers see"), transaction.atomic():
        DisagreementMember.objects.get(disagreement=record, finding__isnull=hidden == "deposit").delete()
        commit()
    record.members.create(finding=records.finding())
    assert api.json(f"/api/v1/disagreements/{record.slug}/")["sides"] == 2
