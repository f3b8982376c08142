"""Every record of the seed, and every kind of answer, is what the description says: a strict client can read it."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import models
from rest_framework.serializers import BaseSerializer, ListSerializer

from api.resources.fields import Rendered
from api.resources.resource import Resource
from tests.conformance.described import Schema, openapi
from tests.conformance.strict import Strict
from tests.conformance.walks import NAMES, RESOURCES, address, pages, published

pytestmark = pytest.mark.django_db
every_resource = pytest.mark.parametrize("resource", RESOURCES, ids=NAMES)
_JSON, _GEOJSON = "application/json", "application/geo+json"


@cache
def _strict() -> Strict:
    return Strict(openapi())


def check(document: Any, schema: Schema, where: str) -> None:
    """Fail if a document is not what the schema says."""
    assert [f"{where}: {problem}" for problem in _strict().problems(document, schema)] == []


def answer(path: str, status: str = "200", kind: str = _JSON, method: str = "get") -> Schema:
    """Give the schema of an answer."""
    described = openapi()["paths"][path][method]["responses"][status]
    if "$ref" in described:
        described = openapi()["components"]["responses"][described["$ref"].rpartition("/")[2]]
    assert len(described["content"]) == 1, "code generators get one type"
    return {**described.get("x-other-formats", {}), **described["content"]}[kind]["schema"]  # type: ignore[no-any-return]


@every_resource
def test_every_page_and_every_record(api: Any, resource: Resource) -> None:
    path = f"/api/v1/{resource.name}/"
    for page in pages(api, resource, limit=100, count="exact"):
        check(page, answer(path), path)
    kinds = [_JSON, _GEOJSON] if resource.geometry else [_JSON]
    for slug in published(resource).values_list("slug", flat=True):
        for kind in kinds:
            check(api.json(f"{path}{slug}/", HTTP_ACCEPT=kind), answer(f"{path}{{slug}}/", kind=kind), slug)
    if resource.geometry:
        check(api.json(address(resource, limit=1000, format="geojson")), answer(path, kind=_GEOJSON), path)


@every_resource
def test_pages_of_every_other_kind(api: Any, resource: Resource) -> None:
    path = f"/api/v1/{resource.name}/"
    ways: list[dict[str, str]] = [{"as_of": "2999-01-01"}, {"fields": "uid"}, {"omit": "uid"}, {"order": "-id"}]
    if resource.located:
        ways += [{"near": "76.2,42.8"}, {"within": "central-asia"}]
    for parameters in ways:
        response = api.get(address(resource, limit=3, **parameters))
        if response.status_code == 200:
            check(response.json(), answer(path), f"{path} {parameters}")
        else:
            check(response.json(), answer(path, "400", "application/problem+json"), f"{path} {parameters}")
    for kind, form in ((_JSON, "json"), (_GEOJSON, "geojson")):
        if kind == _JSON or resource.geometry:
            body = {"limit": 1, "format": form}
            posted = api.post(f"{path}search/", body, content_type=_JSON).json()
            check(posted, answer(f"{path}search/", kind=kind, method="post"), f"{path} by POST, {form}")


def test_everything_else(api: Any) -> None:
    problem = "application/problem+json"
    following = "/api/v1/changes/?limit=1000"
    while following:
        page = api.json(following)
        check(page, answer("/api/v1/changes/"), following)
        following = "" if page["up_to_date"] else page["next"].removeprefix("http://testserver")
    for path, query in (("/api/v1/locate/", "?lon=76.2&lat=42.8"), ("/api/v1/", "")):
        check(api.json(f"{path}{query}"), answer(path), path)
    for path, query, status in (
        ("/api/v1/deposits/", "?contry=KZ", 400),
        ("/api/v1/deposits/", "?country=XX&limit=1", 400),
        ("/api/v1/deposits/", "?format=xml", 400),
        ("/api/v1/changes/", "?after=x", 400),
    ):
        check(api.json(f"{path}{query}", status), answer(path, str(status), problem), query)
    check(api.json("/api/v1/deposits/x/", 404), answer("/api/v1/deposits/{slug}/", "404", problem), "404")
    check(api.json("/api/v1/deposits/", 406, HTTP_ACCEPT="image/png"), answer("/api/v1/deposits/", "406", problem), "406")


@every_resource
def test_items_and_features_of_ogc(api: Any, resource: Resource) -> None:
    document = api.json("/ogc/api?f=json")
    strict = Strict(document)
    name = resource.model.__name__
    slug = published(resource).values_list("slug", flat=True).first()
    for path, component in (("items?limit=1000", f"{name}Collection"), (f"items/{slug}", f"{name}Feature")):
        answered = api.json(f"/ogc/collections/{resource.name}/{path}")
        assert strict.problems(answered, {"$ref": f"#/components/schemas/{component}"}) == []


def columns(serializer: Any, model: Any) -> Iterator[tuple[str, Any, bool]]:
    """Give the fields of a serializer that show a column, nested ones too, and whether what they show may be unknown."""
    for name, field in serializer.fields.items():
        if isinstance(field, ListSerializer):
            relation = next(r for r in model._meta.related_objects if r.get_accessor_name() == field.source)
            yield from columns(field.child, relation.related_model)
        elif not isinstance(field, Rendered):
            holder, nullable = model, False
            *path, last = field.source.split(".")
            for step in path:
                key = holder._meta.get_field(step)
                holder, nullable = key.related_model, nullable or key.null
            column = holder._meta.get_field(last)
            nullable = nullable or (column.null and not isinstance(column, models.GeneratedField))
            yield f"{type(serializer).__name__}.{name}", field, nullable
            if isinstance(field, BaseSerializer):
                yield from columns(field, column.related_model)


@every_resource
def test_what_a_column_may_lack_is_declared_nullable(resource: Resource) -> None:
    """Whatever the seed holds: another record may lack what every seeded one has."""
    parts = [part for part in (resource.summary, resource.detail, resource.live) if part]
    wrong = {
        name for part in parts for name, field, nullable in columns(part(), resource.model) if nullable and not field.allow_null
    }
    # A list serializer leaves out a row whose record is not public, and so one whose key is null.
    assert wrong == set()
