"""What questions count from what is kept is what their rows say, and pages are cut from what was found."""

from itertools import permutations
from typing import Any

import pytest

from api.database.connection import fetch
from api.query.facet_names import facets_of
from api.query.kept import kept_facets
from api.query.list_query import read_query
from api.query.pair_counts import _by_records, pair_counts
from api.query.selection import selected, statement
from api.questions import answer
from api.questions.question import Question, all_questions
from api.resources.resource import resource_named
from registry import models as m
from tests import records

pytestmark = pytest.mark.django_db
QUESTIONS = all_questions()


@pytest.mark.parametrize("name", ["deposits", "licenses", "prospecting-objects"])
@pytest.mark.parametrize(
    "given", [{}, {"region": "central-asia"}, {"updated_at__gte": "2020-01-01"}], ids=["all", "kept", "asked"]
)
def test_pairs_of_kept_facets_are_those_of_the_records(name: str, given: dict[str, str]) -> None:
    """Also of a record whose bits are out of date when the pairs are counted."""
    resource = resource_named(name)
    {"deposits": records.deposit, "licenses": records.license_, "prospecting-objects": records.prospecting_object}[name]()
    query = read_query(resource, given)
    candidates = statement(query, selected(query).values("id"))
    pairs = list(permutations(sorted(kept_facets(resource)), 2))
    assert set(kept_facets(resource)) <= set(facets_of(resource))
    # Each facet with two others: all would be some four hundred statements.
    for first, second in pairs[:: len(pairs) // 40 + 1]:
        expected = sorted(map(str, fetch(_by_records(resource, candidates, first, second))))
        found = sorted(map(str, fetch(pair_counts(query, first, second))))
        assert found == expected, (first, second)


@pytest.mark.parametrize("question", [q for q in QUESTIONS if q.counted], ids=lambda q: q.name)
def test_a_verdict_is_counted_without_its_rows_as_with_them(api: Any, question: Question) -> None:
    assert question.counted is not None
    address = f"/api/v1/questions/{question.name}/"
    without, among = (
        api.json(f"{address}?{'&'.join(f'{k}={v}' for k, v in (question.example | given).items())}")
        for given in ({}, {"verdict": question.counted.name, "limit": "1000"})
    )
    listed = [one["listed"] for one in without["counts"]]
    assert without["counts"] == [one | {"listed": shown} for one, shown in zip(among["counts"], listed, strict=True)]
    (number,) = [one["count"] for one in among["counts"] if one["verdict"] == question.counted.name]
    assert len(among["results"]) == number > 0


def test_pages_are_the_same_whether_cut_or_read(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/api/v1/questions/counts-of-deposits/?by=country&and=development_status"
    whole = api.json(address)
    assert whole["next"] is None and len(whole["results"]) > 20
    for most in (200, 7):
        monkeypatch.setattr(answer, "KEPT", most)
        answer._remembered.forget()
        found, following = [], f"{address}&limit=4"
        while following:
            page = api.json(following)
            assert page["counts"] == whole["counts"]
            found += page["results"]
            following = page["next"]
        assert found == whole["results"]


def test_pages_go_on_after_a_row_that_has_gone(api: Any) -> None:
    address = "/api/v1/questions/unlocated/?region=central-asia"
    slugs = [row["deposit"]["slug"] for row in api.json(address)["results"]]
    page = api.json(f"{address}&limit=4")
    m.Deposit.objects.filter(slug=slugs[3]).update(record_status="withdrawn")
    following = api.json(page["next"])["results"]
    assert [row["deposit"]["slug"] for row in following] == slugs[4:8]


def test_what_rests_on_kinds_of_sources_is_what_the_list_says(api: Any) -> None:
    for kinds in ("blog,forum,encyclopedia", "web,news", "dataset"):
        found = api.json(f"/api/v1/questions/only-source-kinds/?source_kind={kinds}&limit=1000")
        listed = api.json(f"/api/v1/deposits/?source_kind__only={kinds}&limit=1000&order=id")
        assert [row["deposit"]["slug"] for row in found["results"]] == [one["slug"] for one in listed["results"]]
