"""Health: is the process alive, can it answer."""

from typing import LiteralString

import orjson
import psycopg
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from api.database.connection import fetch
from api.database.servers import from_primary
from api.http.methods import read_only
from config.addresses import may_watch
from config.metrics.state import imports, replicas
from config.release import CODE
from registry.upgrade.migrated import pending

_BEHIND: LiteralString = "SELECT count(*) FROM registry_derived WHERE wanted IS NOT NULL"
_FRESHNESS: LiteralString = (
    "SELECT max(retrieved)::text, min(retrieved)::text, count(*) FILTER (WHERE retrieved IS NULL), count(*)"
    " FROM registry_source WHERE record_status = 'published'"
)


def _answer(http_status: int, **members: object) -> HttpResponse:
    body = orjson.dumps({"code": CODE, **members})
    return HttpResponse(body, status=http_status, content_type="application/json", headers={"Cache-Control": "no-store"})


@read_only
def alive(request: HttpRequest) -> HttpResponse:
    """`/healthz`: the process answers."""
    return _answer(200, status="alive")


@read_only
def ready(request: HttpRequest) -> HttpResponse:
    """`/readyz`: the database answers and has all migrations; 503 otherwise.

    `rendered_behind` names what is still rendered by an older declaration, as documents:deposit, while a rebuild goes on. With
    `?verbose`, who may read the measures also gets replicas, imports, what is derived, and how fresh the sources are.
    """
    try:
        ((version,),) = fetch("SELECT sum(changes)::bigint FROM registry_dataversion")
        if lacking := pending():
            return _answer(503, status="migrations are pending", pending=lacking)
        behind = [name for (name,) in fetch("SELECT name FROM registry_derived WHERE wanted IS NOT NULL ORDER BY name")]
        late = {"rendered_behind": behind} if behind else {}
        more = _details() if _is_verbose(request) else {}
    except (psycopg.Error, DatabaseError):
        connection.close()
        return _answer(503, status="the database is unavailable or empty")
    return _answer(200, status="ready", data_version=version, **late, **more)


def _is_verbose(request: HttpRequest) -> bool:
    return "verbose" in request.GET and may_watch(request.META, settings.METRICS_FROM, settings.TRUSTED_PROXIES)


def _details() -> dict[str, object]:
    """Say how the parts do: replicas, imports by state, what is derived, and how fresh the sources are."""
    with from_primary():
        following = replicas()
    ((newest, oldest, undated, number),) = fetch(_FRESHNESS)
    return {
        "replicas": following,
        "imports": imports(),
        "derived": {"kinds": _count("SELECT count(*) FROM registry_derived"), "behind": _count(_BEHIND)},
        "sources": {"number": number, "retrieved_last": newest, "retrieved_first": oldest, "retrieved_unknown": undated},
    }


def _count(query: LiteralString) -> int:
    ((number,),) = fetch(query)
    return int(number)
