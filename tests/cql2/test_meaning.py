"""Filters keep what they mean: any combination over made-up deposits with awkward cases, against an evaluation in Python."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.cql2.tree import Array, Boolean, Call, Date, Node, Number, Property, Text, Timestamp
from tests.cql2.collections import found
from tests.cql2.oracle import truth
from tests.shared import shared

pytestmark = pytest.mark.django_db
FEATURES: list[dict[str, Any]] = json.loads(shared("conformance", "control_deposits.json").read_text())
RECORDS = [
    {
        **feature["properties"],
        "discovered": (d := feature["properties"]["discovered"]) and date.fromisoformat(d),
        "updated": datetime.fromisoformat(feature["properties"]["updated"]),
    }
    for feature in FEATURES
]


def ids(predicate: Any) -> list[int]:
    return [number for number, record in enumerate(RECORDS, 1) if predicate(record)]


def _from(name: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(sorted({record[name] for record in RECORDS if record[name] is not None}, key=str))


_TEXTS = st.sampled_from(["name", "commodity", "notes"]).flatmap(
    lambda name: st.tuples(
        st.just(Property(name)),
        st.one_of(_from(name), st.text(max_size=4).filter(lambda t: "\x00" not in t and t.isprintable())),
    )
)
_NUMBERS = st.sampled_from(["tonnage", "grade", "holes"]).flatmap(
    lambda name: st.tuples(st.just(Property(name)), st.one_of(_from(name), st.integers(-1000, 1000), st.floats(-50, 50)))
)
_COMPARED = st.one_of(
    _TEXTS.map(lambda pair: (pair[0], Text(pair[1]))),
    _NUMBERS.map(lambda pair: (pair[0], Number(pair[1]))),
    _from("discovered").map(lambda day: (Property("discovered"), Date(day))),
    _from("updated").map(lambda moment: (Property("updated"), Timestamp(moment))),
    st.tuples(_NUMBERS, _NUMBERS).map(lambda p: (Call("+", (p[0][0], p[1][0])), Call("*", (p[1][0], Number(p[0][1]))))),
)
_LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.tuples(st.sampled_from(["=", "<>", "<", ">", "<=", ">="]), _COMPARED, st.booleans()).map(
        lambda t: Call(t[0], t[1] if t[2] else t[1][::-1])
    ),
    st.sampled_from(["name", "notes", "grade", "tonnage", "discovered", "active"]).map(
        lambda name: Call("isnull", (Property(name),))
    ),
    st.tuples(_NUMBERS, st.integers(-10, 400)).map(lambda t: Call("between", (t[0][0], Number(t[0][1]), Number(t[1])))),
    st.lists(_from("commodity").map(Text), min_size=1, max_size=4).map(
        lambda items: Call("in", (Property("commodity"), Array(tuple(items))))
    ),
    st.sampled_from(["%", "D%", "_e%", "%5", "Deposit 1__", "note % mon%", "\\%", "%ä%"]).flatmap(
        lambda pattern: st.sampled_from(["name", "notes"]).map(lambda name: Call("like", (Property(name), Text(pattern))))
    ),
    st.booleans().map(lambda flag: Call("=", (Property("active"), Boolean(flag)))),
    st.booleans().map(Boolean),
)
FILTERS: st.SearchStrategy[Node] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).flatmap(
            lambda args: st.sampled_from(["and", "or"]).map(lambda op: Call(op, tuple(args)))
        ),
        inner.map(lambda arg: Call("not", (arg,))),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(FILTERS)
def test_a_filter_keeps_what_it_means(node: Node) -> None:
    assert found("control", node) == ids(lambda record: truth(node, record) is True)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILTERS)
def test_a_filter_its_opposite_and_the_unknown_are_everything(node: Node) -> None:
    kept, refused = found("control", node), found("control", Call("not", (node,)))
    unknown = ids(lambda record: truth(node, record) is None)
    assert sorted([*kept, *refused, *unknown]) == list(range(1, len(RECORDS) + 1))


def test_what_is_not_known_is_neither() -> None:
    nowhere = [number for number, feature in enumerate(FEATURES, 1) if feature["geometry"] is None]
    assert nowhere
    assert found("control", "geom IS NULL") == nowhere
    around = found("control", "S_INTERSECTS(geom,BBOX(-180,-90,180,90))")
    assert sorted(around + nowhere) == list(range(1, len(FEATURES) + 1))
    assert not set(found("control", "NOT S_INTERSECTS(geom,BBOX(0,0,90,90))")) & set(nowhere)


def test_a_box_over_the_antimeridian_is_not_its_complement() -> None:
    east = set(found("control", "S_INTERSECTS(geom,BBOX(170,-90,180,90))"))
    west = set(found("control", "S_INTERSECTS(geom,BBOX(-180,-90,-170,90))"))
    crossing = set(found("control", "S_INTERSECTS(geom,BBOX(170,-90,-170,90))"))
    assert crossing == east | west
    assert east and west
    assert len(crossing) < len(FEATURES) / 2


def test_a_hole_is_outside() -> None:
    holed = next(
        f for f in FEATURES if f["geometry"] and f["geometry"]["type"] == "Polygon" and len(f["geometry"]["coordinates"]) > 1
    )
    ring = holed["geometry"]["coordinates"][1]
    middle = [sum(corner[axis] for corner in ring[:4]) / 4 for axis in (0, 1)]
    assert holed["id"] not in found("control", f"S_CONTAINS(geom,POINT({middle[0]} {middle[1]}))")
    outer = holed["geometry"]["coordinates"][0][0]
    assert holed["id"] in found("control", f"S_TOUCHES(geom,POINT({outer[0]} {outer[1]}))")


def test_strange_texts_are_only_texts() -> None:
    strange = sorted({r["name"] for r in RECORDS if not r["name"].replace(" ", "").isalnum() or not r["name"].isascii()})
    assert strange
    for name in strange:
        quoted = name.replace("'", "''")
        if "\\" not in name:
            assert found("control", f"name = '{quoted}'") == ids(lambda r, name=name: r["name"] == name), name
        assert found("control", {"op": "=", "args": [{"property": "name"}, name]}) == ids(
            lambda r, name=name: r["name"] == name
        )


@pytest.mark.parametrize(
    ("condition", "same"),
    [
        ("name ILIKE 'deposit 5%'", "CASEI(name) LIKE CASEI('DEPOSIT 5%')"),
        ("updated > '2024-01-01T00:00:00Z'", "updated > TIMESTAMP('2024-01-01T00:00:00Z')"),
        ("updated >= '2024-01-01T'", "updated >= DATE('2024-01-01')"),
        ("discovered = '1939-03-24'", "discovered = DATE('1939-03-24')"),
        ("T_AFTER(updated, DATE('2024-06-01'))", "updated >= TIMESTAMP('2024-06-02T00:00:00Z')"),
        ("T_DURING(discovered, INTERVAL('1950-01-01','..'))", "discovered > DATE('1950-01-01')"),
        ("active", "active = TRUE"),
        ("holes / 0 = 1", "FALSE"),
        ("holes % 0 = 1", "FALSE"),
        ("-holes < -100", "holes > 100"),
        ("holes div 100 = 2", "holes >= 200 AND holes < 300"),
    ],
)
def test_two_ways_of_saying_one_thing(condition: str, same: str) -> None:
    assert found("control", condition) == found("control", same)
