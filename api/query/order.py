"""Orders and pages: keyset cursors that cost the same at any depth, with unknown values last.

A page is a walk along an index. Rows whose value is unknown form a second segment after those with a value, for a
row-value comparison would drop them; within both, the key decides among equals.
"""

import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from typing import Any

import orjson
from django.db import models
from django.db.models import F, QuerySet

from api.database.bound import Bound, Condition
from api.errors import BadParameter
from api.filters.clauses import Clause
from api.filters.parameters import nearest


@dataclass(frozen=True)
class Order:
    """A column to sort by (`id` by default), which way, and whether it may be unknown."""

    column: str
    descending: bool
    nullable: bool

    @property
    def text(self) -> str:
        """Return the order as the parameter writes it."""
        return f"-{self.column}" if self.descending else self.column


@dataclass(frozen=True)
class KeysetPosition:
    """Where a page begins: after the row with this value and key; in the segment of unknown values if `unknown`."""

    unknown: bool
    value: Any
    key: int


def read_order(text: str, orders: tuple[str, ...], model: type[models.Model]) -> Order:
    """Read `order=column` or `order=-column`; raises BadParameter."""
    column = text.removeprefix("-")
    if column not in orders:
        raise BadParameter(
            f"“{text[:60]}” is not an order of this list.{nearest(column, orders)}",
            "order",
            [sign + one for one in orders for sign in ("", "-")],
        )
    return Order(column, text.startswith("-"), _column(model, column).null)


def _column(model: type[models.Model], name: str) -> Any:
    """Find a column; a generated one is what its expression gives."""
    column: Any = model._meta.get_field(name)
    return column.output_field if isinstance(column, models.GeneratedField) else column


def fingerprint(collection: str, narrowing: Mapping[str, Any]) -> str:
    """Identify a query by its collection and by the parameters that narrow it, whatever their order."""
    packed = orjson.dumps([collection, narrowing], option=orjson.OPT_SORT_KEYS)
    return blake2s(packed, digest_size=8).hexdigest()


def write_cursor(order: Order, query: str, place: KeysetPosition) -> str:
    """Return the cursor that continues after a row of the query with that fingerprint."""
    value = place.value.isoformat() if isinstance(place.value, datetime) else place.value
    return base64.urlsafe_b64encode(orjson.dumps([order.text, query, place.unknown, value, place.key])).decode().rstrip("=")


def read_cursor(text: str, order: Order, query: str, model: type[models.Model]) -> KeysetPosition:
    """Read a cursor of ours; raises BadParameter for one that is damaged or belongs to another order or query.

    With other filters it would begin in the middle of their result, and what comes before would be missing.
    """
    damaged = BadParameter("The cursor is not valid. Use the URL under `next` without changing it.", "cursor")
    if len(text) > 2_000:
        raise damaged
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        written, narrowed, unknown, value, key = orjson.loads(packed)
    except (binascii.Error, orjson.JSONDecodeError, TypeError, ValueError):
        raise damaged from None
    if written != order.text:
        raise BadParameter(
            f"The cursor belongs to the order “{str(written)[:60]}”, not to “{order.text}”. Start again without the cursor.",
            "cursor",
        )
    if narrowed != query:
        raise BadParameter("The cursor belongs to a query with other filters. Start again without the cursor.", "cursor")
    if type(unknown) is not bool or type(key) is not int or not 0 <= key < 2**63:
        raise damaged
    if unknown or order.column == "id":
        return KeysetPosition(unknown, None, key)
    column = _column(model, order.column)
    try:
        if isinstance(column, models.DateTimeField):
            value = datetime.fromisoformat(value)
            if value.tzinfo is None:
                raise damaged
        elif isinstance(column, models.BooleanField):
            value = {True: True, False: False}[value]
        elif isinstance(column, models.IntegerField | models.ForeignKey):
            if type(value) is not int or not -(2**63) <= value < 2**63:
                raise damaged
        elif isinstance(column, models.FloatField):
            value = float(value)
            if not math.isfinite(value):
                raise damaged
        elif not isinstance(value, str) or "\x00" in value:
            raise damaged
    except (TypeError, ValueError, KeyError):
        raise damaged from None
    return KeysetPosition(False, value, key)


def segment(order: Order, unknown: bool, place: KeysetPosition | None) -> Clause:
    """Sort one segment of the order, and begin after a place in it."""
    column, sign = order.column, "-" if order.descending else ""
    by_key = column == "id"

    def apply(rows: QuerySet[Any]) -> QuerySet[Any]:
        if order.nullable:
            rows = rows.filter(**{f"{column}__isnull": unknown})
        compare = "<" if order.descending else ">"
        if place is not None and (unknown or by_key):
            rows = rows.filter(**{"id__lt" if order.descending else "id__gt": Bound("cursor.key")})
        elif place is not None:
            after = Condition(f"(%s, %s) {compare} (%s, %s)", F(column), F("id"), Bound("cursor.value"), Bound("cursor.key"))
            rows = rows.filter(after)
        return rows.order_by(f"{sign}id") if unknown or by_key else rows.order_by(f"{sign}{column}", f"{sign}id")

    values = {} if place is None else {"cursor.key": place.key}
    if place is not None and not (unknown or by_key):
        values["cursor.value"] = place.value
    return Clause(("order", order.text, unknown, place is not None), apply, values)
