"""A merged record leads to the one it was merged into, on every resource; and nothing leaks by it."""

from typing import Any
from uuid import uuid4

import pytest

from api.resources.resource import Resource
from tests import records
from tests.conformance.test_errors import assert_problem
from tests.conformance.walks import NAMES, RESOURCES

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)


def merged(resource: Resource, **survivor: Any) -> tuple[Any, Any]:
    """Give a record that was public and then merged, and its survivor."""
    new = records.MAKERS[resource.kind]()
    old = records.MAKERS[resource.kind]()
    table: Any = resource.model
    if survivor:
        table._base_manager.filter(pk=new.pk).update(**survivor)
    table._base_manager.filter(pk=old.pk).update(record_status="merged", merged_into=new.pk)
    return old, new


@every_resource
def test_the_old_address_leads_to_the_new(api: Any, resource: Resource) -> None:
    old, new = merged(resource)
    for slug in (old.slug, old.slug.upper(), old.slug.lower()):
        response = api.get(f"/api/v1/{resource.name}/{slug}/?format=json&fields=slug")
        document = assert_problem(response, 301)
        assert response["Location"] == f"/api/v1/{resource.name}/{new.slug}/?format=json&fields=slug"
        assert document["allowed"] == [new.slug] and new.slug in document["detail"]
        assert document["type"] == "urn:registry:problem:merged"
        assert api.json(response["Location"]) == {"slug": new.slug}


@every_resource
def test_a_redirect_is_told_to_head_too_and_is_not_kept_for_ever(api: Any, resource: Resource) -> None:
    old, new = merged(resource)
    address = f"/api/v1/{resource.name}/{old.slug}/"
    head = api.head(address)
    assert (head.status_code, head.content) == (301, b"")
    assert head["Location"] == f"/api/v1/{resource.name}/{new.slug}/"
    answer = api.get(address, HTTP_ORIGIN="https://example.org")
    assert "max-age=0" in answer["Cache-Control"] and "ETag" not in answer
    assert answer["Access-Control-Allow-Origin"] == "*"


@every_resource
def test_a_client_with_the_old_answer_is_told_too(api: Any, resource: Resource) -> None:
    """The ETag of the record as it was does not answer 304 once it is merged."""
    from django.db import connection

    old, new = records.MAKERS[resource.kind](), records.MAKERS[resource.kind]()
    address = f"/api/v1/{resource.name}/{old.slug}/"
    tag = api.get(address)["ETag"]
    table: Any = resource.model
    table._base_manager.filter(pk=old.pk).update(record_status="merged", merged_into=new.pk)
    connection.check_constraints()
    with connection.cursor() as cursor:  # The transaction of a test never ends, which would move the version.
        cursor.execute("INSERT INTO registry_dataversion (kind, shard, changes) VALUES (%s, 99, 1)", [resource.kind])
    assert api.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 301


@every_resource
@pytest.mark.parametrize("status", ["draft", "in_review", "withdrawn"])
def test_a_survivor_that_is_not_public_is_not_named(api: Any, resource: Resource, status: str) -> None:
    old, new = merged(resource, record_status=status)
    response = api.get(f"/api/v1/{resource.name}/{old.slug}/")
    assert_problem(response, 404)
    assert "Location" not in response and new.slug.encode() not in response.content


@every_resource
def test_a_draft_that_was_merged_was_never_there(api: Any, resource: Resource) -> None:
    new = records.MAKERS[resource.kind]()
    old = records.MAKERS[resource.kind](record_status="draft")
    table: Any = resource.model
    table._base_manager.filter(pk=old.pk).update(record_status="merged", merged_into=new.pk)
    assert_problem(api.get(f"/api/v1/{resource.name}/{old.slug}/"), 404)


@every_resource
def test_a_merged_record_is_in_no_list(api: Any, resource: Resource) -> None:
    old, _ = merged(resource)
    found = api.get(f"/api/v1/{resource.name}/?order=-id&limit=20&fields=slug").content.decode()
    assert f'"{old.slug}"' not in found


@every_resource
def test_what_is_wrong_with_the_request_is_told_first(api: Any, resource: Resource) -> None:
    old, _ = merged(resource)
    assert_problem(api.get(f"/api/v1/{resource.name}/{old.slug}/?nonsense=1"), 400, "nonsense")
    assert_problem(api.get(f"/api/v1/{resource.name}/{old.slug}/?fields=nonsense"), 400, "fields")


@every_resource
def test_a_record_that_is_there_costs_no_further_query(api: Any, resource: Resource, django_assert_num_queries: Any) -> None:
    """The normal way does not know of merging: the look-up is composed only after a miss."""
    from api.filters import merged as module

    _, new = merged(resource)
    module._sql.cache_clear()
    assert api.get(f"/api/v1/{resource.name}/{new.slug}/").status_code == 200
    assert module._sql.cache_info().currsize == 0
    assert api.get(f"/api/v1/{resource.name}/no-such-{uuid4().hex}/").status_code == 404
    assert module._sql.cache_info().currsize == 1


LINKS = [
    (resource, name, filter_)
    for resource in RESOURCES
    for name, filter_ in resource.filters.declared.items()
    if type(filter_).__name__ in ("LinkFilter", "ThroughFilter", "CommodityFilter", "RegionFilter")
]


def _target(resource: Resource, name: str, filter_: Any) -> Any:
    if type(filter_).__name__ == "RegionFilter":
        return next(r for r in RESOURCES if r.kind == "region")
    model = (
        filter_.column(name, resource.model).related_model
        if type(filter_).__name__ == "LinkFilter"
        else filter_.rows._meta.get_field(filter_.target).related_model
    )
    return next((r for r in RESOURCES if r.model is model), None)


@pytest.mark.parametrize(("resource", "name", "filter_"), LINKS, ids=[f"{r.name}-{n}" for r, n, _ in LINKS])
def test_filters_by_a_merged_record_say_what_to_ask_for(api: Any, resource: Resource, name: str, filter_: Any) -> None:
    target = _target(resource, name, filter_)
    if target is None:
        pytest.skip(f"{name} of {resource.name} points at no resource")
    old, new = merged(target)
    document = assert_problem(api.get(f"/api/v1/{resource.name}/?{name}={old.slug}"), 400, name)
    assert document["allowed"] == [new.slug]
    assert "was merged into" in document["detail"] and new.slug in document["detail"]
    assert api.get(f"/api/v1/{resource.name}/?{name}={new.slug}").status_code == 200


def test_statements_of_a_merged_record_say_what_to_ask_for(api: Any) -> None:
    old, new = merged(next(resource for resource in RESOURCES if resource.kind == "license"))
    assert assert_problem(api.get(f"/api/v1/statements/?record={old.slug}"), 400, "record")["allowed"] == [new.slug]
