"""Conditions by time: comparisons and the fifteen temporal functions, over days, instants and intervals.

Everything in time goes from a start to an end, both included. Ends that are all known to the day are compared as days; else a
day goes from its first to its last microsecond. A partial date goes from its first day to its last; where the answer depends on
what is not known of it, a comparison is neither true nor false but unknown.
"""

import re
from dataclasses import dataclass
from typing import Any

from api.cql2.bounds import refusal
from api.cql2.tree import Interval, Node, Open, Text
from api.cql2.values import Scope, Value, said, temporal_literal, value_of
from api.database.bound import Condition
from api.filters.queryables import ValueType

TEMPORAL_KINDS = frozenset({ValueType.DATE, ValueType.TIMESTAMP, ValueType.PARTIAL_DATE})

#: Function → condition over the starts and ends of both sides: a to b, and c to d.
_FUNCTIONS = {
    "t_after": "{a} > {d}",
    "t_before": "{b} < {c}",
    "t_contains": "{a} < {c} AND {b} > {d}",
    "t_disjoint": "{b} < {c} OR {a} > {d}",
    "t_during": "{a} > {c} AND {b} < {d}",
    "t_equals": "{a} = {c} AND {b} = {d}",
    "t_finishedby": "{a} < {c} AND {b} = {d}",
    "t_finishes": "{a} > {c} AND {b} = {d}",
    "t_intersects": "{a} <= {d} AND {b} >= {c}",
    "t_meets": "{b} = {c}",
    "t_metby": "{a} = {d}",
    "t_overlappedby": "{a} > {c} AND {a} < {d} AND {b} > {d}",
    "t_overlaps": "{a} < {c} AND {b} > {c} AND {b} < {d}",
    "t_startedby": "{a} = {c} AND {b} > {d}",
    "t_starts": "{a} = {c} AND {b} < {d}",
}
_OPERATORS = {
    "=": "{a} = {c} AND {b} = {d}",
    "<>": "{a} <> {c} OR {b} <> {d}",
    "<": "{b} < {c}",
    ">": "{a} > {d}",
    "<=": "{a} <= {d}",
    ">=": "{b} >= {c}",
}
#: Operator → what makes it sure, and what makes it impossible, where only a period is known; the others are their opposites.
_SURELY = {
    "=": ("{a} = {b} AND {c} = {d} AND {a} = {c}", "{b} < {c} OR {a} > {d}"),
    "<": ("{b} < {c}", "{a} >= {d}"),
    ">": ("{a} > {d}", "{b} <= {c}"),
}
_OPPOSITES = {"<>": "=", ">=": "<", "<=": ">"}


@dataclass(frozen=True)
class Endpoint:
    """A start or an end: a day, an instant, or open."""

    sql: Any
    kind: ValueType | None

    def typed(self, daily: bool, *, end: bool) -> Any:
        """Return it as a day, or as an instant."""
        if self.kind is None:
            return Condition(f"'{'' if end else '-'}infinity'::{'date' if daily else 'timestamptz'}")
        if daily or self.kind is ValueType.TIMESTAMP:
            return self.sql
        if end:
            return Condition("(((%s) + 1)::timestamp AT TIME ZONE 'UTC' - interval '1 microsecond')", self.sql)
        return Condition("((%s)::timestamp AT TIME ZONE 'UTC')", self.sql)


@dataclass(frozen=True)
class Span:
    """A time from its start to its end; not `certain` if all that is known is that it lies between."""

    start: Endpoint
    end: Endpoint
    certain: bool = True


def temporal(op: str, args: tuple[Node, ...], scope: Scope) -> Condition:
    """Return a temporal condition; raises BadParameter for what is not a time."""
    if len(args) != 2:
        raise refusal(f"{op.upper()} takes two times.")
    return _filled(_FUNCTIONS[op], _span(args[0], scope), _span(args[1], scope))


def compared_in_time(op: str, left: Value, right: Value) -> Condition:
    """Compare two times by an operator."""
    a, b = _span_of(left), _span_of(right)
    if a.certain and b.certain:
        return _filled(_OPERATORS[op], a, b)
    sure, impossible = _SURELY[_OPPOSITES.get(op, op)]
    condition = Condition("(CASE WHEN %s THEN TRUE WHEN %s THEN FALSE END)", _filled(sure, a, b), _filled(impossible, a, b))
    return Condition("(NOT %s)", condition) if op in _OPPOSITES else condition


def _span(node: Node, scope: Scope) -> Span:
    if not isinstance(node, Interval):
        return _span_of(_time(node, scope))
    start, end = (Endpoint(None, None) if isinstance(one, Open) else _time(one, scope) for one in (node.start, node.end))
    return Span(
        start if isinstance(start, Endpoint) else _span_of(start).start, end if isinstance(end, Endpoint) else _span_of(end).end
    )


def _time(node: Node, scope: Scope) -> Value:
    value = value_of(temporal_literal(node) if isinstance(node, Text) else node, scope)
    if value.kind not in TEMPORAL_KINDS:
        raise refusal(f"{said(node)} is not a time.")
    return value


def _span_of(value: Value) -> Span:
    if value.kind is ValueType.PARTIAL_DATE:
        first = Endpoint(Condition("registry_first_day(%s)", value.sql), ValueType.DATE)
        return Span(first, Endpoint(Condition("registry_last_day(%s)", value.sql), ValueType.DATE), certain=False)
    moment = Endpoint(value.sql, value.kind)
    return Span(moment, moment)


def _filled(template: str, left: Span, right: Span) -> Condition:
    """Put starts and ends into a template: all as days, or all as instants."""
    moments = {"a": left.start, "b": left.end, "c": right.start, "d": right.end}
    daily = all(moment.kind is not ValueType.TIMESTAMP for moment in moments.values())
    marks = re.findall(r"\{(.)\}", template)
    pieces = [moments[mark].typed(daily, end=mark in "bd") for mark in marks]
    return Condition(f"({re.sub(r'{.}', '%s', template)})", *pieces)
