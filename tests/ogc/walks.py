"""Ways through the collections that several suites go."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from api.resources.resource import Resource, all_resources

RESOURCES = all_resources()
NAMES = [resource.name for resource in RESOURCES]
LOCATED = [resource for resource in RESOURCES if resource.geometry]
CRS = "http://www.opengis.net/def/crs/{}"
CRS84 = CRS.format("OGC/1.3/CRS84")


def epsg(code: int) -> str:
    return CRS.format(f"EPSG/0/{code}")


def items(resource: Resource | str, **parameters: Any) -> str:
    """Give the address of items; an underscore stands for a hyphen."""
    name = resource if isinstance(resource, str) else resource.name
    query = urlencode({key.replace("_crs", "-crs").replace("_lang", "-lang"): value for key, value in parameters.items()})
    return f"/ogc/collections/{name}/items{query and '?'}{query}"


def walk(api: Any, resource: Resource | str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Give every feature, page after page."""
    address: str | None = items(resource, **parameters)
    while address:
        page = api.json(address)
        assert page["numberReturned"] == len(page["features"])
        yield from page["features"]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)


def ids(features: Any) -> list[str]:
    return [feature["id"] for feature in features]
