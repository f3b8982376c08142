"""From the tree of a filter to a clause of a query: conditions over the allow-list, with every value bound."""

from dataclasses import replace
from datetime import date
from typing import Any, LiteralString

from django.db.models import Exists, F

from api.cql2.arrays import arrays
from api.cql2.bounds import refusal
from api.cql2.spatial import spatial
from api.cql2.temporal import TEMPORAL_KINDS, compared_in_time, temporal
from api.cql2.tree import (
    ARRAYS,
    COMPARISONS,
    SPATIAL,
    TEMPORAL,
    Array,
    Boolean,
    Call,
    Date,
    Node,
    Property,
    Text,
    Timestamp,
    is_value,
    properties,
    skeleton,
)
from api.cql2.values import Drawing, Scope, Value, kind_of, property_named, said, temporal_literal, textual, value_of
from api.database.bound import Condition
from api.filters.clauses import Clause
from api.filters.parameters import today
from api.filters.queryables import DAY, NUMBERS, TEXTS, Queryable, Queryables, ValueType
from registry.sql import Sql, identifier, sql


def clause_of(node: Node, queryables: Queryables, draw: Drawing, day: date | None = None) -> Clause:
    """Compile a filter into a clause, as of a day; raises BadParameter for what is unknown or does not fit together."""
    scope = Scope(queryables, draw)
    condition = _condition(node, scope, positive=True)
    # What a value is bound as may depend on its text (a day, an instant), and how many there are on the kind of a list.
    bound = {**scope.bound, DAY: day or today()}
    place = _place(node, condition)
    reach = (lambda rows: rows.filter(place)) if place else None
    return Clause(("filter", skeleton(node), *scope.casts), lambda rows: rows.filter(condition), bound, reach=reach)


def _place(node: Node, condition: Any) -> Condition | None:
    """Return what the place of a record has to meet: that its box meets that of a shape, if one of all conditions says so."""
    if not isinstance(node, Call):
        return None
    parts = condition.source_expressions
    if node.op == "and":
        return next(filter(None, (_place(arg, part) for arg, part in zip(node.args, parts, strict=True))), None)
    if node.op not in SPATIAL - {"s_disjoint"} or any(isinstance(part, Exists) for part in parts):
        return None
    # Of two shapes, or of one place with itself, no index finds anything.
    return Condition("(%s && %s)", *parts) if [isinstance(arg, Property) for arg in node.args].count(True) == 1 else None


def _condition(node: Node, scope: Scope, positive: bool) -> Condition:
    """Return a condition; `positive` while only AND and OR stand above it, where false and unknown come to the same."""
    if isinstance(node, Boolean):
        return Condition("TRUE" if node.value else "FALSE")
    if isinstance(node, Call) and node.op in ("and", "or"):
        joined = f"({f' {node.op.upper()} '.join(['%s'] * len(node.args))})"
        return Condition(joined, *(_condition(arg, scope, positive) for arg in node.args))
    if isinstance(node, Call) and node.op == "not":
        return Condition("(NOT %s)", _condition(node.args[0], scope, positive=False))
    return _of_others(node, scope) or _single(node, scope, positive)


def _of_others(node: Node, scope: Scope) -> Condition | None:
    """Compile a condition over a property of other records: it holds if it holds for one of them."""
    names = properties(node)
    found = next((one for one in map(scope.queryables.get, names) if one and one.others), None)
    if found is None:
        return None
    if len(names) > 1:
        raise refusal(f"“{found.name}” is of other records, and can only be compared with values.")
    unknown = isinstance(node, Call) and node.op == "isnull"
    inside = Call("not", (node,)) if unknown else node
    each = [
        Exists(rows.filter(_condition(inside, replace(scope, queryables={found.name: inner}), positive=True)))
        for rows, inner in found.others
    ]
    holds = Condition(f"({' OR '.join(['%s'] * len(each))})", *each)
    return Condition("(NOT %s)", holds) if unknown else holds


def _single(node: Node, scope: Scope, positive: bool) -> Condition:
    """Compile a condition that is no AND, OR or NOT of others."""
    if isinstance(node, Property):
        found = property_named(node.name, scope)
        if found.kind is ValueType.BOOLEAN:
            return Condition("%s", found.expression())
    if not isinstance(node, Call):
        raise refusal(f"{said(node)} is not a condition.")
    op, args = node.op, node.args
    if op in COMPARISONS:
        return _comparison(op, args[0], args[1], scope, positive)
    if op == "like":
        return _like(args[0], args[1], scope)
    if op == "between":
        low = _comparison(">=", args[0], args[1], scope, positive)
        return Condition("(%s AND %s)", low, _comparison("<=", args[0], args[2], scope, positive))
    if op == "in":
        return _in(args[0], args[1], scope, positive)
    if op == "isnull":
        return _is_null(args[0], scope)
    if op in SPATIAL:
        return spatial(op, args, scope)
    if op in TEMPORAL:
        return temporal(op, args, scope)
    if op in ARRAYS:
        return arrays(op, args, scope, positive)
    raise refusal(f"There is no function “{op[:60]}” that returns true or false.")


