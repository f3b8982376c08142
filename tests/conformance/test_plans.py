"""No filter and no order needs a table read from end to end, and no row of a list is computed when it is read."""

import re

import pytest
from django.db import connection

from api.resources.resource import Resource
from tests.conformance.plans import nodes, queries, touched
from tests.conformance.walks import NAMES, RESOURCES

pytestmark = pytest.mark.django_db
#: Resources whose lists count or gather other rows when they are read.
GATHERED = ("disagreements", "sources")


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_every_filter_and_order_has_an_index(resource: Resource) -> None:
    """The seed is small: with scans switched off, the planner scans only where no index serves."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = {str(query): touched(resource, query) for query in queries(resource)}
    assert {query: t.scanned for query, t in found.items() if resource.table in t.scanned} == {}


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_a_list_runs_no_query_and_no_function_per_row(resource: Resource) -> None:
    plans = touched(resource, {"limit": "5"}).plans
    shown = {text for plan in plans for node in nodes(plan) for text in node.get("Output", ())}
    assert any("document" in text for text in shown)
    functions = {text for text in shown if re.search(r"registry_\w+\(", text)}
    named = set(re.findall(r"SubPlan \d+|InitPlan \d+", " ".join(shown)))
    read = {
        scan["Relation Name"]
        for plan in plans
        for node in nodes(plan)
        if node.get("Subplan Name") in named
        for scan in nodes(node)
        if "Relation Name" in scan
    }
    # The sides of disagreements are of many kinds: one function each, whose plans are kept.
    assert {re.findall(r"registry_\w+", one)[0] for one in functions} == (
        {"registry_side"} if resource.name == "disagreements" else set()
    )
    assert bool(read) == (resource.name in GATHERED), read
