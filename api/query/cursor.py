"""Cursors: where the next page of a query begins, as a text that belongs to that query and its order."""

import base64
import math
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2s
from typing import Any

import orjson
from django.db import models

from api.errors import BadParameter
from api.query.order import KeysetPosition, Order, SortColumn

#: No cursor of ours is longer.
_MAX_CHARACTERS = 4_000


def fingerprint(collection: str, narrowing: Mapping[str, Any]) -> str:
    """Identify a query by its collection and by the parameters that narrow it, whatever their order."""
    packed = orjson.dumps([collection, narrowing], option=orjson.OPT_SORT_KEYS)
    return blake2s(packed, digest_size=8).hexdigest()


def packed(values: list[Any]) -> str:
    """Write values as a text for an address."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def damaged() -> BadParameter:
    """Return the refusal of a cursor that is none of ours."""
    return BadParameter("The cursor is not valid. Use the URL under `next` without changing it.", "cursor")


def unpacked(text: str) -> list[Any]:
    """Read what `packed` wrote; raises BadParameter."""
    if len(text) > _MAX_CHARACTERS:
        raise damaged()
    try:
        values = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except ValueError:
        raise damaged() from None
    if not isinstance(values, list):
        raise damaged()
    return values


def own_place(text: str, query: str) -> list[Any]:
    """Read the place behind the fingerprint of a query; raises BadParameter for a cursor of another one."""
    written, *place = unpacked(text) or [None]
    if written != query:
        raise BadParameter("The cursor belongs to a query with other filters. Start again without the cursor.", "cursor")
    return place


def position_after(order: Order, unknown: bool, values: Any, key: int) -> KeysetPosition:
    """Return the position after a row; `values` are those of the order, as the database writes them."""
    read = tuple(orjson.loads(values)) if order.columns else ()
    return KeysetPosition(unknown, read[1:] if unknown else read, key)


def write_cursor(order: Order, query: str, place: KeysetPosition) -> str:
    """Return the cursor that continues after a row of the query with that fingerprint."""
    return packed([order.text, query, place.unknown, place.values, place.key])


def read_cursor(text: str, order: Order, query: str) -> KeysetPosition:
    """Read a cursor of ours; raises BadParameter for one that is damaged or belongs to another order or query.

    With other filters it would begin in the middle of their result, and what comes before would be missing.
    """
    try:
        written, narrowed, unknown, values, key = unpacked(text)
    except ValueError:
        raise damaged() from None
    if written != order.text:
        raise BadParameter(
            f"The cursor belongs to the order “{str(written)[:60]}”, not to “{order.text}”. Start again without the cursor.",
            "cursor",
        )
    if narrowed != query:
        raise BadParameter("The cursor belongs to a query with other filters. Start again without the cursor.", "cursor")
    if type(unknown) is not bool or type(key) is not int or not 0 <= key < 2**63 or (unknown and not order.split):
        raise damaged()
    columns = order.following(unknown)
    if not isinstance(values, list) or len(values) != len(columns) or (columns and not unknown and values[0] is None):
        raise damaged()
    try:
        return KeysetPosition(unknown, tuple(_read(column, value) for column, value in zip(columns, values, strict=True)), key)
    except (TypeError, ValueError, KeyError):
        raise damaged() from None


def _read(column: SortColumn, value: Any) -> Any:
    """Read the value of a column; raises TypeError, ValueError or KeyError for one that it cannot hold."""
    if value is None:
        if not column.nullable:
            raise ValueError
        return None
    if issubclass(column.type, models.DateTimeField):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if issubclass(column.type, models.BooleanField):
        return {True: True, False: False}[value]
    if issubclass(column.type, models.IntegerField | models.ForeignKey):
        if type(value) is not int or not -(2**63) <= value < 2**63:
            raise ValueError
        return value
    if issubclass(column.type, models.FloatField):
        if not math.isfinite(float(value)):
            raise ValueError
        return float(value)
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError
    return value
