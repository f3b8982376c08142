"""Part 3: queryables and filters of every collection, against the properties that the features show."""

import json
from typing import Any

import pytest

from api.filters.queryables import ValueType
from api.ogc.queryables import queryables_of
from api.resources.resource import GEOMETRY, Resource
from registry import models as m
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.ogc.walks import NAMES, RESOURCES, ids, items, walk

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)


def quoted(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int | float) else "'{}'".format(value.replace("'", "''"))


@every_resource
def test_queryables_are_described(api: Any, resource: Resource) -> None:
    response = api.get(f"/ogc/collections/{resource.name}/queryables")
    assert response["Content-Type"] == "application/schema+json"
    document = response.json()
    assert document["$id"].endswith(f"/ogc/collections/{resource.name}/queryables")
    assert document["type"] == "object"
    assert document["additionalProperties"] is False
    assert set(document["properties"]) == set(queryables_of(resource))
    assert (GEOMETRY in document["properties"]) == (resource.geometry is not None)
    for name, schema in document["properties"].items():
        assert schema["title"]
        assert name == GEOMETRY or schema["description"], name


@every_resource
def test_a_queryable_is_the_property_of_its_name(api: Any, resource: Resource) -> None:
    features = list(walk(api, resource, limit=1000))
    shown = set(features[0]["properties"])
    for name, queryable in queryables_of(resource).items():
        if name not in shown or queryable.kind is ValueType.GEOMETRY:
            continue
        if queryable.kind is ValueType.LIST:
            _a_list_is_asked_for(api, resource, name, {f["id"]: set(f["properties"][name]) for f in features})
            continue
        values = [feature["properties"][name] for feature in features]
        missing = [feature["id"] for feature, value in zip(features, values, strict=True) if value is None]
        assert ids(walk(api, resource, limit=1000, filter=f"{name} IS NULL")) == missing, name
        known = sorted({value for value in values if value is not None}, key=str)
        # Outlines of countries make long answers.
        for value in known[:1] if resource.name in ("countries", "regions") else known[:2] + known[-1:]:
            equal = [feature["id"] for feature, one in zip(features, values, strict=True) if one == value]
            assert ids(walk(api, resource, limit=1000, filter=f"{name} = {quoted(value)}")) == equal, (name, value)
            other = [f["id"] for f, one in zip(features, values, strict=True) if one is not None and one != value]
            assert ids(walk(api, resource, limit=1000, filter=f"NOT {name} = {quoted(value)}")) == other, (name, value)
        if known:
            several = ", ".join(quoted(value) for value in known[:3])
            among = [f["id"] for f, one in zip(features, values, strict=True) if one in known[:3]]
            assert ids(walk(api, resource, limit=1000, filter=f"{name} IN ({several})")) == among, name


def _a_list_is_asked_for(api: Any, resource: Resource, name: str, held: dict[str, set[str]]) -> None:
    """Ask for the values of a list by all four functions, and compare with the sets that features show."""
    chosen = sorted(max(held.values(), key=len))[:2]
    if not chosen:
        return
    wanted, written = set(chosen), f"({', '.join(map(quoted, chosen))})"
    for function, keeps in (
        ("A_CONTAINS", lambda values: values >= wanted),
        ("A_CONTAINEDBY", lambda values: values <= wanted),
        ("A_OVERLAPS", lambda values: bool(values & wanted)),
        ("A_EQUALS", lambda values: values == wanted),
    ):
        expected = [slug for slug, values in held.items() if keeps(values)]
        assert ids(walk(api, resource, limit=1000, filter=f"{function}({name}, {written})")) == expected, (name, function)
    assert ids(walk(api, resource, limit=1000, filter=f"A_CONTAINEDBY({written}, {name})")) == [
        slug for slug, values in held.items() if values >= wanted
    ]
    not_all = [slug for slug, values in held.items() if not values >= wanted]
    assert ids(walk(api, resource, limit=1000, filter=f"NOT A_CONTAINS({name}, {written})")) == not_all


def test_several_commodities_at_once_in_text_and_json(api: Any) -> None:
    text = ids(api.json(items("deposits", filter="A_CONTAINS(commodities, ('Nd', 'Dy'))"))["features"])
    encoded = json.dumps({"op": "a_contains", "args": [{"property": "commodities"}, ["Nd", "Dy"]]})
    assert text == ids(api.json(items("deposits", filter=encoded, filter_lang="cql2-json"))["features"]) != []
    for wrong in ("commodities = 'Nd'", "A_CONTAINS(name, ('x'))", "A_CONTAINS(commodities, (1))", "commodities LIKE 'N%'"):
        assert api.json(items("deposits", filter=wrong), 400)["parameter"] == "filter", wrong


