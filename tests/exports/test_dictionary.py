"""The data dictionary says of every column what it means."""

import csv
import io
from typing import Any

import pytest

from api.exports.columns import columns_of
from api.exports.lists import list_tables
from api.query.list_query import ListQuery
from api.resources.resource import Resource
from tests.conformance.walks import NAMES, RESOURCES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_every_column_is_described(api: Any, resource: Resource) -> None:
    document = api.json(f"/api/v1/{resource.name}/export/dictionary/")
    names = [column.name for column in columns_of(resource)]
    names += [f"{table.name}.{column.name}" for table in list_tables(ListQuery(resource)) for column in table.columns]
    assert [column["name"] for column in document["columns"]] == names + (["geometry"] if resource.geometry else [])
    for column in document["columns"]:
        assert column["description"], column["name"]
        for code in column.get("codes", ()):
            assert code["code"] and code["label"]
    text = api.get(f"/api/v1/{resource.name}/export/dictionary/?format=csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["column"] for row in rows if row["type"] != "code"] == [column["name"] for column in document["columns"]]
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)
