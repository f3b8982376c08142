"""The tables of the abstract test suite: every predicate keeps as many features of the official data as the standard says."""

import json
from typing import Any

import pytest

from api.ogc.conformance import CLASSES
from tests.cql2.collections import found
from tests.shared import shared

pytestmark = pytest.mark.django_db
TABLES: dict[str, list[dict[str, Any]]] = json.loads(shared("conformance", "cql2_ats.json").read_text())["tables"]


@pytest.mark.parametrize("table", TABLES)
def test_official_counts(table: str) -> None:
    wrong = []
    for row in TABLES[table]:
        number = len(found(row["source"], row["predicate"]))
        if number != row["expected"]:
            wrong.append(f"{row['predicate'][:100]}: {number}, expected {row['expected']}")
    assert wrong == []


def test_the_declared_classes_are_those_that_are_tested() -> None:
    """The encodings have official examples (see test_examples.py), each other class a table here; no class is left out.

    The official data hold no lists: array functions are tested on those of the registry (tests/ogc/test_filters.py).
    """
    declared = {uri.rpartition("/")[2] for uri in CLASSES if "/cql2/" in uri}
    assert declared - {"cql2-text", "cql2-json", "array-functions"} == set(TABLES)
