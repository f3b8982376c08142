"""Queries in the body of a POST: a JSON object of the same parameters as an address has."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.http import HttpRequest

from api.errors import BadBody, BadParameter, TooLarge
from api.filters.json_text import RepeatedKey, read_json
from api.filters.parameters import check_pairs, read_query

MAX_BODY_BYTES = 2_000_000
#: JSON type as OpenAPI names it → types of Python.
_TYPES: dict[str, tuple[type[Any], ...]] = {"string": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}


def read_parameters(
    request: HttpRequest, types: Mapping[str, tuple[str, ...]] = MappingProxyType({}), **objects: tuple[type[Any], ...]
) -> dict[str, Any]:
    """Read the parameters of a body as an address has them, as text; those named stay objects of their types.

    `types` holds the JSON type of each parameter, of a list its own and that of its items; each may also be a text, as in an
    address. Raises TooLarge, BadBody or BadParameter; the latter also for a query string, which would otherwise be ignored.
    """
    for name in read_query(request.META.get("QUERY_STRING", "")):
        raise BadParameter("Send the parameters of a POST in the body, not in the URL.", name[:80])
    given = _read_object(request)
    for name in given.keys() & types.keys():
        _check_type(name, given[name], types[name], objects.get(name, ()))
    return check_pairs((name, _as_text(name, value, objects.get(name, ()))) for name, value in given.items())


def _read_object(request: HttpRequest) -> dict[str, Any]:
    """Read the JSON object of a body; raises TooLarge or BadBody."""
    body = request.read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(f"The body is larger than {MAX_BODY_BYTES:,} bytes.")
    try:
        given = read_json(body)
    except RepeatedKey as error:
        raise BadBody("The body contains this key twice.", error.key[:80]) from None
    except ValueError:
        raise BadBody("The body is not valid JSON.") from None
    if not isinstance(given, dict):
        raise BadBody("The body must be a JSON object.")
    return given


def _check_type(name: str, value: Any, wanted: tuple[str, ...], kept: tuple[type[Any], ...]) -> None:
    if not (isinstance(value, (str, *kept)) or _fits(value, *wanted)):
        also = ", or an object" if dict in kept else ""
        raise BadParameter(f"The value must be {_words(*wanted)}{also}.", name[:80])


def _fits(value: Any, wanted: str, items: str = "") -> bool:
    if wanted == "array":
        return isinstance(value, list) and all(_fits(one, items) for one in value)
    return isinstance(value, _TYPES[wanted]) and (wanted == "boolean" or not isinstance(value, bool))


def _words(wanted: str, items: str = "") -> str:
    if wanted == "array":
        return f"an array ({items}), or a text with commas"
    return "a text" if wanted == "string" else f"of the type {wanted}, or a text"


def _as_text(name: str, value: Any, kept: tuple[type[Any], ...]) -> Any:
    if isinstance(value, (str, *kept)):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and any(isinstance(one, str) and "," in one for one in value):
        raise BadParameter(
            "A value in the list contains a comma, which separates values. Send each value by itself.", name[:80]
        )
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ",".join(str(one) for one in value)
    raise BadParameter("The value must be a text, a number, or a list of these.", name[:80])
