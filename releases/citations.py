"""Citing a query: its whole answer of one moment is kept as bytes, so that it can be fetched unchanged for ever.

An answer of the past cannot be made again byte by byte: names of other records are current in it, and what was withdrawn is
left out. So the bytes are kept, once for all citations that have the same.
"""

import gzip
import time
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.crypto import salted_hmac

from api.database.version import data_version
from api.errors import BadParameter, Problem, Throttled, TooLarge, TooSlow, Unavailable
from registry.models.cited import CitedBody, CitedQuery
from registry.trial import apart
from releases.snapshot import repeatable

#: What one citation may hold, and how long its answer may take to make.
MOST_RECORDS, MOST_BYTES, MOST_S = 10_000, 32_000_000, 20.0
#: New citations within an hour: of one client, and of all together.
FROM_SENDER, FROM_ALL = 30, 600
#: Compressed bytes of all answers; beyond it, the owner of the registry decides.
MOST_HELD = 10_000_000_000
_HOUR = timedelta(hours=1)
_PAGE = 1_000
#: Parameters that turn pages or choose how an answer is written.
_TURNING = ("format", "limit", "cursor", "count", "facet")
_BEGIN = "/api/v1/"


@dataclass(frozen=True)
class Answered:
    """The answer to a query at a moment."""

    query: str
    as_of: datetime
    position: str
    records: int
    body: bytes


def cite(request: HttpRequest, address: str) -> CitedQuery:
    """Keep the answer to a query, given by its address in the API; the same query with the same answer is cited once."""
    sender = salted_hmac("registry.citations", request.client_address).hexdigest()[:32]  # type: ignore[attr-defined]
    lately = CitedQuery.objects.filter(created_at__gt=timezone.now() - _HOUR)
    if lately.filter(sender=sender).count() >= FROM_SENDER or lately.count() >= FROM_ALL:
        raise Throttled(
            "Many queries have been cited within the hour. Wait a while before the next one.", headers={"Retry-After": "600"}
        )
    found = answered(request, address)
    digest = sha256(found.body).hexdigest()
    key = b32encode(sha256(f"{found.query}\n{digest}".encode()).digest()[:10]).decode().lower()
    if (known := CitedQuery.objects.filter(key=key).first()) is not None:
        return known
    packed = gzip.compress(found.body, mtime=0)
    held = CitedBody.objects.aggregate(held=Sum(Length("packed")))["held"] or 0
    if held + len(packed) > MOST_HELD:
        raise Unavailable("There is no room for further citations. Cite a release, or tell the owner of the registry.")
    with transaction.atomic():
        body, _ = CitedBody.objects.get_or_create(sha256=digest, defaults={"size": len(found.body), "packed": packed})
        made, _ = CitedQuery.objects.get_or_create(
            key=key,
            defaults={
                "query": found.query,
                "as_of": found.as_of,
                "position": found.position,
                "records": found.records,
                "sha256": digest,
                "body": body,
                "sender": sender,
            },
        )
    return made


def answered(request: HttpRequest, address: str) -> Answered:
    """Ask the API for all pages of a query, in one snapshot; raises a Problem, also that of the API."""
    parts = urlsplit(address)
    given = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in _TURNING]
    names = {name for name, _ in given}
    if "near" in names and "radius_km" not in names:
        raise BadParameter("A query that is cited accepts `near` only with `radius_km`.", "query")
    path = f"{parts.path.removeprefix(settings.PATH_PREFIX).removesuffix('/')}/"
    query = path + (f"?{urlencode(sorted(given))}" if given else "")
    until = time.monotonic() + MOST_S
    with apart(), repeatable(), transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            (as_of,) = cursor.fetchone()
        position = data_version().position
        results, turned = _page(request, path, given)
        while turned and len(results) <= MOST_RECORDS:
            if time.monotonic() > until:
                raise TooSlow(f"The answer took longer than {MOST_S:.0f} seconds. Add a filter.")
            further, turned = _page(request, path, [*given, ("cursor", turned)])
            results += further
    body = orjson.dumps({"query": query, "records": len(results), "results": results})
    if len(results) > MOST_RECORDS or len(body) > MOST_BYTES:
        raise TooLarge(
            f"A citation holds {MOST_RECORDS:,} records or {MOST_BYTES // 1_000_000} MB. Add a filter, or cite a release."
        )
    return Answered(query, as_of, position, len(results), body)


def _page(request: HttpRequest, path: str, given: list[tuple[str, str]]) -> tuple[list[Any], str]:
    """Ask for one page: what it lists, or the one thing that it is, and the cursor of the next one."""
    document = _asked(request, path, [*given, ("limit", str(_PAGE))])
    if document is None:
        document = _asked(request, path, given)
    if not isinstance(document, dict) or "results" not in document:
        return [document], ""
    following = document.get("next") or ""
    return list(document["results"]), dict(parse_qsl(urlsplit(following).query)).get("cursor", "")


def _asked(request: HttpRequest, path: str, given: list[tuple[str, str]]) -> Any:
    """Call the view of an address as a client does; None if it knows no limit."""
    view, args, kwargs = _view(path)
    request_of_page = HttpRequest()
    request_of_page.method, request_of_page.path, request_of_page.path_info = "GET", path, path
    request_of_page.META = {**_of_host(request.META), "QUERY_STRING": urlencode(given), "HTTP_ACCEPT": "application/json"}
    response = view(request_of_page, *args, **kwargs)
    document = orjson.loads(response.content)
    if response.status_code == 200:
        return document
    if document.get("parameter") == "limit":
        return None
    raise _Refused(document, response.status_code)


def _of_host(meta: Mapping[str, Any]) -> dict[str, Any]:
    return {name: meta[name] for name in ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT") if name in meta}


def _view(path: str) -> Any:
    """Find the view of an address of the API that can be cited; raises BadParameter."""
    try:
        found = resolve(path) if path.startswith(_BEGIN) else None
    except Resolver404:
        found = None
    name = found.view_name if found else ""
    if found is None or name in ("api:index", "changes:changes") or name.endswith(("-export", "-dictionary", "-search")):
        raise BadParameter("A query is cited by its address in the API, such as /api/v1/deposits/?country=KZ.", "query")
    return found


class _Refused(Problem):
    """What the API says of the query."""

    def __init__(self, document: dict[str, Any], status: int) -> None:
        super().__init__(document.get("detail", ""), "query" if status == 400 else None)
        self.status, self.title = status, document.get("title", "")  # type: ignore[misc]
        self.kind = document.get("type", "").rpartition(":")[2]  # type: ignore[misc]


def bytes_of(cited: CitedQuery) -> bytes | None:
    """Return the answer of a citation; None if it was taken away."""
    return gzip.decompress(bytes(cited.body.packed)) if cited.body else None
