"""Over a large table a page of any filter and order touches a bounded number of rows, and keeps its plan."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from api.database.connection import fetch
from api.query.list_query import read_query
from api.query.rows import page
from api.resources.resource import Resource, resource_named
from config.embedded.binaries import client_program
from tests.conformance.plans import nodes, queries, touched
from tests.seeded import clone, database

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SIZE = 15_000
#: A walk along the order until a page is full reads 100 / share rows, whatever the size of the table. What a whole table
#: of records and its links would be is 45,000. (`x__not` of a value that nearly all records hold has no shorter way.)
MOST = 12_000
#: Tables of which the made-up registry holds tens of thousands of rows; to read a table of fifty from end to end is right.
LARGE = {f"registry_{n}" for n in ("deposit", "license", "name", "citation", "depositcommodity", "licenseparty")}


@pytest.fixture(scope="module", autouse=True)
def on_large(seeded_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Clone the seed, add many made-up deposits and licences as the benchmark does, and read that."""
    with django_db_blocker.unblock(), clone(seeded_database, f"{seeded_database}_large") as name:
        parameters = connection.get_connection_params()
        address = {"PGHOST": str(parameters["host"]), "PGUSER": str(parameters["user"]), "PGDATABASE": name}
        command = [client_program("psql"), "-q", "-v", f"size={SIZE}", "-f", ROOT / "bench" / "registry.sql"]
        subprocess.run(command, env={"PATH": "/usr/bin:/bin", **address}, check=True, stderr=subprocess.DEVNULL)
        with database(name):
            yield


@pytest.mark.parametrize("name", ["deposits", "licenses"])
def test_a_page_touches_a_bounded_number_of_rows(name: str) -> None:
    resource: Resource = resource_named(name)
    found = {str(query): touched(resource, query) for query in queries(resource)}
    assert len(found) > 60
    assert {query: t.rows for query, t in found.items() if t.rows > MOST} == {}
    assert {query: t.scanned & LARGE for query, t in found.items() if t.scanned & LARGE} == {}


@pytest.mark.parametrize("name", ["deposits", "licenses"])
def test_what_has_no_place_is_counted_from_an_index_of_it(name: str) -> None:
    counted = touched(resource_named(name), {"within": "central-asia"}).plans[-1]
    assert f"{name.removesuffix('s')}_unlocated" in {node.get("Index Name") for node in nodes(counted)}


def test_a_plan_made_for_a_small_box_is_not_kept_for_a_large_one() -> None:
    deposits = resource_named("deposits")
    for step in range(12):
        page(read_query(deposits, {"bbox": f"{60 + step / 10},42,{60.1 + step / 10},42.1"}))
    page(read_query(deposits, {"bbox": "-180,-90,180,90"}))
    rows = fetch(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", ("%ST_MakeEnvelope%",)
    )
    assert rows
    assert all(generic == 0 for generic, _ in rows)
    assert sum(custom for _, custom in rows) >= 9
    assert touched(deposits, {"bbox": "-180,-90,180,90"}).rows <= MOST
