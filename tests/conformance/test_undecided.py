"""What a filter cannot decide is counted: records without the date, number, code or place that it compares."""

from typing import Any

import pytest

from api.query.list_query import parameters_of
from tests import records
from tests.conformance.walks import RESOURCES, address

pytestmark = pytest.mark.django_db


def test_each_range_counts_the_records_whose_value_is_unknown(api: Any) -> None:
    asked = 0
    for resource in RESOURCES:
        known = parameters_of(resource)
        for name in (one.removesuffix("__gte") for one in known if one.endswith("__gte")):
            if f"{name}__isnull" not in known or "__" in name:
                continue
            value = "1900" if known[f"{name}__gte"].schema["type"] == "string" else "1"
            found = api.json(address(resource, **{f"{name}__gte": value, "limit": 1}))
            unknown = api.json(address(resource, **{f"{name}__isnull": "true", "limit": 1, "count": "exact"}))["count"]
            assert found["undecided"] == {f"{name}__gte": unknown}, (resource.name, name)
            asked += 1
    assert asked > 20


def test_the_other_filters_hold_for_what_is_counted(api: Any) -> None:
    country = records.country()
    records.license_(country=country, expires="2027", status="granted")
    for status in ("granted", "granted", "active"):
        records.license_(country=country, status=status, declared_area_km2=2, area=records.square(60, 40, 0.1))
    records.license_(country=country, status="granted", record_status="draft", cited=False)
    asked = f"/api/v1/licenses/?country={country.slug}"
    for one in ("expires_within=9", "expired_by_date=true", "expires=2027", "expires__lte=2027"):
        name = one.partition("=")[0]
        assert api.json(f"{asked}&{one}")["undecided"] == {name: 3}
        assert api.json(f"{asked}&{one}&status=granted&format=geojson")["undecided"] == {name: 2}
        assert api.json(f"{asked}&{one}&status=granted&bbox=0,0,1,1")["undecided"] == {name: 0}
    assert api.json(f"{asked}&warning=area_differs")["undecided"] == {"warning": 1}
    assert api.json(f"{asked}&warning=area_differs,outside_stated_country")["undecided"] == {"warning": 1}
    assert "undecided" not in api.json(asked)
    second = api.json(f"{asked}&expires__isnull=true&declared_area_km2=2&limit=1")
    assert second["undecided"] == {"declared_area_km2": 0} and "undecided" not in api.json(second["next"])
