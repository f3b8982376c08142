"""Over a large table a page of any filter and order touches a bounded number of rows, and keeps its plan."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson
import pytest
from django.db import connection

from api.database.connection import fetch
from api.query.list_query import read_query
from api.query.rows import one, page
from api.resources.resource import Resource, resource_named
from api.statements import query as statements
from config.embedded.binaries import client_program
from registry.sql import compiled, sql
from tests.conformance.plans import nodes, queries, touched
from tests.databases import clone, database

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
    plans = touched(resource_named(name), {"within": "central-asia"}).plans
    read = {node.get("Index Name") for plan in plans for node in nodes(plan)}
    assert f"{name.removesuffix('s')}_unlocated" in read


def test_a_page_of_statements_reads_along_an_index() -> None:
    """Whatever narrows them, and however many citations a filter finds or leaves out."""
    found: dict[str, tuple[int, Any]] = {}

    def explained(composed: Any) -> Any:
        ((plan,),) = fetch(sql("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}", query=composed))
        seen = list(nodes(orjson.loads(plan)[0]["Plan"]))
        scanned = {node["Relation Name"] for node in seen if node["Node Type"] == "Seq Scan" and node["Actual Loops"]}
        read = sum(
            (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            for node in seen
            if "Scan" in node["Node Type"] and "Bitmap Index" not in node["Node Type"]
        )
        before, tables = found.get(str(given), (0, set()))
        found[str(given)] = max(before, int(read)), tables | (scanned & LARGE)
        return fetch(composed)

    narrowings = [
        {},
        {"kind": "deposit"},
        {"kind": "license,ree_scheme"},
        {"record": "d77"},
        {"field": "location"},
        {"field": "names"},
        {"field": "grades"},
        {"field": "names:Кутессай-II"},
        {"field": "parties:company-7"},
        {"source": "dataset-3"},
        {"source": "dataset-3,usgs-mrds", "field": "location"},
        {"relation": "contradicts"},
        {"confidence": "low"},
        {"country": "KG"},
        {"country": "RU", "kind": "license"},
        {"deposit": "kutessay-ii"},
        {"recorded_by": "curator"},
        {"recorded_by": "registry", "source": "usgs-mrds"},
        {"recorded_since": "2030-01-01"},
    ]
    for given in narrowings:
        with patch.object(statements, "fetch", explained):
            whole = statements.page(statements.read_query({**given, "limit": "50"}))
            if whole.cursor:
                statements.page(statements.read_query({**given, "limit": "50", "cursor": whole.cursor}))
    assert {given: rows for given, (rows, _) in found.items() if rows > MOST} == {}
    assert {given: tables for given, (_, tables) in found.items() if tables} == {}


def _kept() -> dict[str, tuple[str, int, int]]:
    """Give the statements that are prepared, by their text: name, uses of a kept plan, and plans made for one use."""
    rows = fetch(
        "SELECT statement, name, generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", ('%FROM "%',)
    )
    return {statement: (name, kept, own) for statement, name, kept, own in rows}


def test_a_plan_made_for_a_small_box_is_not_kept_for_a_large_one() -> None:
    deposits = resource_named("deposits")
    for step in range(12):
        page(read_query(deposits, {"bbox": f"{60 + step / 10},42,{60.1 + step / 10},42.1"}))
        page(read_query(deposits, {"discovery_year__gte": str(1900 + step), "country": "KZ"}))
    page(read_query(deposits, {"bbox": "-180,-90,180,90"}))
    assert [text for text in _kept() if "ST_MakeEnvelope" in text or "discovery_year" in text.partition("WHERE")[2]] == []
    assert touched(deposits, {"bbox": "-180,-90,180,90"}).rows <= MOST


@pytest.mark.parametrize("name", ["deposits", "licenses"])
def test_a_plan_is_kept_where_it_is_right_for_every_value(name: str) -> None:
    """Of a record by its slug, of a page after another, and of a list by one code: the plan of that code."""
    resource = resource_named(name)
    first = page(read_query(resource, {"limit": "100"}))
    slugs = [orjson.loads(row.document)["slug"] for row in first.rows]
    for slug in slugs[:12]:
        assert one(resource, slug)
    for given in ({}, {"country": "KZ"}, {"country": "AF"}):
        begin = {**given, "limit": "50"}
        for step in range(12):
            cursor = page(read_query(resource, begin)).cursor
            page(read_query(resource, {**begin, "cursor": cursor}) if cursor and step else read_query(resource, begin))
    kept = _kept()
    where = {text: text.partition("WHERE")[2] for text in kept}
    (detail,) = (text for text, condition in where.items() if "slug" in condition)
    listed = [text for text in kept if text != detail and "country_id" not in where[text]]
    coded = [text for text in kept if "country_id" in where[text] and "$1" not in text]
    assert (len(listed), len(coded)) == (2, 2)
    assert all(kept[text][1] for text in (detail, *listed, *coded)), kept
    # What they read does not depend on the value: at the begin of the table and beyond its end, of a frequent and a rare code.
    for text, (prepared, *_) in kept.items():
        values = (f"('{slugs[-1]}')",) if text == detail else ("(1)", f"({2**40})") if "$1" in text else ("",)
        for value in values:
            ((plan,),) = fetch(compiled(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE {prepared}{value}"))
            scans = [n for n in nodes(orjson.loads(plan)[0]["Plan"]) if n.get("Relation Name") == resource.table]
            assert sum(n["Actual Rows"] + n.get("Rows Removed by Filter", 0) for n in scans) <= MOST, text
            assert not any(n["Node Type"] == "Seq Scan" for n in scans), text
