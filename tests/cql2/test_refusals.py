"""What is no filter is refused with a reason, and bounded before it is read: never a crash, never a fault of ours."""

from typing import Any

import orjson
import psycopg
import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.cql2 import bounds
from api.cql2.encoded import parse_json
from api.cql2.text import parse_text
from api.errors import BadParameter
from tests.cql2.collections import found

pytestmark = pytest.mark.django_db
_SETTINGS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

#: Words and signs of the language, and things that are not of it.
_PIECES = """name holes updated discovered active geom AND OR NOT LIKE ILIKE BETWEEN IN IS NULL ( ) ( ) , = <> < > <= >= + - *
/ % ^ div 'x' 'a%' '' '\\' ' " 1 2.5 .5 1e3 1e999 99999999999999999999 TRUE FALSE DATE('2024-01-01') DATE('2024-13-01') DATE(
TIMESTAMP('2024-01-01T00:00:00Z') INTERVAL('2024-01-01','..') INTERVAL(discovered,updated) POINT(1,2) POINT(1_2) BBOX(0,0,1,1)
BBOX(170,0,-170,1) POLYGON((0_0,1_0,1_1,0_0)) POLYGON((0_0,1_1,0_1,1_0,0_0)) S_INTERSECTS( S_WITHIN( T_AFTER( CASEI( ACCENTI(
A_CONTAINS( avg( nonsense GEOMETRYCOLLECTION(POINT(1_2)) LINESTRING(0_0) MULTIPOINT((1_2),(3_4)) POINT(500_1) ; --
∞ 🙂 É""".split()  # noqa: SIM905
PIECES = [piece.replace("_", " ") if "(" in piece and piece[-1] == ")" else piece for piece in _PIECES] + ["\x00"]


def tried(condition: Any) -> None:
    """Ask; a refusal with a reason is fine, and so is a number that the database finds out of range."""
    refused = None
    try:
        with transaction.atomic():
            found("control", condition)
    except BadParameter as problem:
        refused = problem
    except (psycopg.DataError, psycopg.errors.InternalError_):
        return
    assert refused is None or (refused.parameter == "filter" and refused.detail.endswith((".", "?")))


@_SETTINGS
@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
@example("name LIKE 'a\\'")
@example("2 ^ 9999 > holes")
@example("holes IN (9223372036854775807, 1)")
def test_words_of_the_language_in_any_order(text: str) -> None:
    tried(text)


@_SETTINGS
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    tried(text)


_OPS = "and,or,not,=,<,like,in,between,isNull,casei,accenti,+,/,div,^,s_within,t_after,a_equals,avg".split(",")  # noqa: SIM905
_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70).filter(lambda n: -(2**63) <= n < 2**64),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["x", "", "2024-01-01", "..", "name", "\x00"]),
        st.sampled_from(["name", "holes", "updated", "geom", "nonsense"]).map(lambda name: {"property": name}),
        st.sampled_from(
            [{"date": "2024-01-01"}, {"timestamp": "x"}, {"bbox": [0, 0, 1, 1]}, {"type": "Point", "coordinates": [1, 2]}]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.builds(
            lambda op, args: {"op": op, "args": args},
            st.sampled_from(_OPS),
            st.lists(inner, max_size=3),
        ),
        st.builds(lambda ends: {"interval": ends}, st.lists(inner, max_size=2)),
        st.builds(lambda c: {"type": "Polygon", "coordinates": c}, st.lists(inner, max_size=2)),
    ),
    max_leaves=12,
)


@_SETTINGS
@given(_VALUES)
def test_any_json(value: Any) -> None:
    try:
        node = parse_json(orjson.dumps(value).decode())
    except BadParameter:
        return
    tried(node)


@pytest.mark.parametrize("levels", [33, 1_000, 3_000, 6_000])
def test_brackets_are_counted_before_anything_reads_them(levels: int) -> None:
    for text in ("(" * levels + "TRUE" + ")" * levels, "casei(" * levels, "(" * levels, "1=" + "(" * levels):
        with pytest.raises(BadParameter, match="levels deep"):
            parse_text(text)
    nested = '{"op":"not","args":[' * levels + "true" + "]}" * levels
    for text in (nested, "[" * (3 * levels), '{"a":' * (3 * levels)):
        with pytest.raises(BadParameter, match="levels deep"):
            parse_json(text)


def test_what_may_be_nested_may_be_evaluated() -> None:
    levels = bounds.MAX_DEPTH
    assert len(found("control", "(" * levels + "TRUE" + ")" * levels)) == 520
    assert parse_json('{"op":"not","args":[' * levels + "true" + "]}" * levels)


@pytest.mark.parametrize(
    "text",
    [
        "NOT " * 3_000 + "TRUE",
        "- " * 3_000 + "1 = 1",
        " AND ".join(["TRUE"] * 3_000),
        "holes IN (" + ",".join(["1"] * 3_000) + ")",
        "name = '" + "x" * bounds.MAX_CHARACTERS + "'",
        "S_INTERSECTS(geom,LINESTRING(" + ",".join(["0 0"] * 40_000) + "))",
        "1" * 5_000 + " = 1",
    ],
)
def test_length_is_bounded(text: str) -> None:
    with pytest.raises(BadParameter):
        parse_text(text)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("nme = 'x'", "Did you mean “name”?"),
        ("holes = 'x'", "cannot be compared"),
        ("name > 5", "cannot be compared"),
        ("name + 1 = 2", "is not a number"),
        ("holes LIKE 'x'", "is not a text"),
        ("name LIKE commodity", "needs a pattern"),
        ("name LIKE 'x\\\\\\'", "Unterminated text"),
        ("avg(holes) > 1", "is not allowed here"),
        ("A_CONTAINS(name, ('x'))", "is not a list of texts"),
        ("S_INTERSECTS(name, POINT(1 2))", "is not a geometry"),
        ("S_INTERSECTS(geom, POINT(500 2))", "extends beyond"),
        ("S_INTERSECTS(geom, POLYGON((0 0,1 1,0 1,1 0,0 0)))", "not valid"),
        ("S_TOUCHES(geom, GEOMETRYCOLLECTION(POINT(1 2)))", "only be used with S_INTERSECTS and S_DISJOINT"),
        ("T_AFTER(name, DATE('2024-01-01'))", "is not a time"),
        ("updated > DATE('2024-02-30')", "not a date"),
        ("name", "is not a condition"),
        ("holes >", "Expected a value at character 8, found the end."),
        ("(holes > 1", "Expected “)”"),
        ("name = 'x", "Unterminated text"),
        ("", "Expected a value"),
    ],
)
def test_a_refusal_says_why(condition: str, reason: str) -> None:
    with pytest.raises(BadParameter) as refused:
        found("control", condition)
    assert reason in refused.value.detail