def test_what_follows_from_the_sources_of_a_record_is_asked_for(api: Any) -> None:
    both = "A_CONTAINS(source_kinds, ('dataset')) AND newest_source_year >= 2020"
    by_filter = ids(api.json(items("deposits", limit=1000, filter=both))["features"])
    by_parameters = api.json(items("deposits", limit=1000, source_kind="dataset", newest_source_decade="2020"))["features"]
    assert by_filter == ids(by_parameters) != []


@pytest.mark.parametrize(
    "function", ["S_WITHIN", "S_INTERSECTS", "S_EQUALS", "S_CONTAINS", "S_TOUCHES", "S_OVERLAPS", "S_CROSSES"]
)
def test_huge_and_solid_polygons_are_shapes_like_others(api: Any, function: str) -> None:
    flat = "POLYGON((40 20,100 20,100 70,40 70,40 20))"
    solid = "POLYGON Z((40 20 5,100 20 5,100 70 9,40 70 9,40 20 5))"
    world = "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"
    for name in ("deposits", "licenses"):
        one, other = (
            ids(api.json(items(name, limit=1000, filter=f"{function}(geometry, {shape})"))["features"])
            for shape in (flat, solid)
        )
        assert one == other
        assert api.get(items(name, filter=f"{function}(geometry, {world})")).status_code == 200
    if function in ("S_WITHIN", "S_INTERSECTS"):
        located = api.json(items("deposits", limit=1000, filter="geometry IS NOT NULL"))["features"]
        assert ids(api.json(items("deposits", limit=1000, filter=f"{function}(geometry, {world})"))["features"]) == ids(located)


def test_queryables_that_are_no_property_are_filters() -> None:
    for resource in RESOURCES:
        shown = {GEOMETRY, *resource.summary().fields, *(resource.live().fields if resource.live else ())}  # type: ignore[attr-defined]
        assert set(queryables_of(resource)) - shown <= set(resource.filters.declared), resource.name


@pytest.mark.parametrize(
    ("language", "condition"),
    [
        ("cql2-text", "country = 'KZ' AND geometry IS NOT NULL"),
        ("cql-text", "country = 'KZ' AND geometry IS NOT NULL"),
        (
            "cql2-json",
            json.dumps(
                {
                    "op": "and",
                    "args": [
                        {"op": "=", "args": [{"property": "country"}, "KZ"]},
                        {"op": "not", "args": [{"op": "isNull", "args": [{"property": "geometry"}]}]},
                    ],
                }
            ),
        ),
    ],
)
def test_text_and_json(api: Any, language: str, condition: str) -> None:
    found = ids(api.json(items("deposits", filter=condition, filter_lang=language))["features"])
    assert found == ids(api.json(items("deposits", country="KZ", filter="geometry IS NOT NULL"))["features"])
    assert found


def test_a_filter_goes_with_every_other_parameter(api: Any) -> None:
    found = api.json(
        items("deposits", filter="discovery_year > 1900", bbox="-180,-90,180,90", country="KZ,CN", limit=1, sortby="-name")
    )
    assert all(f["properties"]["discovery_year"] > 1900 for f in found["features"])


def test_dates_known_to_the_year(api: Any) -> None:
    year, month, day = (records.source(published=text).slug for text in ("1871", "1871-05", "1871-05-09"))
    one_of = f"slug IN ('{year}','{month}','{day}') AND "

    def found(condition: str) -> list[str]:
        return ids(api.json(items("sources", filter=one_of + condition))["features"])

    assert found("published < DATE('1872-01-01')") == [year, month, day]
    # It is unknown whether the year was before the eighth of May: neither so nor not so.
    assert found("published < DATE('1871-05-08')") == []
    assert found("NOT published < DATE('1871-05-08')") == [day]
    assert found("published = DATE('1871-05-09')") == [day]
    assert found("published <> DATE('1871-05-09')") == []
    assert found("published >= DATE('1871-01-01')") == [year, month, day]
    assert found("published > DATE('1871-04-30')") == [month, day]
    assert found("published = '1871'") == [year]
    assert found("T_INTERSECTS(published, INTERVAL('1871-05-01','1871-05-31'))") == [year, month, day]
    assert found("T_DURING(published, INTERVAL('1871-04-01','1871-06-30'))") == [month, day]
    assert found("published LIKE '1871-%'") == [month, day]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("updated_at IN ('2024-01-01')", "updated_at IN ('2024-01-01', '2100-01-01')"),
        ("updated_at > '2024-01-01'", "updated_at > '2024-01-01T00:00:00Z'"),
        ("discovery_year IN (1901)", "discovery_year IN (1901, 1902.5)"),
        ("discovery_year > 1900", "discovery_year > 1900.5"),
        ("slug IN ('a')", "slug IN ('a', 'kundybai')"),
        ("TRUE IN (TRUE)", "TRUE IN (FALSE, TRUE)"),
        ("discovery_year IN (discovery_year)", "discovery_year IN (1, discovery_year)"),
        ("T_AFTER(updated_at, '2024-01-01')", "T_AFTER(updated_at, '2024-01-01T00:00:00Z')"),
        ("TRUE", "FALSE"),
    ],
)
def test_filters_of_one_shape_share_their_sql_and_no_others(api: Any, one: str, other: str) -> None:
    """Ask each after the other and alone: what is kept composed for one must not answer for the other."""
    from api.query import composed

    def found(condition: str) -> list[str]:
        return ids(api.json(items("deposits", filter=condition, limit=1000))["features"])

    alone = []
    for condition in (one, other):
        composed._shapes.clear()
        alone.append(found(condition))
    for pair in ((one, other), (other, one)):
        composed._shapes.clear()
        assert [found(condition) for condition in pair] == (alone if pair[0] is one else alone[::-1])


