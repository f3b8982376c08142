"""Open-ended input: whatever is asked, the answer is an answer or a problem that names the parameter; never a 500."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.query.cursor import fingerprint
from api.query.list_query import PRESENTATION, parameters_of
from tests.conformance.walks import RESOURCES, address

pytestmark = pytest.mark.django_db
relaxed = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

_NUMBERS = st.one_of(st.floats().map(str), st.integers().map(str), st.sampled_from(["1e999", "-0", "0x10", "1_000", "٣", "½"]))
_DATES = st.one_of(
    st.dates().map(str),
    st.datetimes().map(lambda d: d.isoformat()),
    st.sampled_from(["0000", "9999-12-31", "2024-00", "24", "2024-2-3"]),
)
_CODES = st.sampled_from(
    ["KZ", "kz", "143", "central-asia", "REE", "Nd2O3", "published", "draft", "carbonatite", "NO", "NA", "KZ,", ",KZ"]
)
_SHAPES = st.one_of(
    st.lists(_NUMBERS, min_size=0, max_size=7).map(",".join),
    st.sampled_from(
        [
            "POINT(0 0)", "POINT EMPTY", "POLYGON((0 0,1 1,1 0,0 1,0 0))", "POLYGON((0 0,1 1))", "POINT(NaN NaN)",
            "POINT(1e400 0)",             "GEOMETRYCOLLECTION(" * 200, "SRID=3857;POINT(0 0)",
            "CIRCULARSTRING(0 0,1 1,2 0)", "POINT Z(1 2 3)", "{",
            "[]", "{}",
            '{"type":"Point","coordinates":[1]}', '{"type":"Point","coordinates":["a","b"]}',
            '{"type":"Polygon","coordinates":[[]]}',
            '{"type":"Point","coordinates":[true,false]}', '{"type":"MultiPolygon","coordinates":[]}', '{"type":"Feature"}',
            '{"type":"Point","coordinates":' + "[" * 500, '{"type":"LineString","coordinates":[[0,0],[1e999,1]]}',
        ]
    ),
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "%",
            "_",
            "\\",
            "'",
            '"',
            "';--",
            "%s",
            "%(x)s",
            "{0}",
            "\u202e",
            "ﬀ",
            "İ",
            "ß",
            "红河",
            "\x00",
            "a" * 250,
            "ь",
            "-",
            "--",
        ]
    ),
)
_VALUES = st.one_of(_NUMBERS, _DATES, _CODES, _SHAPES, _TEXTS)


@pytest.mark.parametrize("resource", RESOURCES, ids=[r.name for r in RESOURCES])
@settings(relaxed, max_examples=40)
@given(data=st.data())
def test_any_parameters_are_answered(api: Any, resource: Any, data: st.DataObject) -> None:
    names = st.sampled_from(sorted([*parameters_of(resource), *PRESENTATION, "near", "radius_km", "nonsense"]))
    parameters = data.draw(st.dictionaries(names, _VALUES, max_size=4))
    response = api.get(f"/api/v1/{resource.name}/", parameters)
    assert response.status_code in (200, 400), (parameters, response.content[:300])
    if response.status_code == 400:
        assert response["Content-Type"] == "application/problem+json"
        problem = response.json()
        assert "bytes" in problem["detail"] or problem["parameter"] in {*parameters, "order", "omit", "cursor", ""}


@pytest.mark.parametrize("resource", RESOURCES, ids=[r.name for r in RESOURCES])
def test_every_parameter_takes_every_kind_of_value(api: Any, resource: Any) -> None:
    """Each parameter with values of every kind: all of them where it is met first, a third of them in each other list."""
    values = [
        "",
        " ",
        "0",
        "-1",
        "1e999",
        "nan",
        "true",
        "2024",
        "2024-02-30",
        "KZ",
        "REE",
        "x" * 300,
        "'",
        "%",
        "\x00",
        "POINT(1 2)",
        "1,2,3,4",
    ]
    nth = RESOURCES.index(resource)
    before = {name for earlier in RESOURCES[:nth] for name in (*parameters_of(earlier), *PRESENTATION, "near", "radius_km")}
    for name in [*parameters_of(resource), *PRESENTATION, "near", "radius_km"]:
        for value in values[nth % 3 :: 3] if name in before else values:
            response = api.get(f"/api/v1/{resource.name}/", {"limit": "1", name: value})
            assert response.status_code in (200, 400), (name, value, response.content[:300])


@relaxed
@given(path=st.text(max_size=40), query=st.text(max_size=60))
def test_any_address_is_answered(api: Any, path: str, query: str) -> None:
    from urllib.parse import quote

    response = api.get(f"/api/v1/deposits/{quote(path, safe='')}/?{quote(query)}")
    assert response.status_code in (200, 308, 400, 404)


@relaxed
@given(query=st.binary(max_size=80))
def test_any_bytes_for_a_query(api: Any, query: bytes) -> None:
    response = api.get("/api/v1/deposits/", QUERY_STRING=query.decode("latin-1"))
    assert response.status_code in (200, 400)


@relaxed
@given(accept=st.text(max_size=80), tag=st.text(max_size=40))
def test_any_headers(api: Any, accept: str, tag: str) -> None:
    response = api.get("/api/v1/deposits/?limit=1", HTTP_ACCEPT=accept, HTTP_IF_NONE_MATCH=tag)
    assert response.status_code in (200, 304, 406)


@relaxed
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=10),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(st.sampled_from(["intersects", "limit", "country", "type", "coordinates", "x"]), c, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_any_body(api: Any, body: Any) -> None:
    import json

    response = api.generic("POST", "/api/v1/deposits/search/", json.dumps(body).encode(), content_type="application/json")
    assert response.status_code in (200, 400)


@pytest.mark.parametrize("shape", [{"type": kind} for kind in ([], {}, [{"a": []}], None, 1)], ids=str)
@pytest.mark.parametrize("inside", [False, True])
def test_a_geometry_whose_kind_is_no_text_is_refused(api: Any, shape: dict[str, Any], inside: bool) -> None:
    if inside:
        shape = {"type": "GeometryCollection", "geometries": [shape]}
    for where, body in (
        ("/api/v1/deposits/search/", {"intersects": shape}),
        ("/ogc/collections/deposits/search", {"filter": {"op": "s_intersects", "args": [{"property": "geometry"}, shape]}}),
    ):
        response = api.post(where, body, content_type="application/json")
        assert response.status_code == 400, (where, response.content[:200])


@relaxed
@given(
    cursor=st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=", max_size=60),
    order=st.sampled_from(["id", "name", "-discovery_year", "updated_at"]),
)
def test_any_cursor(api: Any, cursor: str, order: str) -> None:
    response = api.get("/api/v1/deposits/", {"cursor": cursor, "order": order})
    assert response.status_code in (200, 400)


@relaxed
@given(
    parts=st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), max_size=6),
    order=st.sampled_from(["id", "name", "-discovery_year", "updated_at", "location_uncertainty_m"]),
)
def test_any_forged_cursor(api: Any, parts: list[Any], order: str) -> None:
    import base64
    import json

    query = fingerprint("deposits", {})
    packed = base64.urlsafe_b64encode(json.dumps([order, query, *parts]).encode()).decode().rstrip("=")
    response = api.get("/api/v1/deposits/", {"cursor": packed, "order": order})
    assert response.status_code in (200, 400), (parts, response.content[:300])


def test_the_longest_question_is_answered(api: Any) -> None:
    resource = RESOURCES[0]
    words = " ".join(["rare"] * 8)
    assert api.get(address(resource, search=words)).status_code == 200
    assert api.get(address(resource, search=f"{words} earth")).status_code == 400
