"""The versions of a record by the protocol Memento (RFC 7089): a gate that chooses one by a time, a list, and each of them.

The gate and the list have addresses of their own, below that of the record: the record's own responses do not vary by
Accept-Datetime, which would split every shared cache.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from api.errors import BadParameter, NotFound
from api.filters.merged import survivor
from api.filters.parameters import moment
from api.http.cache import CACHE_CONTROL
from api.http.moved import lead_on
from api.http.negotiation import JSON, LINKS
from api.http.views import ReadView
from api.query.fields import FIELD_LISTS
from api.query.versions import Version, versions_of
from api.resources.resource import Resource
from api.rest.views import DetailView, only
from registry.vocabularies import RecordStatus

#: A version is not made otherwise later, but a record that is withdrawn is to be forgotten within a day.
IMMUTABLE = "public, max-age=86400, immutable"
#: A transaction that began before may still be open: its changes will count from its beginning.
SETTLED = timedelta(hours=1)


_TEXT = {"type": "string"}
_LISTED = {
    "type": "object",
    "required": ["datetime", "uri", "version"],
    "properties": {"datetime": {**_TEXT, "format": "date-time"}, "uri": _TEXT, "version": {"type": "integer"}},
}
TIMEMAP: dict[str, Any] = {
    "type": "object",
    "required": ["original_uri", "timegate_uri", "timemap_uri", "mementos"],
    "properties": {
        "original_uri": _TEXT,
        "timegate_uri": _TEXT,
        "timemap_uri": {"type": "object", "properties": {"link_format": _TEXT, "json_format": _TEXT}},
        "mementos": {
            "type": "object",
            "required": ["first", "last", "list"],
            "properties": {"first": _LISTED, "last": _LISTED, "list": {"type": "array", "items": _LISTED}},
        },
    },
}


class Addresses:
    """The addresses around a record, as a request reaches the service."""

    def __init__(self, request: HttpRequest, resource: Resource, slug: str) -> None:
        """Keep what they are made of."""
        self.request, self.resource, self.slug = request, resource, slug

    def __call__(self, what: str, *more: str) -> str:
        """Return the address of the record (`detail`), of its gate, its list, or of a version."""
        return self.request.build_absolute_uri(reverse(f"api:{self.resource.name}-{what}", args=[self.slug, *more]))

    def memento(self, version: Version) -> str:
        """Return the address of a version: the time at which it began."""
        return self("memento", version.began.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"))

    @property
    def timemap(self) -> str:
        """Return the address of the list, in the format of the protocol."""
        return f"{self('timemap')}?format=link"

    def links(self) -> list[str]:
        """Return the links from any of these addresses to the record, its gate and its list."""
        return [
            f'<{self("detail")}>; rel="original"',
            f'<{self("timegate")}>; rel="timegate"',
            f'<{self.timemap}>; rel="timemap"; type="{LINKS}"',
        ]

    def of_versions(self, chosen: dict[str, Version]) -> list[str]:
        """Return links to versions by their relation; one that has several is linked once."""
        by_version: dict[Version, list[str]] = {}
        for relation, version in chosen.items():
            by_version.setdefault(version, []).append(relation)
        return [
            f'<{self.memento(one)}>; rel="{" ".join((*relations, "memento")).strip()}"; datetime="{http_date(one.began)}"'
            for one, relations in by_version.items()
        ]


def http_date(at: datetime) -> str:
    """Write a time as headers do, to the second."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


class _VersionsView(ReadView):
    """An address about the versions of a record."""

    resource: Resource = None  # type: ignore[assignment]

    def versions(self, request: HttpRequest, slug: str) -> list[Version]:
        """Return the states of a record since it was public first; raises a Problem."""
        found = versions_of(self.resource, slug)
        if not found:
            lead_on(self.resource, slug, request)
            raise NotFound(f"There is no published record “{slug[:80]}” among the {self.resource.name.replace('-', ' ')}.")
        return found

    def lead(self, request: HttpRequest, slug: str, states: list[Version], time: datetime | None) -> HttpResponse:
        """Lead to the version that was current at a time; raises NotFound where the record was not public then."""
        at = Addresses(request, self.resource, slug)
        chosen = next((one for one in reversed(states) if time is None or _second(one.began) <= time), states[0])
        headers = {"Cache-Control": CACHE_CONTROL, "Link": ", ".join((*at.links(), *at.of_versions(_ends(states))))}
        if chosen.is_public:
            return HttpResponse(status=302, headers={**headers, "Location": at.memento(chosen)})
        if chosen.status == RecordStatus.MERGED and (other := survivor(self.resource.model, slug, self.resource.published)):
            return HttpResponse(
                status=302, headers={**headers, "Location": Addresses(request, self.resource, other)("timegate")}
            )
        raise NotFound(f"“{slug[:80]}” was not public at that time; the header Link names its versions.", headers=headers)


