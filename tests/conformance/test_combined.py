"""What narrows a list, beside what shows it: each pair is answered, whichever parts of the program meet in it."""

from itertools import product
from typing import Any

import pytest

from api.resources.resource import Resource
from tests.conformance.walks import NAMES, RESOURCES

pytestmark = pytest.mark.django_db
NARROWED = ("limit=2", "search=kut&limit=2", "count=exact&limit=2")
PLACED = (
    "near=76.1,42.6&limit=2",
    "near=76.1,42.6&radius_km=300",
    "bbox=60,35,90,50&limit=2",
    "within=KG&limit=2",
    "search=kut&near=76,42",
)
SHOWN = tuple(
    "&".join(filter(None, parts))
    for parts in product(
        ("", "format=csv", "format=geojson"), ("", "lang=ru"), ("", "fields=slug", "as_of=2026-01-01", "on=2020-01-01")
    )
)


@pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
def test_each_way_to_narrow_a_list_is_answered_in_each_form(api: Any, resource: Resource) -> None:
    answered = 0
    for narrowed, shown in product((*NARROWED, *(PLACED if resource.geometry else ())), SHOWN):
        response = api.get(f"/api/v1/{resource.name}/?{narrowed}&{shown}")
        # What cannot be combined is refused by the name of the parameter.
        assert response.status_code == 200 or (response.status_code == 400 and response.json()["parameter"]), (narrowed, shown)
        answered += response.status_code == 200
    assert answered >= 15
