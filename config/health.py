"""Health: is the process alive, can it answer."""

import orjson
import psycopg
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from api.database.connection import fetch
from api.http.methods import read_only
from config.release import CODE
from registry.upgrade.migrated import pending


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

    `rendered_behind` names what is still rendered by an older declaration, as documents:deposit, while a rebuild goes on.
    """
    try:
        ((version,),) = fetch("SELECT sum(changes)::bigint FROM registry_dataversion")
        if lacking := pending():
            return _answer(503, status="migrations are pending", pending=lacking)
        behind = [name for (name,) in fetch("SELECT name FROM registry_derived WHERE wanted IS NOT NULL ORDER BY name")]
    except (psycopg.Error, DatabaseError):
        connection.close()
        return _answer(503, status="the database is unavailable or empty")
    late = {"rendered_behind": behind} if behind else {}
    return _answer(200, status="ready", data_version=version, **late)
