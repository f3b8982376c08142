"""The statements of the seed."""

from typing import Any

import pytest

from tests.conftest import ApiClient

pytestmark = pytest.mark.django_db


def rows(query: str) -> list[dict[str, Any]]:
    return list(ApiClient().json(f"/api/v1/statements/?{query}")["results"])


def test_the_locations_that_a_file_gives() -> None:
    found = rows("source=usgs-mrds&field=location")
    assert len(found) > 5 and {(one["source"], one["field"]) for one in found} == {("usgs-mrds", "location")}
    assert {one["kind"] for one in rows("deposit=kutessay-ii&limit=1000")} >= {"deposit", "estimate", "finding"}


def test_every_format_of_an_export_holds_them() -> None:
    client = ApiClient()
    for name, begins in (("csv", b"\xef\xbb\xbfkind,record"), ("parquet", b"PAR1"), ("xlsx", b"PK")):
        answer: Any = client.get(f"/api/v1/statements/export/?format={name}&source=usgs-mrds")
        assert answer.status_code == 200 and b"".join(answer.streaming_content).startswith(begins), name
