"""Answers of the past: equal to what was answered then, and never more than may be shown now."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.resources.resource import Resource
from tests.conformance.walking import NAMES, RESOURCES, address, walk
from tests.seeded import on_seed, seeded_database  # noqa: F401

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)


def now() -> str:
    return datetime.now(UTC).isoformat()


@every_resource
def test_now_is_the_present(api: Any, resource: Resource) -> None:
    present, past = walk(api, resource, limit=1000), walk(api, resource, limit=1000, as_of=now())
    assert present == past
    assert present
    for record in present[:: max(1, len(present) // 40)]:
        where = f"/api/v1/{resource.name}/{record['slug']}/"
        assert api.json(where) == api.json(f"{where}?as_of={now().replace('+', '%2B')}"), record["slug"]