def _comparison(op: str, left: Node, right: Node, scope: Scope, positive: bool) -> Condition:
    a, b = _sides(left, right, scope)
    if a.kind in TEMPORAL_KINDS and b.kind in TEMPORAL_KINDS:
        return compared_in_time(op, a, b)
    if a.kind in NUMBERS and b.kind in NUMBERS:
        return Condition(f"(%s {op} %s)", a.sql, b.sql)
    if a.kind is ValueType.BOOLEAN and b.kind is ValueType.BOOLEAN:
        if op not in ("=", "<>"):
            raise refusal(f"Booleans can only be tested for equality; “{op}” cannot compare them.")
        return Condition(f"(%s {op} %s)", a.sql, b.sql)
    if a.kind in TEXTS and b.kind in TEXTS:
        if positive and op == "=" and a.property and a.property.table and isinstance(b.literal, Text):
            return _linked(a.property, "{key} = ({ids})", sql("= {slug}", slug=b.sql))
        # Code points decide the order, whatever the locale of the database; equal is equal in any, and may use an index.
        collated = op not in ("=", "<>") or (a.literal is None and b.literal is None)
        return Condition(f'(%s COLLATE "C" {op} %s COLLATE "C")' if collated else f"(%s {op} %s)", a.sql, b.sql)
    if ValueType.LIST in (a.kind, b.kind):
        raise refusal(f"{said(left)} holds several values: use A_CONTAINS, A_OVERLAPS, A_CONTAINEDBY or A_EQUALS.")
    raise refusal(f"{said(left)} ({a.kind}) cannot be compared with {said(right)} ({b.kind}).")


def _linked(link: Queryable, comparison: LiteralString, slugs: Sql) -> Condition:
    """Compare the key of a link rather than its slug, so that the index of the key serves."""
    ids = sql(
        "SELECT linked.id FROM {table} linked WHERE linked.slug {slugs} AND linked.record_status = 'published'",
        table=identifier(link.table),
        slugs=slugs,
    )
    return Condition.of(sql("({condition})", condition=sql(comparison, key=F(link.path), ids=ids)))


def _sides(left: Node, right: Node, scope: Scope) -> tuple[Value, Value]:
    """Return both sides; a text beside a time is read as one."""
    kinds = {_kind(node, scope) for node in (left, right)}
    timed = bool(kinds & {ValueType.DATE, ValueType.TIMESTAMP})
    a, b = (value_of(temporal_literal(n) if timed and isinstance(n, Text) else n, scope) for n in (left, right))
    return a, b


def _kind(node: Node, scope: Scope) -> ValueType | None:
    if isinstance(node, Property):
        return property_named(node.name, scope).kind
    return {Date: ValueType.DATE, Timestamp: ValueType.TIMESTAMP}.get(type(node))


def _like(left: Node, pattern: Node, scope: Scope) -> Condition:
    text, inner = textual(left, scope), pattern
    while isinstance(inner, Call) and inner.op in ("casei", "accenti") and len(inner.args) == 1:
        inner = inner.args[0]
    if not isinstance(inner, Text):
        raise refusal("LIKE needs a pattern: a text, optionally in CASEI or ACCENTI.")
    backslashes = len(inner.value) - len(inner.value.rstrip("\\"))
    if backslashes % 2:
        raise refusal("The pattern ends with a backslash that escapes nothing.")
    return Condition("(%s LIKE %s)", text.sql, textual(pattern, scope).sql)


def _in(left: Node, right: Node, scope: Scope, positive: bool) -> Condition:
    if not isinstance(right, Array) or not right.items:
        raise refusal("IN needs a list of at least one value.")
    kinds = {kind_of(item) for item in right.items if is_value(item)}  # type: ignore[arg-type]
    target = value_of(left, scope)
    if all(map(is_value, right.items)) and len(kinds) == 1 and target.kind in TEXTS and kinds == {ValueType.TEXT}:
        values = scope.bind([item.value for item in right.items], "text[]")  # type: ignore[union-attr]
        if positive and target.property and target.property.table:
            return _linked(target.property, "{key} = ANY (ARRAY({ids}))", sql("= ANY ({slugs})", slugs=values))
        return Condition("(%s = ANY (%s))", target.sql, values)
    if all(map(is_value, right.items)) and kinds <= NUMBERS and target.kind in NUMBERS:
        whole = kinds == {ValueType.INTEGER}
        numbers = [item.value if whole else float(item.value) for item in right.items]  # type: ignore[union-attr,arg-type]
        return Condition("(%s = ANY (%s))", target.sql, scope.bind(numbers, "bigint[]" if whole else "float8[]"))
    each = [_comparison("=", left, item, scope, positive) for item in right.items]
    return Condition(f"({' OR '.join(['%s'] * len(each))})", *each)


def _is_null(node: Node, scope: Scope) -> Condition:
    if isinstance(node, Property):
        found = property_named(node.name, scope)
        if found.kind is ValueType.LIST:
            # A record always has the list, which may be empty.
            return Condition("(NOT %s)", found.known)
        return Condition("(%s IS NULL)", found.expression())
    if isinstance(node, Call) and node.op not in ("casei", "accenti", "+", "-", "*", "/", "%", "div", "^"):
        return Condition("(%s IS NULL)", _condition(node, scope, positive=False))
    return Condition("(%s IS NULL)", value_of(node, scope).sql)
