"""A merge that was taken back: the feed tells of both records, and the past shows each as it was at the time."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from registry.merging import merge_take_back, record_merge
from registry.models import Name
from tests import records
from tests.changes.mirror import Mirror
from tests.changes.own_database import db, own_database  # noqa: F401
from tests.conftest import ApiClient

pytestmark = pytest.mark.usefixtures("db")


def now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def names(slug: str, then: str) -> set[str]:
    shown: Any = ApiClient().json(f"/api/v1/deposits/{slug}/", data={"as_of": then})
    return {name["text"] for name in shown["names"]}


def test_both_records_are_told_of_and_the_past_stays() -> None:
    user = get_user_model()._default_manager.create_user(username="merger", password="long-enough-1", is_superuser=True)
    with transaction.atomic():
        gone, stays = records.deposit(name="Akbulak"), records.deposit(name="Kundybai")
        Name.objects.create(deposit=gone, text="Акбулак")
    before, mirror = now(), Mirror()
    record_merge(record=gone, into=stays, user=user, reason="one pit")
    merged = now()
    told = {(operation, slug) for operation, slug, _ in mirror.changes()}
    assert told == {("merge", gone.slug), ("update", stays.slug)}
    merge_take_back(record=gone, user=user, reason="two pits")
    after = now()
    told = {(operation, slug) for operation, slug, _ in mirror.changes()}
    assert told == {("publish", gone.slug), ("update", stays.slug)}
    both = {"Akbulak", "Акбулак"}
    assert (names(gone.slug, before), names(gone.slug, after)) == (both, both)
    assert names(stays.slug, before) == names(stays.slug, after) == {"Kundybai"}
    assert names(stays.slug, merged) == both | {"Kundybai"}
    assert ApiClient().get(f"/api/v1/deposits/{gone.slug}/?as_of={merged}").status_code == 404, "merged at that time"
