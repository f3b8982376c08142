"""What every surface gives of the seed: statements, and what held on a day."""

import csv
import io
import json
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


@pytest.mark.parametrize(("day", "number"), [("2012-06-30", 1), ("2016-06-30", 0)])
def test_lists_files_and_collections_are_asked_for_one_day(day: str, number: int) -> None:
    client = ApiClient()
    query = f"organization=kutisay-mining&on={day}"
    listed = client.json(f"/api/v1/licenses/?{query}")["results"]
    answer: Any = client.get(f"/api/v1/licenses/export/?format=csv&bom=false&{query}")
    table = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    answer = client.get(f"/api/v1/licenses/export/?format=geojson&{query}")
    features = json.loads(b"".join(answer.streaming_content))["features"]
    items = client.json(f"/ogc/collections/licenses/items?{query}")["features"]
    every = [listed, [json.loads(row["on_date"]) | row for row in table]]
    every += [[one["properties"] for one in found] for found in (features, items)]
    assert [len(one) for one in every] == [number] * 4
    for rows_ in every:
        for row in rows_:
            held = row.get("on_date", row)
            held = json.loads(held) if isinstance(held, str) else held
            assert (held["date"], held["status"]) == (day, listed[0]["on_date"]["status"])
    item = client.json(f"/ogc/collections/licenses/items/kutessay-ii-mining-licence?on={day}")
    assert item["properties"]["on_date"]["date"] == day
