"""What readers will see of a record: its representation in the API, field by field as text."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.urls import resolve, reverse

from registry.kinds import kind_of_model

#: A field and its value.
Fact = tuple[str, str]
#: Fields about the record's keeping, and those that repeat others.
_KEEPING = frozenset(
    (
        *("uid", "version", "updated_at", "created_at", "published_at", "geometry"),
        *("independent_sources", "newest_source_year", "source_kinds"),
    )
)
_SAYS_NOTHING: tuple[Any, ...] = (None, "", False, "unknown", "unspecified", [], {})
#: What a related record or row is called by, and what is left out of it.
_CALLED = ("name", "title", "text", "slug")
_LEFT_OUT = frozenset(("slug", "uid", "url", "publisher", "published", "geometry"))
_LONGEST = 400


def representation(record: Any) -> dict[str, Any]:
    """Return a public record as the API gives it to anybody; within a trial, as it will."""
    kind = kind_of_model(type(record))
    assert kind is not None
    address = reverse(f"api:{kind.plural}-detail", args=[record.slug])
    host = settings.ALLOWED_HOSTS[0].removeprefix(".").replace("*", "localhost")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": address, "SERVER_NAME": host, "SERVER_PORT": "80"}
    request = WSGIRequest({**environ, "wsgi.input": BytesIO(), "wsgi.url_scheme": "https", "HTTP_ACCEPT": "application/json"})
    view = resolve(address)
    response = view.func(request, *view.args, **view.kwargs)
    found: dict[str, Any] = orjson.loads(response.content) if response.status_code == 200 else {}
    return found


def facts_shown(document: dict[str, Any]) -> tuple[Fact, ...]:
    """Write each field of a representation that says something."""
    written = ((key, _as_text(value)) for key, value in document.items() if key not in _KEEPING)
    return tuple((key, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…") for key, text in written if text)


def _as_text(value: Any) -> str:
    if value in _SAYS_NOTHING:
        return ""
    if isinstance(value, list):
        inner = (_as_text(one) for one in value)
        return ("; " if isinstance(value[0], dict) else ", ").join(filter(None, inner))
    if isinstance(value, dict):
        return ", ".join(filter(None, _parts(value)))
    return f"{value:g}" if isinstance(value, float) and abs(value) >= 1e15 else str(value)


def _parts(row: dict[str, Any]) -> Iterator[str]:
    """Write a related record by its name, then what else the row says."""
    called = next((key for key in _CALLED if row.get(key)), "")
    if called:
        yield str(row[called])
    yield from (_as_text(value) for key, value in row.items() if key != called and key not in _LEFT_OUT)