def test_codes_are_compared_as_they_are(api: Any) -> None:
    assert ids(api.json(items("deposits", filter="country = 'kz'"))["features"]) == []
    assert ids(api.json(items("deposits", filter="CASEI(country) = CASEI('kz')", limit=1000))["features"]) == ids(
        api.json(items("deposits", filter="country = 'KZ'", limit=1000))["features"]
    )


def test_a_link_is_compared_by_its_key(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The slug is looked up once and the index of the key serves; only under NOT is each record's slug looked up."""
    import psycopg

    asked: list[str] = []
    original = psycopg.Cursor.execute

    def execute(cursor: Any, sql: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(sql))
        return original(cursor, sql, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    api.json(items("deposits", filter="country = 'KZ' AND parent IN ('a','b')"))
    (sql,) = [sql for sql in asked if "LIMIT" in sql and "count(*)" not in sql]
    assert '"country_id" = (SELECT linked.id' in sql
    assert '"parent_id" = ANY (ARRAY(SELECT linked.id' in sql


@pytest.mark.parametrize(
    "condition",
    [
        "2 ^ 9999 > discovery_year",
        "discovery_year ^ 9999 > 1",
        "ACCENTI(name) LIKE ACCENTI('a\uff3c')",
        "discovery_year = 99999999999999999999999",
        "discovery_year / 0 > 1",
        "S_WITHIN(geometry, BBOX(180,0,-170,1))",
        "S_TOUCHES(geometry, MULTIPOINT((1 1),(1 1)))",
    ],
)
def test_what_only_the_database_can_refuse_is_no_fault(api: Any, condition: str) -> None:
    response = api.get(items("deposits", filter=condition))
    if response.status_code != 200:
        assert_problem(response, 400, "filter")


def test_a_number_out_of_range_behind_the_page_is_no_fault(api: Any) -> None:
    """A page of one record is in range, and the count of all meets a record that is not."""
    last = m.Deposit.objects.published().latest("pk")
    m.Deposit.objects.filter(pk=last.pk).update(version=2)
    assert_problem(api.get(items("deposits", filter="2 ^ (9999 * (version - 1)) > 0", limit=1)), 400, "filter")


def test_a_filter_of_three_thousand_brackets(api: Any) -> None:
    for text in ("(" * 3000 + "TRUE" + ")" * 3000, "NOT " * 1500 + "TRUE", "(" * 8000):
        problem = assert_problem(api.get(items("deposits", filter=text)), 400)
        assert problem.get("parameter") == "filter" or "longer" in problem["detail"]


def search(api: Any, body: Any, status: int = 200) -> Any:
    response = api.generic("POST", "/ogc/collections/deposits/search", json.dumps(body), content_type="application/json")
    assert response.status_code == status, response.content[:400]
    return response.json()


def test_the_same_by_post(api: Any) -> None:
    condition = {"op": "=", "args": [{"property": "country"}, "KZ"]}
    whole = ids(walk(api, "deposits", filter="country = 'KZ'"))
    page = search(api, {"filter": condition, "limit": 4, "bbox": [-180, -90, 180, 90]})
    found = ids(page["features"])
    while following := next((link for link in page["links"] if link["rel"] == "next"), None):
        assert following["method"] == "POST"
        page = search(api, following["body"])
        found += ids(page["features"])
    assert found == whole
    ring = [[60 + 20 * (n / 2000), 40 + (n % 2) / 1000] for n in range(2000)] + [[80, 56], [60, 56]]
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    large = {"op": "s_within", "args": [{"property": "geometry"}, shape]}
    assert "kundybai" in ids(search(api, {"filter": large})["features"])
    assert search(api, {"filter": condition, "filter-lang": "cql2-text"}, 400)["parameter"] == "filter-lang"
    assert search(api, {"nonsense": 1}, 400)["parameter"] == "nonsense"
    assert search(api, [], 400)["type"].endswith("bad-body")
    assert api.get("/ogc/collections/deposits/search").status_code == 405
