"""Every derived question: it answers its example as described, counts what it lists, walks every row once, leaks no draft."""

import csv
import io
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client

from api.questions.question import Question, all_questions
from registry import models as m
from tests import records
from tests.conformance.test_described_answers import answer, check

pytestmark = pytest.mark.django_db
QUESTIONS = all_questions()
every_question = pytest.mark.parametrize("question", QUESTIONS, ids=[one.name for one in QUESTIONS])


def address(question: Question, **given: Any) -> str:
    return f"/api/v1/questions/{question.name}/?{urlencode({**question.example, **given})}"


@every_question
def test_a_question_answers_its_example_as_described(api: Any, question: Question) -> None:
    every = ",".join(verdict.name for verdict in question.verdicts)
    found = api.json(address(question))
    check(found, answer(f"/api/v1/questions/{question.name}/"), question.name)
    assert any(one["count"] for one in found["counts"]), "the example finds something in the seed"
    assert found["undecided"] == sum(one["count"] for one in found["counts"] if not one["decided"])
    assert found["formula"]["text"] and found["formula"]["source"]
    # Every row of every verdict is met once, by pages of some rows, and the counts are theirs.
    total = sum(one["count"] for one in found["counts"])
    walked, following = [], address(question, verdict=every, limit=max(1, min(1000, total // 3 + 1)))
    while following:
        page = api.json(following)
        walked += page["results"]
        following = page["next"] and f"{urlsplit(page['next']).path}?{urlsplit(page['next']).query}"
    assert len(walked) == total
    for one in found["counts"]:
        assert sum(row["verdict"] == one["verdict"] for row in walked) == one["count"]
    # A CSV holds the same rows.
    text = api.get(address(question, format="csv", limit=1000)).content.decode()
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(api.json(address(question, limit=1000))["results"])


@every_question
def test_a_question_refuses_what_it_does_not_know(api: Any, question: Question) -> None:
    assert api.json(address(question, nonsense="1"), 400)["parameter"] == "nonsense"
    assert api.json(address(question, verdict="nonsense"), 400)["allowed"]
    assert api.json(address(question, limit="0"), 400)["parameter"] == "limit"
    assert api.json(address(question, cursor="x"), 400)["parameter"] == "cursor"
    for one in question.parameters:
        if one.required:
            rest = {name: value for name, value in question.example.items() if name != one.name}
            path = f"/api/v1/questions/{question.name}/?{urlencode(rest)}"
            assert api.json(path, 400)["parameter"] == one.name
    if question.one_of:
        assert api.json(f"/api/v1/questions/{question.name}/", 400)["parameter"] in question.one_of


@every_question
def test_a_question_has_a_tag_and_a_page(api: Any, question: Question) -> None:
    response = api.get(address(question))
    assert api.get(address(question), HTTP_IF_NONE_MATCH=response["ETag"]).status_code == 304
    page = Client().get(address(question).removeprefix("/api/v1"), HTTP_ACCEPT="text/html")
    assert page.status_code == 200
    assert question.formula_source[1:20] in unescape(page.content.decode())


def test_changes_are_a_feed_with_values_before_and_after(api: Any) -> None:
    deposit = records.deposit(name="Before", country=m.Country.objects.get(slug="KG"))
    m.Deposit.objects.filter(pk=deposit.pk).update(host_rock="granite")
    hidden = records.deposit(name="Unseen", record_status="draft", country=deposit.country)
    since = "/api/v1/questions/changes-since/?since=2020-01-01&country=KG&kind=deposit&limit=1000"
    found = api.json(since)
    # One transaction is one entry; it is shown once it is committed, whatever other transactions are still open.
    (own,) = [row for row in found["results"] if row["record"] == deposit.slug]
    assert own["verdict"] == "create"
    assert hidden.slug not in str(found)
    assert {row["kind"] for row in found["results"]} == {"deposit"}
    feed = api.get(f"{since}&format=atom")
    assert feed["Content-Type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(feed.content).findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == len(found["results"]) > 5
    assert api.get(since, HTTP_ACCEPT="application/atom+xml")["Content-Type"].startswith("application/atom+xml")
    assert api.json("/api/v1/questions/owners/?deposit=kutessay-ii&format=atom", 400)["parameter"] == "format"


def test_all_questions_are_listed_for_programs(api: Any) -> None:
    found = api.json("/api/v1/questions/")
    check(found, answer("/api/v1/questions/"), "questions")
    derived = {one["name"]: one for one in found["questions"] if "inputSchema" in one}
    assert set(derived) == {question.name for question in QUESTIONS}
    for one in derived.values():
        assert one["inputSchema"]["type"] == "object"
    assert Client().get("/questions/", HTTP_ACCEPT="text/html").status_code == 200
