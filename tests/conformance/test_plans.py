"""No filter and no order needs a table read from end to end."""

import pytest
from django.db import connection

from api.resources.resource import Resource
from tests.conformance.plans import queries, touched
from tests.conformance.walks import NAMES, RESOURCES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_every_filter_and_order_has_an_index(resource: Resource) -> None:
    """The seed is small: with scans switched off, the planner scans only where no index serves."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    found = {str(query): touched(resource, query) for query in queries(resource)}
    assert {query: t.scanned for query, t in found.items() if resource.table in t.scanned} == {}
