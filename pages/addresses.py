"""Addresses of the pages, by the kind of record as the API names it."""

from functools import cache
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language

from api.resources.resource import Resource, all_resources
from registry.kinds import PARTS_OF_RECORDS


@cache
def resource_of_kind(kind: str) -> Resource | None:
    """Find the resource of a kind of record, or of what is a part of one (`license_event`)."""
    part = PARTS_OF_RECORDS.get(kind)
    return {resource.kind: resource for resource in all_resources()}.get(part.part_of if part else kind)


@cache
def resource_of_model(model: type[Any]) -> Resource | None:
    """Find the resource that shows a model."""
    return next((resource for resource in all_resources() if resource.model is model), None)


def page_of(resource: Resource | None, slug: str | None) -> str:
    """Return the address of a record's page; "" if it has none."""
    return f"{list_of(resource)}{slug}/" if resource and slug else ""


def list_of(resource: Resource) -> str:
    """Return the address of the page that lists a resource; a page has hundreds of addresses, so each is made up once."""
    return _list_of(resource.name, get_language(), get_script_prefix())


@cache
def _list_of(name: str, language: str | None, script_prefix: str) -> str:
    return reverse(f"pages:{name}")
