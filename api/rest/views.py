"""The views: no logic, only the way from a request to an answer."""

import re
from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri

from api.database.version import data_version
from api.errors import BadParameter, NotFound
from api.http.bodies import read_parameters
from api.http.language import PARAMETER
from api.http.moved import lead_on
from api.http.negotiation import GEOJSON, JSON, LINKS
from api.http.views import ReadView
from api.query.facet_names import read_facets
from api.query.facets import counted
from api.query.fields import FIELD_LISTS, field_names, read_fields
from api.query.list_query import ON, ListQuery, json_types_of, lists_of, read_on, read_query
from api.query.names import in_language
from api.query.past import AS_OF, check_parameters, one_then, read_as_of
from api.query.rows import Row, one, page
from api.resources.resource import Resource
from api.rest.formats import FORMS, Envelope, NextPage, feature, record

#: A query string that urlencode would leave as it is; encoding one costs as much as half of the page's joining.
_PLAIN_QUERY = re.compile(r"([A-Za-z_]+=[A-Za-z0-9_.~-]+(&[A-Za-z_]+=[A-Za-z0-9_.~-]+)*)?")


class RecordsView(ReadView):
    """Records of a resource, with names in the language that is chosen."""

    resource: Resource = None  # type: ignore[assignment]
    by_language = True

    def named(self, rows: list[Row], language: str, then: datetime | None) -> list[Row]:
        """Return rows with their names in a language; those of the past are shown as they were."""
        return in_language(self.resource, rows, language) if language and not then else rows


class PageView(RecordsView):
    """Records of a resource, a page at a time."""

    def offered(self) -> tuple[str, ...]:
        """Name the formats of the list."""
        return formats_of(self.resource)

    def page(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        """Read the query, fetch the page, write it with the position of the feed that was read before."""
        position = data_version().position
        kind = self.chosen_format(request, given)
        form = FORMS[kind]
        then, others = read_as_of(given)
        query = read_query(self.resource, others, form.geometry, then)
        if then:
            check_parameters(self.resource, others)
        facets = self._facets(query, others, kind)
        found = page(query)
        rows = self.named(found.rows, self.language(request, given), then)
        following = self.following(request, given, found.cursor) if found.cursor else None
        envelope = Envelope(
            following,
            request.method == "POST",
            None if then else position,
            found.count,
            found.unlocated,
            query.near is not None,
            facets,
            query.on is not None,
            found.undecided,
        )
        body = form.write(self.resource, rows, envelope, query.fields)
        response = HttpResponse(body, content_type=form.content_type)
        if following:
            response.headers["Link"] = following.header
        return response

    def _facets(self, query: ListQuery, given: dict[str, Any], kind: str) -> dict[str, Any] | None:
        """Count the records by what the request names; raises BadParameter."""
        if "facet" not in given:
            return None
        names = read_facets(self.resource, given["facet"])
        if kind == "csv":
            raise BadParameter("A response in CSV has no place for facets. Use another format.", "facet")
        if query.near and "radius_m" not in query.near.values:
            raise BadParameter("Facets accept `near` only with `radius_km`.", "near")
        return {name: facet.document() for name, facet in counted(query, names).facets.items()}

    def following(self, request: HttpRequest, given: dict[str, Any], cursor: str) -> NextPage:
        """Describe where the next page is."""
        written = str(request.META.get("QUERY_STRING", ""))
        if _PLAIN_QUERY.fullmatch(written) and "cursor" not in given:
            query = f"{written}&cursor={cursor}" if written else f"cursor={cursor}"
        else:
            query = urlencode({**given, "cursor": cursor})
        return NextPage(request.build_absolute_uri(f"{request.path}?{query}"), cursor)


class ListView(PageView):
    """Records of a resource: filtered, sorted, a page at a time."""

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return lists_of(self.resource)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the query from the address."""
        return self.page(request, self.given(request))


class SearchView(PageView):
    """The same queries by POST, for shapes too large for an address: a JSON object of the list's parameters."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the query from the body."""
        return self.page(request, read_parameters(request, json_types_of(self.resource), intersects=(dict,)))

    def following(self, request: HttpRequest, given: dict[str, Any], cursor: str) -> NextPage:
        """Describe what to send for the next page."""
        return NextPage(request.build_absolute_uri(request.path), cursor, given)


class DetailView(RecordsView):
    """One record, with all related rows."""

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return FIELD_LISTS

    def offered(self) -> tuple[str, ...]:
        """Name the formats of a record."""
        return ("json", "geojson") if self.resource.geometry else ("json",)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Fetch it by its slug, in any letter case."""
        resource, slug = self.resource, str(kwargs["slug"])
        given = only(self.given(request), "format", PARAMETER, *FIELD_LISTS, AS_OF, *((ON,) if resource.on_date else ()))
        then, given = read_as_of(given)
        on = read_on(resource, given)
        for name in (ON, PARAMETER):
            if then and name in given:
                raise BadParameter(f"`{name}` cannot be combined with `as_of`.", name)
        response = self.shown(request, slug, given, then, on)
        here = iri_to_uri(request.path)
        response.headers["Link"] = (
            f'<{here}timegate/>; rel="timegate", <{here}timemap/?format=link>; rel="timemap"; type="{LINKS}"'
        )
        return response

    def shown(
        self, request: HttpRequest, slug: str, given: dict[str, str], then: datetime | None, on: date | None
    ) -> HttpResponse:
        """Write the record as it is, was at a time, or on a day; raises a Problem."""
        resource, kind = self.resource, self.chosen_format(request, given)
        fields = read_fields(resource, given, FORMS[kind].geometry, detail_names(resource))
        raw = fetch_record(resource, slug, then, on, whole=fields is None or not {*fields} <= {*field_names(resource)})
        if raw is None:
            lead_on(resource, slug, request)
            at = " at that time that is still public" if then else ""
            raise NotFound(f"There is no published record “{slug[:80]}”{at} among the {resource.name.replace('-', ' ')}.")
        document, geometry, live, detail = raw
        row = Row(document, geometry, live[:-1] + b"," + detail[1:] if live and detail else live or detail, None)
        (row,) = self.named([row], self.language(request, given), then)
        if kind == "geojson":
            return HttpResponse(feature(resource, row, fields), content_type=GEOJSON)
        return HttpResponse(record(resource, row, fields), content_type=JSON)


def fetch_record(
    resource: Resource, slug: str, then: datetime | None, on: date | None = None, *, whole: bool, corners: bool = False
) -> tuple[Any, ...] | None:
    """Fetch a record by its slug, now, at a time or on a day: document, geometry, live fields, details; None if none.

    Of the present, the `corners` of the geometry may be enough.
    """
    if "\x00" in slug:
        return None
    return one_then(resource, slug, then) if then else one(resource, slug, whole, on, corners)


def formats_of(resource: Resource) -> tuple[str, ...]:
    """Name the formats that the lists of a resource come in."""
    return ("json", "geojson", "csv") if resource.geometry else ("json", "csv")


@cache
def detail_names(resource: Resource) -> tuple[str, ...]:
    """Return the names of the fields of a single record."""
    return (*field_names(resource), *resource.detail().fields)  # type: ignore[attr-defined]


def only(given: dict[str, str], *known: str) -> dict[str, str]:
    """Reject parameters that a single record does not have; raises BadParameter."""
    for name in given:
        if name not in known:
            raise BadParameter("A single record accepts only these parameters.", name[:80], list(known))
    return given
