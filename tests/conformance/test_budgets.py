"""How many queries each address costs: committed numbers, the same for one record and for a page of a thousand."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.resources.resource import Resource
from tests.conformance.walks import NAMES, RESOURCES, address, published

pytestmark = pytest.mark.django_db
COUNTS: dict[str, dict[str, int]] = json.loads(Path(__file__).with_name("query_counts.json").read_text())
_CASES = {
    "list": {"limit": 1},
    "list of 1000": {"limit": 1000},
    "geojson": {"format": "geojson", "limit": 1000},
    "csv": {"format": "csv"},
    "fields": {"fields": "slug"},
    "counted": {"count": "exact", "limit": 1},
}


class _Counting:
    """Counts what goes through the one door to the database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.number = 0
        import psycopg

        original = psycopg.Cursor.execute
        counting = self

        def execute(cursor: Any, *args: Any, **kwargs: Any) -> Any:
            counting.number += 1
            return original(cursor, *args, **kwargs)

        monkeypatch.setattr(psycopg.Cursor, "execute", execute)


@pytest.mark.parametrize("case", [*_CASES, "detail"])
@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_budget(api: Any, resource: Resource, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if case == "geojson" and not resource.geometry:
        pytest.skip(f"{resource.name} have no geometry")
    where = address(resource, **_CASES[case]) if case in _CASES else _detail(resource)
    assert api.get(where).status_code == 200
    counting = _Counting(monkeypatch)
    assert api.get(where).status_code == 200
    # One query reads the data version, which a test's client asks for each time; a request at most twice a second.
    assert counting.number - 1 == COUNTS[case].get(resource.name, COUNTS[case]["*"])


def _detail(resource: Resource) -> str:
    return f"/api/v1/{resource.name}/{published(resource).first().slug}/"


def test_locate_is_one_query(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    counting = _Counting(monkeypatch)
    assert api.get("/api/v1/locate/?lon=76.2&lat=42.8").status_code == 200
    assert counting.number - 1 == COUNTS["locate"]["*"]


def test_a_record_of_any_kind_is_found_without_looking_for_others_of_similar_names(api: Any, monkeypatch: Any) -> None:
    deposit = published(RESOURCES[0]).first()
    assert deposit is not None
    counting = _Counting(monkeypatch)
    assert api.json(f"/api/v1/statements/?record={deposit.slug}")["results"]
    assert counting.number - 1 == COUNTS["statements"]["*"]
