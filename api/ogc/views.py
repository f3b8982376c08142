"""The views of the API: no logic, only the way from a request to a document, and from a document to JSON or a page."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
import psycopg
from django.http import HttpRequest, HttpResponse

from api.errors import BadParameter, NotFound
from api.filters.parameters import nearest
from api.http.bodies import read_parameters
from api.http.moved import lead_on
from api.http.negotiation import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from api.http.views import ReadView
from api.ogc import documents, features, pages
from api.ogc.documents import Document, found, title_of
from api.ogc.item_query import LISTS, ItemQuery, lists_of_items, read_item, read_items
from api.ogc.links import REL, Link, address, link, self_links
from api.ogc.openapi import description
from api.query.counts import count_up_to
from api.query.rows import Page, page

#: Up to this many records are counted unasked, in a collection of no more than so many: it costs a few milliseconds at most.
COUNTED, COUNTED_AMONG = 10_000, 100_000
_TYPES = {"json": JSON, "geojson": GEOJSON, "schema": SCHEMA, "openapi": f"{OPENAPI};version=3.0"}


class OgcView(ReadView):
    """An address of the API: it takes `f`, and comes as JSON or as a page."""

    #: It describes itself at /ogc/api.
    schema = None

    formats: ClassVar[tuple[str, ...]] = ("json", "html")
    format_parameter: ClassVar[str] = "f"
    parameters: ClassVar[tuple[str, ...] | None] = ("f",)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Answer; a problem comes as a page to whom wants pages."""
        return pages.readable(request, super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the parameters, choose the format, answer."""
        given = self.given(request, **kwargs)
        if self.parameters is not None:
            for name in given:
                if name not in self.parameters:
                    raise BadParameter(
                        f"This address has no such parameter.{nearest(name, self.parameters)}", name[:80], list(self.parameters)
                    )
        return self.answer(request, given, self.chosen_format(request, given), **kwargs)

    def answer(self, request: HttpRequest, given: dict[str, str], form: str, **kwargs: Any) -> HttpResponse:
        """Make the document and write it."""
        raise NotImplementedError


class DocumentView(OgcView):
    """A document of the API about itself, or about one of its collections."""

    make: ClassVar[Callable[..., Document]]
    page: ClassVar[str] = ""
    title: ClassVar[str] = ""

    def answer(self, request: HttpRequest, given: dict[str, str], form: str, **kwargs: Any) -> HttpResponse:
        """Make the document, with the links to itself."""
        resource = (found(kwargs["name"]),) if "name" in kwargs else ()
        document = type(self).make(request, *resource)
        if "links" in document:
            title = self.title or title_of(*resource)
            document["links"] = [*self_links(request, form, self.formats, {}, title), *document["links"]]
        if form == "html":
            return pages.document_page(request, self.page, document, resource[0] if resource else None)
        return HttpResponse(orjson.dumps(document), content_type=_TYPES[form])


class LandingView(DocumentView):
    """`/ogc/`."""

    make, page, title = documents.landing, "landing", documents.TITLE


class ConformanceView(DocumentView):
    """`/ogc/conformance`."""

    make, page, title = documents.conformance, "conformance", "Conformance classes"


class CollectionsView(DocumentView):
    """`/ogc/collections`."""

    make, page, title = documents.collections, "collections", "Collections"


class CollectionView(DocumentView):
    """`/ogc/collections/{name}`."""

    make, page = documents.collection, "collection"


class QueryablesView(DocumentView):
    """`/ogc/collections/{name}/queryables`."""

    formats = ("schema", "json", "html")
    make, page = documents.queryables, "schema"


class SchemaView(DocumentView):
    """`/ogc/collections/{name}/schema`."""

    formats = ("schema", "json", "html")
    make, page = documents.schema, "schema"


class SortablesView(DocumentView):
    """`/ogc/collections/{name}/sortables`."""

    formats = ("schema", "json", "html")
    make, page = documents.sortables, "schema"


class ApiView(OgcView):
    """`/ogc/api`: the OpenAPI description."""

    formats = ("openapi", "json", "html")

    def answer(self, request: HttpRequest, given: dict[str, str], form: str, **kwargs: Any) -> HttpResponse:
        """Describe every address."""
        if form == "html":
            return pages.render_page(request, "api", {"frame": "div"})
        return HttpResponse(orjson.dumps(description(request)), content_type=_TYPES[form])


class FeaturesView(OgcView):
    """Records of a collection, a page at a time."""

    formats: ClassVar[tuple[str, ...]] = ("geojson", "json", "html")
    parameters = None

    def page(self, request: HttpRequest, given: dict[str, Any], form: str, **kwargs: Any) -> HttpResponse:
        """Ask, and write the features with the links around them."""
        resource = found(kwargs["name"])
        item_query = read_items(resource, given)
        with refusals_of_the_database(given):
            rows = page(item_query.query)
            # The rows of a page may be in range where those behind them are not.
            matched = matched_by(item_query, rows, given)
        links = [
            *self.links_to_itself(request, given, form, title_of(resource)),
            link("collection", address(request, "collection", resource.name), JSON, title_of(resource)),
            link(REL.format("queryables"), address(request, "queryables", resource.name), SCHEMA, "Properties for filters"),
        ]
        following = rows.cursor and self.next_link(request, given, form, rows.cursor)
        if following:
            links.append(following)
        body = features.collection(rows.rows, item_query, links, matched)
        if form == "html":
            return pages.items_page(request, resource, item_query, given, body)
        headers = {"Content-Crs": f"<{item_query.crs.uri}>"}
        if following and "method" not in following:
            headers["Link"] = f'<{following["href"]}>; rel="next"; type="{GEOJSON}"'
        return HttpResponse(body, content_type=_TYPES[form if "f" not in given else "geojson"], headers=headers)

    def links_to_itself(self, request: HttpRequest, given: dict[str, Any], form: str, title: str) -> list[Link]:
        """Return the links to this page in its formats."""
        return _self_links(request, form, given, title)

    def next_link(self, request: HttpRequest, given: dict[str, Any], form: str, cursor: str) -> Link:
        """Return the link to the next page."""
        following = f"{request.build_absolute_uri(request.path)}?{urlencode({**given, 'cursor': cursor})}"
        return link("next", following, HTML if form == "html" else GEOJSON, "Next page")


class ItemsView(FeaturesView):
    """`/ogc/collections/{name}/items`."""

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return lists_of_items(found(kwargs["name"]))

    def answer(self, request: HttpRequest, given: dict[str, str], form: str, **kwargs: Any) -> HttpResponse:
        """Read the query from the address."""
        return self.page(request, given, form, **kwargs)


class SearchView(FeaturesView):
    """`POST /ogc/collections/{name}/search`: the same query as JSON, for filters too large for an address."""

    formats = ("geojson", "json")
    get = None  # type: ignore[assignment]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the query from the body; `filter` may be a CQL2 object."""
        given = read_parameters(request, filter=(dict, bool))
        return self.page(request, given, self.chosen_format(request, given), **kwargs)

    def links_to_itself(self, request: HttpRequest, given: dict[str, Any], form: str, title: str) -> list[Link]:
        """Return none: an answer to a POST has no address."""
        return []

    def next_link(self, request: HttpRequest, given: dict[str, Any], form: str, cursor: str) -> Link:
        """Describe what to send for the next page."""
        following = link("next", request.build_absolute_uri(request.path), GEOJSON, "Next page")
        return {**following, "method": "POST", "body": {**given, "cursor": cursor}}


class ItemView(OgcView):
    """`/ogc/collections/{name}/items/{slug}`: one record."""

    formats = ("geojson", "json", "html")
    parameters = None

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return LISTS

    def answer(self, request: HttpRequest, given: dict[str, str], form: str, **kwargs: Any) -> HttpResponse:
        """Find it by its slug, in any letter case."""
        resource, slug = found(kwargs["name"]), str(kwargs["slug"])
        item_query = read_item(resource, slug, given)
        with refusals_of_the_database(given):
            rows = page(item_query.query).rows if "\x00" not in slug else []
        if not rows:
            lead_on(resource, slug, request)
            raise NotFound(f"There is no published record “{slug[:80]}” among the {resource.name.replace('-', ' ')}.")
        links = _self_links(request, form, given, slug)
        links.append(link("collection", address(request, "collection", resource.name), JSON, title_of(resource)))
        body = features.single(rows[0], item_query, links)
        if form == "html":
            return pages.item_page(request, resource, item_query, body)
        headers = {"Content-Crs": f"<{item_query.crs.uri}>"}
        return HttpResponse(body, content_type=_TYPES[form if "f" not in given else "geojson"], headers=headers)


@contextmanager
def refusals_of_the_database(given: Mapping[str, Any]) -> Iterator[None]:
    """Make what only the database can tell to be wrong with the numbers or shapes of a query a problem of the query."""
    try:
        yield
    except (psycopg.DataError, psycopg.errors.InternalError_):
        named = next((name for name in ("filter", "crs", "bbox") if name in given), None)
        if named is None:
            raise
        raise BadParameter("It contains a number, pattern or geometry that is out of range.", named) from None


def matched_by(item_query: ItemQuery, rows: Page, given: Mapping[str, Any]) -> int | None:
    """Return how many records there are, if that was asked or is known cheaply."""
    if rows.count is not None:
        return rows.count
    if "cursor" not in given and rows.cursor is None:
        return len(rows.rows)
    return count_up_to(item_query.query, COUNTED, COUNTED_AMONG)


def _self_links(request: HttpRequest, form: str, given: dict[str, str], title: str) -> list[Link]:
    rest = {name: value for name, value in given.items() if name != "f"}
    return self_links(request, "html" if form == "html" else "geojson", ("geojson", "html"), rest, title)