class TimeGateView(_VersionsView):
    """Leads to the version of a record that a header Accept-Datetime asks for."""

    formats = ()
    operation: ClassVar[dict[str, Any]] = {
        "summary": "Find the version at a time (Memento TimeGate)",
        "description": "Leads to the version that was current at the time in the header Accept-Datetime: the first one if that"
        " is earlier, the last one without the header. A record that had been merged by then leads on to the other record.",
        "parameters": [
            {
                "in": "header",
                "name": "Accept-Datetime",
                "schema": {"type": "string"},
                "description": "Time as HTTP writes it (RFC 9110).",
                "example": "Tue, 01 Dec 2026 00:00:00 GMT",
            }
        ],
        "responses": {"302": {"description": "The version is at the address in the header Location."}},
        "problems": ("301", "400", "404", "503"),
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Choose a version."""
        only(self.given(request))
        slug = str(kwargs["slug"])
        response = self.lead(request, slug, self.versions(request, slug), _accepted_time(request))
        response.headers["Vary"] = "Accept-Datetime"
        return response


class TimeMapView(_VersionsView):
    """Lists the versions of a record."""

    formats = ("json", "link")
    operation: ClassVar[dict[str, Any]] = {
        "summary": "List the versions (Memento TimeMap)",
        "description": "Every version that readers have seen, the oldest first, with the time at which it began. `format=link`"
        " gives application/link-format.",
        "parameters": [
            {
                "in": "query",
                "name": "format",
                "schema": {"type": "string", "enum": ["json", "link"]},
                "description": "Format of the response. Overrides `Accept`.",
            }
        ],
        "responses": {"200": {"description": "The versions.", "content": {JSON: {"schema": TIMEMAP}}}},
        "problems": ("301", "400", "404", "406", "503"),
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Write them as JSON, or as links."""
        given = only(self.given(request), "format")
        slug = str(kwargs["slug"])
        at = Addresses(request, self.resource, slug)
        public = [one for one in self.versions(request, slug) if one.is_public]
        if self.chosen_format(request, given) == "json":
            return HttpResponse(orjson.dumps(_document(at, public)), content_type=JSON)
        span = f'from="{http_date(public[0].began)}"; until="{http_date(public[-1].began)}"'
        own = f'<{at.timemap}>; rel="self"; type="{LINKS}"; {span}'
        links = [*at.links()[:2], own, *(link for one in public for link in at.of_versions(_relations(public, one)))]
        return HttpResponse(",\n".join(links), content_type=LINKS)


class MementoView(DetailView, _VersionsView):
    """A version of a record: what it showed from a time on."""

    by_language = False

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show it as it was, at the address of the time at which it began; any other time leads there."""
        given, slug = only(self.given(request), "format", *FIELD_LISTS), str(kwargs["slug"])
        at, then = Addresses(request, self.resource, slug), moment("began", str(kwargs["began"]))
        states = self.versions(request, slug)
        public = [one for one in states if one.is_public]
        place = next((number for number, one in enumerate(public) if one.began == then), None)
        if place is None:
            return self.lead(request, slug, states, then)
        response = self.shown(request, slug, given, then, None)
        response.headers["Memento-Datetime"] = http_date(then)
        beside = {"prev": public[place - 1]} if place else {}
        beside |= {"next": public[place + 1]} if place + 1 < len(public) else {}
        response.headers["Link"] = ", ".join((*at.links(), *at.of_versions({"": public[place], **_ends(public), **beside})))
        return response

    def _answer(self, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
        response = super()._answer(request, kwargs)
        is_kept = response.status_code in (200, 304)
        if is_kept and datetime.now(UTC) - moment("began", kwargs["began"]) > SETTLED:
            response.headers["Cache-Control"] = IMMUTABLE
        return response


def _accepted_time(request: HttpRequest) -> datetime | None:
    """Read the header Accept-Datetime; raises BadParameter."""
    text = request.META.get("HTTP_ACCEPT_DATETIME")
    if text is None:
        return None
    try:
        at = parsedate_to_datetime(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise BadParameter(
            f"“{text[:60]}” is no time of HTTP; write e.g. Tue, 01 Dec 2026 00:00:00 GMT.", "Accept-Datetime"
        ) from None


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _ends(states: Sequence[Version]) -> dict[str, Version]:
    public = [one for one in states if one.is_public]
    return {"first": public[0], "last": public[-1]}


def _relations(public: Sequence[Version], one: Version) -> dict[str, Version]:
    ends = {name: version for name, version in _ends(public).items() if version is one}
    return ends or {"": one}


def _document(at: Addresses, public: Sequence[Version]) -> dict[str, Any]:
    listed = [{"datetime": one.began, "uri": at.memento(one), "version": one.number} for one in public]
    return {
        "original_uri": at("detail"),
        "timegate_uri": at("timegate"),
        "timemap_uri": {"link_format": at.timemap, "json_format": f"{at('timemap')}?format=json"},
        "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
    }
