"""The explore page: rendered whole by the server; the script of the page adds the map and follows links in place."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from api.database.connection import fetch
from api.http.cache import CACHE_CONTROL
from api.http.methods import read_only
from api.query.facets import counted, unlocated_of
from api.query.list_query import lists_of, parameters_of
from api.query.rows import page
from api.query.selection import selected, statement
from api.rest.views import ListView
from api.tiles.layer import layers
from pages.explore.charts import charts, time_charts
from pages.explore.chips import chips
from pages.explore.colours import colourings, legend, sizings
from pages.explore.facets import facet_groups, shown_facets
from pages.explore.grades import grades_of
from pages.explore.selection import LISTED, Selection, address, read_selection, shared
from pages.labels import kinds_of
from pages.record_list import listing
from pages.views import _Page
from registry.sql import identifier, sql

#: What is shown to a reader who has not chosen anything yet.
_FIRST = ("deposits", {"commodity": "REE"})
#: What changes where a selection lies; the map goes there.
_PLACES = ("country", "region", "within", "bbox", "intersects", "near", "search", "admin_code", "organization", "holder")


@read_only
def first(request: HttpRequest) -> HttpResponse:
    """`/explore/`: the deposits of rare earths, or of what the address asks for."""
    name, parameters = _FIRST
    query = request.META.get("QUERY_STRING", "")
    resource = next(layer.resource for layer in layers() if layer.name == name)
    here = f"{address(resource, {})}?{query}" if query else address(resource, parameters)
    return HttpResponseRedirect(here, headers={"Cache-Control": CACHE_CONTROL})


class ExploreView(_Page, ListView):
    """A selection of one resource."""

    def offered(self) -> tuple[str, ...]:
        """Offer the page alone; programs ask the API."""
        return ("html",)

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return lists_of(self.resource)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make the page."""
        given = {name: value for name, value in self.given(request).items() if name != "format"}
        selection = read_selection(self.resource, given)
        return self.rendered(request, "pages/explore.html", context_of(selection))


def context_of(selection: Selection) -> dict[str, Any]:
    """Count, list and describe a selection."""
    resource = selection.resource
    query = selection.list_query(limit=str(LISTED), **selection.turned)
    names = dict.fromkeys((*shown_facets(resource), selection.colour))
    total = counted(query, tuple(names))
    found = page(query)
    rows = listing(resource, selection.given, found, parameters_of(resource))
    return {
        "selection": selection,
        "title": rows.title,
        "tabs": list(_tabs(selection)),
        "total": total.records,
        "unlocated": counted(unlocated_of(query), ()).records,
        # A place leaves out what has no location, and says of how many records that is so.
        "left_out": found.unlocated,
        "facets": facet_groups(selection, total),
        "chips": chips(selection, total),
        "is_rare": selection.chosen("commodity") == ["REE"],
        "rare": selection.href(commodity="REE"),
        "all": selection.href(commodity=None),
        "colourings": list(colourings(selection)),
        "legend": legend(selection, total),
        "sizings": sizings(selection, total),
        "has_duplicates": "possible_duplicate" in parameters_of(resource),
        "charts": charts(selection, total),
        "time_charts": time_charts(selection, total),
        "chart": grades_of(selection),
        "rows": rows,
        "next": _turned(selection, rows.next),
        "first": selection.href() if "cursor" in selection.turned else "",
        "api": _api(selection),
        "extent": extent(selection),
        "suggest": f"{reverse(f'api:{resource.name}-list')}?fields=slug,name,country&limit=8&search=",
    }


def _tabs(selection: Selection) -> Any:
    for layer in layers():
        here = layer.resource is selection.resource
        given = selection.given if here else shared(selection, layer.resource)
        yield {"words": kinds_of(layer.resource.model), "href": address(layer.resource, given), "here": here}


def _turned(selection: Selection, following: str) -> str:
    """Return the next page of the table: the cursor is that of the list."""
    if not following:
        return ""
    cursor = dict(part.split("=", 1) for part in urlsplit(following).query.split("&"))["cursor"]
    here = selection.href()
    return f"{here}{'&' if '?' in here else '?'}cursor={cursor}"


def _api(selection: Selection) -> str:
    listed = reverse(f"api:{selection.resource.name}-list")
    return f"{listed}?{selection.query}" if selection.given else listed


def extent(selection: Selection) -> str:
    """Return the box around the records as west,south,east,north, if the selection is narrowed to a place."""
    if not any(name in selection.given for name in _PLACES):
        return ""
    query = selection.list_query()
    column = identifier(str(selection.resource.geometry))
    chosen = statement(query, selected(query).values(str(selection.resource.geometry)))
    ((west, south, east, north),) = fetch(
        sql(
            "SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e) FROM (SELECT ST_Extent({column}::geometry) AS e"
            " FROM ({chosen}) c) x",
            column=column,
            chosen=chosen,
        )
    )
    return "" if west is None else ",".join(f"{one:.4f}" for one in (west, south, east, north))
