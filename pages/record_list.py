"""A page of a list: what it filters by, its rows, and where they are in every format."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from django.urls import reverse

from api.filters.clauses import Parameter
from api.query.rows import Page
from api.resources.resource import Resource
from pages.addresses import list_of, page_of
from pages.facts import fields_of
from pages.labels import kinds_of, label_of
from pages.names import own_name
from pages.values import Value, named, value_of

#: Columns of a list, for each resource; the name comes first.
_COLUMNS: dict[str, tuple[str, ...]] = {
    "deposits": ("country", "deposit_type", "development_status", "commodities"),
    "estimates": ("deposit", "stage", "category", "reporting_code", "effective"),
    "prospecting-objects": ("country", "kind", "status", "commodities"),
    "licenses": ("country", "kind", "status", "granted", "expires"),
    "policy-frameworks": ("kind", "status", "in_force", "ended"),
    "countries": ("iso3", "m49"),
    "regions": ("scheme", "m49"),
    "commodities": ("kind", "atomic_number"),
    "organizations": ("kind", "country", "parent"),
    "sources": ("kind", "publisher", "published", "language"),
    "findings": ("topic", "modality", "speaker", "as_of"),
    "disagreements": ("about",),
}
_DEFAULT_COLUMNS = ("updated_at",)


@dataclass(frozen=True)
class SelectFilter:
    """A filter of the page: a select of codes."""

    name: str
    label: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class ListedRecord:
    """A row of the page."""

    name: str
    href: str
    cells: tuple[Value, ...]


@dataclass(frozen=True)
class Listing:
    """The page of a list."""

    resource: Resource
    title: str
    search: str
    choices: tuple[SelectFilter, ...]
    columns: tuple[str, ...]
    rows: tuple[ListedRecord, ...]
    count: int | None
    next: str
    first: str
    api: str
    exports: tuple[tuple[str, str], ...]
    is_filtered: bool


def listing(resource: Resource, given: dict[str, str], answer: Page, parameters: dict[str, Parameter]) -> Listing:
    """Make the page from the parameters given and the rows found."""
    fields = dict(fields_of(resource))
    columns = tuple(name for name in _COLUMNS.get(resource.name, _DEFAULT_COLUMNS) if name in fields)
    rows = []
    for row in answer.rows:
        one = orjson.loads(row.document)
        label = own_name(resource.kind, one["slug"], str(one.get(resource.model.label_field) or one["slug"]))  # type: ignore[attr-defined]
        cells = tuple(_cell(fields[name], one.get(name), resource) for name in columns)
        rows.append(ListedRecord(label if len(label) < 160 else f"{label[:159]}…", page_of(resource, one["slug"]), cells))
    query = {name: value for name, value in given.items() if name not in ("cursor", "limit", "count")}
    here, written = list_of(resource), urlencode(query)
    export = reverse(f"exports:{resource.name}-export")
    formats = ("csv", "xlsx", *(("geojson", "gpkg") if resource.geometry else ()))
    return Listing(
        resource=resource,
        title=kinds_of(resource.model),
        search=given.get("search", ""),
        choices=tuple(_choices(resource, given, parameters, fields)),
        columns=tuple(map(label_of, columns)),
        rows=tuple(rows),
        count=answer.count,
        next=f"{here}?{urlencode({**query, 'cursor': answer.cursor})}" if answer.cursor else "",
        first=f"{here}?{written}" if "cursor" in given else "",
        api=f"{reverse(f'api:{resource.name}-list')}?{written}",
        exports=tuple((kind, f"{export}?{urlencode({**query, 'format': kind})}") for kind in formats),
        is_filtered=bool(query),
    )


def _cell(field: Any, given: Any, resource: Resource) -> Value:
    if given in (None, "", []):
        return Value("")
    if isinstance(given, list):
        names = [str(one.get("slug") or one.get("name")) if isinstance(one, dict) else str(one) for one in given]
        return Value(", ".join(names[:6]) + (" …" if len(names) > 6 else ""))
    return value_of(field, given, resource.model)


def _choices(
    resource: Resource, given: dict[str, str], parameters: dict[str, Parameter], fields: dict[str, Any]
) -> list[SelectFilter]:
    """Return a select for each filter by code, in the order of the declaration."""
    found = []
    for name, parameter in parameters.items():
        codes = parameter.schema.get("items", {}).get("enum") if parameter.schema.get("type") == "array" else None
        if codes and "__" not in name and name in fields and len(codes) <= 40:
            options = tuple((code, named(fields[name], code, resource.model), code == given.get(name)) for code in codes)
            found.append(SelectFilter(name, label_of(name), options))
    return found[:4]
