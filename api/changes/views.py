"""The feed of changes: what became public, changed or ceased to be public, after a cursor."""

from hashlib import blake2s
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse

from api.changes import log
from api.changes.description import OPERATION
from api.changes.log import Stretch
from api.changes.position import Cursor, Position
from api.changes.question import Question, read_question
from api.changes.records import Told, told
from api.changes.waiting import wait_for
from api.http.caching import CACHE_CONTROL, matches
from api.http.negotiation import JSON, choose
from api.http.views import ReadView
from api.query.parameters import read_query

#: What a client does that found no place to wait.
ASK_AGAIN_S = 5


class ChangesView(ReadView):
    """Changes after a cursor, a page at a time, and, for those who ask so, as soon as there are any."""

    operation: ClassVar[dict[str, Any]] = OPERATION

    def _answer(self, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse:
        """Tag the answer by what it holds: a change is held back by an older transaction, not by the data version."""
        if request.method not in ("GET", "HEAD"):
            return super()._answer(request, kwargs)
        response = self.get(request)
        tag = f'W/"{blake2s(response.content, digest_size=12).hexdigest()}"'
        response.headers["ETag"], response.headers["Vary"] = tag, "Accept"
        if not matches(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
            return response
        kept = {name: value for name, value in response.headers.items() if name not in ("Content-Type", "Content-Length")}
        return HttpResponse(status=304, headers=kept)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the question, wait if it asks so, write what there is."""
        given = read_query(request.META.get("QUERY_STRING", ""))
        choose(None, request.META.get("HTTP_ACCEPT", ""), ("json",))
        question = read_question(given)
        stretch, waited = _look(question, 0 if request.method == "HEAD" else question.wait_s)
        cursor = Cursor(question.era, stretch.end).text()
        following = request.build_absolute_uri(f"{request.path}?{urlencode({**given, 'after': cursor})}")
        response = HttpResponse(_page(following, stretch), content_type=JSON)
        response.headers["Cache-Control"] = "no-store" if question.wait_s else CACHE_CONTROL
        response.headers["Link"] = f'<{following}>; rel="next"'
        if not waited:
            response.headers["Retry-After"] = str(ASK_AGAIN_S)
        return response


def _look(question: Question, seconds: float) -> tuple[Stretch, bool]:
    """Read a stretch of the log; wait until it holds a change, if there is none and a place to wait."""
    reached = Stretch([], question.after, False)

    def look() -> Stretch | None:
        nonlocal reached
        at: Position = reached.end
        if seconds and reached.is_last and not log.is_there_more(at):
            return None
        reached = log.read(at, question.kinds, question.limit)
        return reached if reached.entries or not reached.is_last else None

    found, waited = wait_for(look, seconds)
    return found or reached, waited


def _page(following: str, stretch: Stretch) -> bytes:
    head = orjson.dumps({"next": following, "up_to_date": stretch.is_last})
    return head[:-1] + b',"changes":' + orjson.dumps([_change(one) for one in told(stretch.entries)]) + b"}"


def _change(one: Told) -> dict[str, Any]:
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


def _record(one: Told) -> bytes:
    """Join what a list shows of a record."""
    if one.row is None:
        return b"null"
    document = one.row.document
    if one.resource.geometry:
        document = b'{"geometry":' + (one.row.geometry or b"null") + b"," + document[1:]
    if one.row.live:
        document = document[:-1] + b"," + one.row.live[1:]
    return document
