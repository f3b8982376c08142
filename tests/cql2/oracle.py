"""What a filter means, worked out in Python: three-valued, as the standard and SQL have it."""

import re
from typing import Any

from api.cql2.tree import Array, Boolean, Call, Date, Node, Number, Property, Text, Timestamp

_COMPARE: dict[str, Any] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}
_SUMS: dict[str, Any] = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}


def truth(node: Node, record: dict[str, Any]) -> bool | None:
    """Tell whether a record meets a condition: true, false, or unknown (None)."""
    if isinstance(node, Boolean):
        return node.value
    assert isinstance(node, Call)
    op, args = node.op, node.args
    if op == "not":
        inner = truth(args[0], record)
        return None if inner is None else not inner
    if op in ("and", "or"):
        each = [truth(arg, record) for arg in args]
        deciding = op == "or"
        if deciding in each:
            return deciding
        return None if None in each else not deciding
    if op == "isnull":
        return value(args[0], record) is None
    if op == "between":
        both = Call("and", (Call(">=", (args[0], args[1])), Call("<=", (args[0], args[2]))))
        return truth(both, record)
    if op == "in":
        assert isinstance(args[1], Array)
        return truth(Call("or", tuple(Call("=", (args[0], item)) for item in args[1].items)), record)
    left, right = (value(arg, record) for arg in args)
    if left is None or right is None:
        return None
    if op == "like":
        parts = re.split(r"(%|_|\\.)", right)
        pattern = "".join(
            {"%": ".*", "_": "."}.get(part) or re.escape(part[-1:] if part[:1] == "\\" else part) for part in parts
        )
        return re.fullmatch(pattern, left, re.S) is not None
    return bool(_COMPARE[op](left, right))


def value(node: Node, record: dict[str, Any]) -> Any:
    """Give a value; None is unknown."""
    if isinstance(node, Property):
        return record[node.name]
    if isinstance(node, Text | Number | Boolean | Date | Timestamp):
        return node.value
    assert isinstance(node, Call)
    each = [value(arg, record) for arg in node.args]
    if None in each:
        return None
    if node.op == "casei":
        return each[0].upper()
    return _SUMS[node.op](*map(float, each))
