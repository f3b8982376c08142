"""Whatever is done between a merge and its end: each record has its rows again, and every change since is where it belongs."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.merging import merge_take_back, record_merge
from registry.models import Citation, Deposit, DepositCommodity, Name
from tests import records
from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db
_FIELDS = ("host_rock", "age", "ore_minerals")
_values = st.sampled_from((None, "granite", "syenite", "gneiss"))
_fields = st.fixed_dictionaries(dict.fromkeys(_FIELDS, _values))
_rows = st.lists(st.sampled_from(("alpha", "beta", "gamma")), max_size=3, unique=True)
_edits = st.lists(
    st.one_of(
        st.tuples(st.just("field"), st.sampled_from(_FIELDS), st.sampled_from(("basalt", "marble"))),
        st.tuples(st.just("edit"), st.integers(0, 9), st.sampled_from(("first", "second"))),
        st.tuples(st.just("delete"), st.integers(0, 9), st.just("")),
        st.tuples(st.just("add"), st.integers(0, 1), st.sampled_from(("delta", "epsilon"))),
    ),
    max_size=6,
)


def values(record: Any) -> dict[str, Any]:
    return dict(Deposit.objects.filter(pk=record.pk).values(*_FIELDS)[0])


def own_rows(record: Any) -> dict[tuple[str, int], str]:
    """Give the rows of a record, each with its text that edits change."""
    found = {("name", n.pk): f"{n.text}{n.language}" for n in Name.objects.filter(deposit=record).exclude(kind="preferred")}
    found |= {
        ("cite", c.pk): f"{c.locator}{c.quote}" for c in Citation.objects.filter(deposit=record, stated_value__isnull=True)
    }
    return found | {("commodity", c.pk): f"{c.commodity_id}" for c in DepositCommodity.objects.filter(deposit=record)}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gone=_fields, stays=_fields, rows=st.tuples(_rows, _rows), take=st.sets(st.sampled_from(_FIELDS)), edits=_edits)
def test_a_merge_taken_back(admin: Curator, gone: Any, stays: Any, rows: Any, take: set[str], edits: Any) -> None:
    with transaction.atomic():
        _check(admin, gone, stays, rows, take, edits)
        transaction.set_rollback(True)


def _made(fields: dict[str, Any], rows: list[str], shared: dict[str, Any]) -> Any:
    record = records.deposit(name=f"Akbulak {len(shared)}", **fields)
    for text in rows:
        Name.objects.create(deposit=record, text=text)
        Citation.objects.create(deposit=record, source=shared["source"], locator=text)
        DepositCommodity.objects.create(deposit=record, commodity=shared[text])
    return record


def _check(admin: Curator, gone: Any, stays: Any, rows: Any, take: set[str], edits: Any) -> None:
    shared: dict[str, Any] = {"source": records.source(), **{text: records.commodity() for text in ("alpha", "beta", "gamma")}}
    one, other = _made(gone, rows[0], shared), _made(stays, rows[1], shared)
    expected = {record.pk: own_rows(record) for record in (one, other)}
    take = {field for field in take if gone[field] is not None and gone[field] != stays[field]}
    record_merge(record=one, into=other, user=admin.user, reason="the same", take=take)
    final = dict(stays)
    for number, (what, which, value) in enumerate(edits):
        held = sorted(own_rows(other))
        if what == "field":
            Deposit.objects.filter(pk=other.pk).update(**{which: value})
            final[which] = value
        elif what == "add":
            table: Any = Name if which else Citation
            text = f"{value} {number}"
            given = {"text": text, "language": "en"} if which else {"source": records.source(), "quote": text}
            made = table.objects.create(deposit=other, **given)
            expected[other.pk]["name" if which else "cite", made.pk] = f"{text}en" if which else text
        elif held:
            kind, key = held[which % len(held)]
            _edit(what, kind, key, value, expected)
    merge_take_back(record=one, user=admin.user, reason="two after all")
    assert values(one) == gone, "the merged record is what it was"
    assert values(other) == final, "the survivor is what it was, with what was changed since"
    for record in (one, other):
        assert own_rows(record) == expected[record.pk]
        assert list(record.names.filter(kind="preferred").values_list("text", flat=True)) == [record.name]
    assert not Citation.objects.filter(deposit__in=(one, other), stated_value__isnull=False).exists()


def _edit(what: str, kind: str, key: int, value: str, expected: dict[int, dict[tuple[str, int], str]]) -> None:
    """Change or delete a row, and expect that wherever the row belongs."""
    for rows in expected.values():
        if (kind, key) not in rows:
            continue
        if what == "delete":
            if kind == "cite" and len([k for k, _ in rows if k == "cite"]) == 1:
                return  # A published record keeps a citation.
            {"name": Name, "cite": Citation, "commodity": DepositCommodity}[kind].objects.filter(pk=key).delete()
            del rows[kind, key]
        elif kind == "name":
            Name.objects.filter(pk=key).update(language=value)
            rows[kind, key] = f"{Name.objects.get(pk=key).text}{value}"
        elif kind == "cite":
            Citation.objects.filter(pk=key).update(quote=value)
            rows[kind, key] = f"{Citation.objects.get(pk=key).locator}{value}"
        return
