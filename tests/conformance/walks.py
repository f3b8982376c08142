"""Ways through the API that several suites go."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

from api.resources.resource import Resource, all_resources

RESOURCES = all_resources()
NAMES = [resource.name for resource in RESOURCES]


def address(resource: Resource, **parameters: Any) -> str:
    query = urlencode({name.rstrip("_"): value for name, value in parameters.items()})
    return f"/api/v1/{resource.name}/{query and '?'}{query}"


def pages(api: Any, resource: Resource, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Follow `next` to the end."""
    following: str | None = address(resource, **parameters)
    while following:
        page = api.json(following)
        yield page
        following = page["next"] and f"{urlsplit(page['next']).path}?{urlsplit(page['next']).query}"


def walk(api: Any, resource: Resource, **parameters: Any) -> list[dict[str, Any]]:
    """Give every record of a list."""
    return [record for page in pages(api, resource, **parameters) for record in page["results"]]


def slugs(records: list[dict[str, Any]]) -> list[str]:
    return [record["slug"] for record in records]


def published(resource: Resource) -> Any:
    """Give the published records by the ORM, the other way to the same."""
    return resource.published(resource.model._default_manager.published())  # type: ignore[attr-defined]
