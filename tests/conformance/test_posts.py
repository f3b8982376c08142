"""Queries by POST: nothing of them is ignored, and there is always a way to the next page."""

import json
from typing import Any

import pytest

from api.http.bodies import MAX_BODY_BYTES
from api.resources.resource import Resource
from tests.conformance.walks import NAMES, RESOURCES, address

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)


def searches(resource: Resource) -> tuple[str, str]:
    return f"/api/v1/{resource.name}/search/", f"/ogc/collections/{resource.name}/search"


def post(api: Any, where: str, body: Any, status: int = 200) -> Any:
    text = body if isinstance(body, str) else json.dumps(body)
    response = api.post(where, text, content_type="application/json")
    assert response.status_code == status, (where, body, response.content[:300])
    return response


@every_resource
def test_a_query_string_is_refused_by_name(api: Any, resource: Resource) -> None:
    for where in searches(resource):
        for name in ("limit", "nonsense", "country"):
            problem = post(api, f"{where}?{name}=1", {"limit": 1}, 400).json()
            assert problem["parameter"] == name and "in the body" in problem["detail"]


@every_resource
def test_a_repeated_key_is_refused(api: Any, resource: Resource) -> None:
    for where in searches(resource):
        problem = post(api, where, '{"limit":1,"limit":2}', 400).json()
        assert (problem["type"], problem["parameter"]) == ("urn:registry:problem:bad-body", "limit")


def test_a_repeated_key_is_refused_wherever_json_is_read(api: Any) -> None:
    point = '{"type":"Point","coordinates":[1,2],"coordinates":[76,42]}'
    compared = '{"op":"=","args":[{"property":"slug"},"a"],"args":[{"property":"slug"},"b"]}'
    post(api, "/api/v1/deposits/search/", f'{{"intersects":{point}}}', 400)
    post(api, "/ogc/collections/deposits/search", f'{{"filter":{compared}}}', 400)
    for where, given in (
        ("/api/v1/deposits/", {"intersects": point}),
        ("/api/v1/deposits/export/", {"intersects": point}),
        ("/tiles/deposits/0/0/0.mvt", {"intersects": point}),
        ("/ogc/collections/deposits/items", {"filter": compared, "filter-lang": "cql2-json"}),
    ):
        response = api.get(where, given)
        assert response.status_code == 400 and "twice" in response.json()["detail"], where


@every_resource
def test_the_next_page_is_found_in_every_format(api: Any, resource: Resource) -> None:
    where, _ = searches(resource)
    first, second = (record["slug"] for record in api.json(address(resource, limit=2))["results"])
    body = {"limit": 1, "fields": "slug"}

    page = post(api, where, body)
    record, more = page.json()["results"][0], page.json()
    assert record["slug"] == first and more["next"] == f"http://testserver{where}"
    following = post(api, more["next"].removeprefix("http://testserver"), {**body, "cursor": more["cursor"]}).json()
    assert following["results"][0]["slug"] == second
    # The header says the same of every format; of CSV it alone says that there is more.
    expected = f'<http://testserver{where}>; rel="next"; method="POST"; cursor="{more["cursor"]}"'
    assert page["Link"] == post(api, where, {**body, "format": "csv"})["Link"] == expected

    if resource.geometry:
        page = post(api, where, {**body, "format": "geojson"})
        (link,) = page.json()["links"]
        assert page["Link"] == expected and (link["rel"], link["method"]) == ("next", "POST")
        following = post(api, link["href"].removeprefix("http://testserver"), link["body"]).json()
        assert [feature["id"] for feature in following["features"]] == [second]


def test_the_last_page_says_so(api: Any) -> None:
    page = post(api, "/api/v1/deposits/search/", {"limit": 1000})
    assert (page.json()["next"], page.json()["cursor"]) == (None, None) and "Link" not in page
    assert "cursor" not in api.json("/api/v1/deposits/?limit=1")


def test_a_body_that_says_its_length_is_bounded_too(api: Any) -> None:
    assert post(api, "/api/v1/deposits/search/", " " * (MAX_BODY_BYTES + 1), 413).json()["status"] == 413


@every_resource
def test_a_value_is_of_the_described_type_or_a_text(api: Any, resource: Resource) -> None:
    wrong = {"limit": [1], "fields": 5, "search": 5, "updated_at__gte": 2024, "order": {"a": 1}, "as_of": True, "lang": ["en"]}
    for where in (f"/api/v1/{resource.name}/search/", f"/api/v1/{resource.name}/export/"):
        for name, value in wrong.items():
            problem = post(api, where, {name: value}, 400).json()
            assert problem["parameter"] == name, (where, name, problem)
    where, _ = searches(resource)
    as_text, as_number = (post(api, where, {"limit": limit}).json() for limit in ("1", 1))
    # Other tests write to the same server meanwhile, which moves the position.
    assert {**as_text, "position": None} == {**as_number, "position": None}


@every_resource
def test_a_value_of_a_list_is_one_value(api: Any, resource: Resource) -> None:
    for where in (*searches(resource), f"/api/v1/{resource.name}/export/"):
        name = "properties" if where.startswith("/ogc") else "fields"
        problem = post(api, where, {name: ["slug,name"]}, 400).json()
        assert problem["parameter"] == name and "comma" in problem["detail"]


def test_a_shape_of_another_type_is_told_that_it_may_be_an_object(api: Any) -> None:
    problem = post(api, "/api/v1/deposits/search/", {"intersects": 5}, 400).json()
    assert problem["detail"] == "The value must be a text, or an object."
