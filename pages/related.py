"""Records of other kinds that a page lists, each by a query that the API answers too."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from api.query.list_query import read_query
from api.query.rows import Page, first_pages, nearest
from api.resources.resource import Resource, resource_named
from explorer.language import numerals
from pages.addresses import list_of, page_of
from pages.facts import fields_of
from pages.labels import label_of
from pages.names import own_name
from pages.production import Production, production
from pages.values import Value, value_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: Kind of a page's record → headings with the list, its parameters ({slug} is the record's), and what each row shows.
_LISTS: dict[str, tuple[tuple["_StrPromise", str, dict[str, str], tuple[str, ...]], ...]] = {
    "country": (
        (gettext_lazy("Deposits"), "deposits", {"country": "{slug}"}, ("deposit_type", "development_status", "commodities")),
        (gettext_lazy("Licences"), "licenses", {"country": "{slug}"}, ("kind", "status", "expires")),
        (gettext_lazy("Policy frameworks"), "policy-frameworks", {"country": "{slug}"}, ("kind", "status", "in_force")),
    ),
    "region": (
        (gettext_lazy("Deposits"), "deposits", {"region": "{slug}"}, ("country", "deposit_type", "development_status")),
        (gettext_lazy("Licences"), "licenses", {"region": "{slug}"}, ("country", "kind", "status")),
    ),
    "commodity": (
        (gettext_lazy("Deposits"), "deposits", {"commodity": "{slug}"}, ("country", "deposit_type", "development_status")),
        (gettext_lazy("Policy frameworks"), "policy-frameworks", {"commodity": "{slug}"}, ("kind", "status", "in_force")),
    ),
}
_SHOWN = 60
_PRODUCED = {"topic": "production", "limit": "200"}
#: How many neighbours are named, and how far away one may be.
_NEAR, _NEAR_KM = 7, 500


@dataclass(frozen=True)
class RelatedRow:
    """A record in a list of another's page."""

    name: str
    href: str
    cells: tuple[Value, ...]
    longitude: float | None
    latitude: float | None


@dataclass(frozen=True)
class Related:
    """A list of records with where all of them are, on the site and in the API."""

    title: str
    resource: Resource
    columns: tuple[str, ...]
    rows: tuple[RelatedRow, ...]
    is_cut: bool
    href: str
    api: str
    #: Whether it is what the page is about, rather than beside it.
    is_first: bool = True

    @property
    def number(self) -> str:
        """Count the rows; of a list that is cut, those shown."""
        return f"{len(self.rows)}+" if self.is_cut else f"{len(self.rows)}"


def related(kind: str, slug: str) -> tuple[list[Related], Production | None]:
    """Return the lists of a record's page, and the chart of a country, read by one statement; empty ones are left out."""
    declared = _LISTS.get(kind, ())
    given = [{key: value.format(slug=slug) for key, value in parameters.items()} for _, _, parameters, _ in declared]
    resources = [resource_named(name) for _, name, _, _ in declared]
    queries = [read_query(r, {"limit": str(_SHOWN), **g}) for r, g in zip(resources, given, strict=True)]
    charted = [read_query(resource_named("findings"), _PRODUCED | {kind: slug})] if kind == "country" else []
    answers = first_pages([*queries, *charted])
    found = [
        _listed(str(title), query.resource, parameters, columns, answer)
        for (title, _, _, columns), query, parameters, answer in zip(declared, queries, given, answers, strict=False)
    ]
    return [one for one in found if one.rows], production(answers[-1].rows) if charted else None


def nearby(record: dict[str, Any]) -> Related | None:
    """Return the nearest deposits of a point, without the record itself."""
    longitude, latitude = record.get("longitude"), record.get("latitude")
    if longitude is None or latitude is None:
        return None
    given = {"near": f"{longitude},{latitude}", "radius_km": str(_NEAR_KM)}
    resource = resource_named("deposits")
    query = read_query(resource, {**given, "limit": str(_NEAR)})
    columns = ("country", "development_status")
    title = gettext("Deposits within %(distance)s km") % {"distance": _NEAR_KM}
    found = _listed(title, resource, given, columns, Page(nearest(query)), record["slug"])
    return found if found.rows else None


def _listed(
    title: str, resource: Resource, given: dict[str, str], columns: tuple[str, ...], answer: Page, without: str = ""
) -> Related:
    fields = dict(fields_of(resource))
    is_near = "near" in given
    rows = []
    for row in answer.rows:
        one = orjson.loads(row.document)
        if one["slug"] == without:
            continue
        cells = tuple(
            value_of(fields.get(name), one[name], resource.model) if one.get(name) not in (None, "", []) else Value("")
            for name in columns
        )
        if is_near:
            cells = (Value(_kilometres(row.distance_m or 0)), *cells)
        label = own_name(resource.kind, one["slug"], str(one.get("name") or one.get("title") or one["slug"]))
        rows.append(RelatedRow(label, page_of(resource, one["slug"]), cells, one.get("longitude"), one.get("latitude")))
    written = urlencode(given)
    return Related(
        title=title,
        resource=resource,
        columns=(*([gettext("Distance")] if is_near else []), *map(label_of, columns)),
        rows=tuple(rows),
        is_cut=answer.cursor is not None,
        href=f"{list_of(resource)}?{written}",
        is_first=not is_near,
        api=f"{reverse(f'api:{resource.name}-list')}?{written}",
    )


def _kilometres(metres: float) -> str:
    return gettext("%(number)s km") % {"number": numerals(f"{metres / 1000:,.0f}")}
