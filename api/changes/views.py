"""The feed of changes: what became public, changed or ceased to be public, after a cursor."""

from collections.abc import Collection
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse

from api.changes import log
from api.changes.description import OPERATION
from api.changes.feed_query import FeedQuery, read_query
from api.changes.log import Stretch
from api.changes.long_poll import MoreChanges
from api.changes.position import Cursor
from api.changes.records import LoggedChange, changes_of
from api.http.cache import CACHE_CONTROL, content_tag, matches
from api.http.long_poll import WAITED, Preliminary
from api.http.negotiation import JSON, choose
from api.http.views import ReadView

#: When to ask again, for a client that cannot wait now, in seconds.
ASK_AGAIN_S = 5


class ChangesView(ReadView):
    """Changes after a cursor, a page at a time, and, for those who ask so, as soon as there are any."""

    operation: ClassVar[dict[str, Any]] = OPERATION

    def _answer(self, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
        """Tag the answer by what it holds: a change is held back by an older transaction, not by the data version."""
        if request.method not in ("GET", "HEAD"):
            return super()._answer(request, kwargs)
        response = self.get(request)
        tag = content_tag(response.content)
        response.headers["ETag"], response.headers["Vary"] = tag, "Accept"
        if isinstance(response, Preliminary) or not matches(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
            return response
        kept = {name: value for name, value in response.headers.items() if name not in ("Content-Type", "Content-Length")}
        return HttpResponse(status=304, headers=kept)

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return ("kind",)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the query, and write what there is; if there is nothing, the request may wait."""
        given = self.given(request)
        choose(None, request.META.get("HTTP_ACCEPT", ""), ("json",))
        query = read_query(given)
        stretch = _stretch(query)
        cursor = Cursor(query.era, stretch.end).text()
        following = request.build_absolute_uri(f"{request.path}?{urlencode({**given, 'after': cursor})}")
        page = _page(following, stretch)
        nothing = stretch.is_last and not stretch.entries
        response: HttpResponse
        if query.wait_s and nothing and request.method != "HEAD" and WAITED not in request.META:
            response = Preliminary(page, MoreChanges(query, stretch.end), content_type=JSON)
            response.headers["Retry-After"] = str(ASK_AGAIN_S)
        else:
            response = HttpResponse(page, content_type=JSON)
        response.headers["Cache-Control"] = "no-store" if query.wait_s else CACHE_CONTROL
        response.headers["Link"] = f'<{following}>; rel="next"'
        return response


def _stretch(query: FeedQuery) -> Stretch:
    """Read the stretch of the log that a query is about."""
    if query.only_cursor:
        return Stretch([], query.after, not log.is_there_more(query.after))
    return log.read(query.after, query.kinds, query.limit)


def _page(following: str, stretch: Stretch) -> bytes:
    head = orjson.dumps({"next": following, "up_to_date": stretch.is_last})
    return head[:-1] + b',"changes":' + orjson.dumps([_change(one) for one in changes_of(stretch.entries)]) + b"}"


def _change(one: LoggedChange) -> dict[str, Any]:
    entry = one.entry
    return {
        "at": entry.at,
        "operation": entry.operation,
        "kind": entry.position.kind,
        "resource": one.resource.name,
        "slug": entry.slug,
        "uid": entry.uid,
        "version": entry.version,
        "fields": entry.fields,
        "record": orjson.Fragment(_record(one)),
        "merged_into": one.merged_into,
    }


def _record(one: LoggedChange) -> bytes:
    """Join what a list shows of a record."""
    if one.row is None:
        return b"null"
    document = one.row.document
    if one.resource.geometry and one.resource.geometry_in_lists:
        document = b'{"geometry":' + (one.row.geometry or b"null") + b"," + document[1:]
    if one.row.live:
        document = document[:-1] + b"," + one.row.live[1:]
    return document
