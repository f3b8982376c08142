"""The views: no logic, only the way from a request to an answer."""

from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse

from api.errors import BadBody, BadParameter, NotFound, TooLarge
from api.http.negotiation import GEOJSON, JSON, choose
from api.http.views import ReadView
from api.query.parameters import check_pairs, read_query
from api.query.question import field_names, read_fields, read_question
from api.query.rows import Row, one, page
from api.resources.resource import Resource
from api.rest.formats import WRITERS, Envelope, feature, record

MAX_BODY_BYTES = 2_000_000


class PageView(ReadView):
    """Records of a resource, a page at a time."""

    resource: Resource = None  # type: ignore[assignment]

    def page(self, request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
        """Read the question, fetch the page, write it."""
        kind = choose(given.get("format"), request.META.get("HTTP_ACCEPT", ""), formats_of(self.resource))
        question = read_question(self.resource, given)
        found = page(question)
        following = self.following(request, given, found.cursor) if found.cursor else None
        envelope = Envelope(following, found.count, found.unlocated, question.near is not None)
        content_type, write = WRITERS[kind]
        body = write(self.resource, found.rows, envelope, question.fields)
        response = HttpResponse(body, content_type=content_type)
        if following and following.startswith("http"):
            response.headers["Link"] = f'<{following}>; rel="next"'
        return response

    def following(self, request: HttpRequest, given: dict[str, Any], cursor: str) -> str:
        """Say where the next page is."""
        return request.build_absolute_uri(f"{request.path}?{urlencode({**given, 'cursor': cursor})}")


class ListView(PageView):
    """Records of a resource: filtered, sorted, a page at a time."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the question from the address."""
        return self.page(request, read_query(request.META.get("QUERY_STRING", "")))


class SearchView(PageView):
    """The same questions by POST, for shapes too large for an address: a JSON object of the list's parameters."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the question from the body."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES:
            raise TooLarge(f"The body is larger than {MAX_BODY_BYTES:,} bytes.")
        try:
            given = orjson.loads(request.read(MAX_BODY_BYTES + 1))
        except orjson.JSONDecodeError:
            raise BadBody("The body is not a JSON object.") from None
        if not isinstance(given, dict):
            raise BadBody("The body is not a JSON object.")
        return self.page(request, check_pairs((name, _as_text(name, value)) for name, value in given.items()))

    def following(self, request: HttpRequest, given: dict[str, Any], cursor: str) -> str:
        """Give the cursor that goes into the next body."""
        return cursor


def _as_text(name: str, value: Any) -> Any:
    if name == "intersects" and isinstance(value, dict):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ",".join(str(one) for one in value)
    if not isinstance(value, str):
        raise BadParameter("Write the value as text, a number, or a list of these.", name[:80])
    return value


class DetailView(ReadView):
    """One record, with everything that hangs on it."""

    resource: Resource = None  # type: ignore[assignment]

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Fetch it by its slug, in any letter case."""
        resource, slug = self.resource, str(kwargs["slug"])
        given = _only(read_query(request.META.get("QUERY_STRING", "")), "format", "fields", "omit")
        formats = ("json", "geojson") if resource.geometry else ("json",)
        kind = choose(given.get("format"), request.META.get("HTTP_ACCEPT", ""), formats)
        fields = read_fields(resource, given, detail_names(resource))
        raw = one(resource, slug) if "\x00" not in slug else None
        if raw is None:
            raise NotFound(f"There is no published record “{slug[:80]}” among the {resource.name.replace('-', ' ')}.")
        document, geometry, live, detail = raw
        row = Row(document, geometry, live[:-1] + b"," + detail[1:] if live else detail, None)
        if kind == "geojson":
            return HttpResponse(feature(resource, row, fields), content_type=GEOJSON)
        return HttpResponse(record(resource, row, fields), content_type=JSON)


def formats_of(resource: Resource) -> tuple[str, ...]:
    """Name the formats that the lists of a resource come in."""
    return ("json", "geojson", "csv") if resource.geometry else ("json", "csv")


def detail_names(resource: Resource) -> tuple[str, ...]:
    """Give the names of the fields of a single record."""
    return (*field_names(resource), *resource.detail().fields)  # type: ignore[attr-defined]


def _only(given: dict[str, str], *known: str) -> dict[str, str]:
    for name in given:
        if name not in known:
            raise BadParameter("A single record takes only these parameters.", name[:80], list(known))
    return given
