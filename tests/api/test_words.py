"""The words of names: a search through them finds what a look at every name finds, however common the words are."""

import random
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from django.db import connection

from api.query import named, rows
from api.query.list_query import read_query
from api.resources.resource import all_resources
from registry.models import Deposit, License, Name, Organization
from registry.triggers import words
from tests import records
from tests.connections import other_connection

pytestmark = pytest.mark.django_db

_PARTS = ("ka", "ra", "Ку", "те", "shi", "zh", "-", "-II", " 1", " 12", " ", "红", "ö", "½", "dos")
_RESOURCES = {resource.name: resource for resource in all_resources()}


def found(resource: str, text: str, **given: str) -> list[str]:
    page = rows.page(read_query(_RESOURCES[resource], {"search": text, **given}))
    return [slug_of(row) for row in page.rows]


def slug_of(row: Any) -> str:
    return str(orjson.loads(row.document)["slug"])


def folded(text: str, function: str = "registry_fold") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [text])
        return str(cursor.fetchone()[0])


def holds(name: str, asked: list[str]) -> bool:
    """Say whether a folded name holds each word, or has a word that begins with a short one."""
    return all((one if len(one) > 2 else f" {one}") in name for one in asked)


def expected(kind: str, model: Any, text: str) -> list[str]:
    """Look at every name of the published records of a kind."""
    asked = [folded(word) for word in text.split()]
    names = Name.objects.filter(**{f"{kind}__record_status": "published"}).values_list(f"{kind}_id", "text")
    ids = {record for record, name in names if holds(folded(name, "registry_fold_name"), asked)}
    return list(model.objects.filter(pk__in=ids).order_by("id").values_list("slug", flat=True))


def differing() -> int:
    return sum(rendering.differing() for rendering in words.renderings())


@pytest.mark.parametrize("bounds", [(1_000, 20_000), (4, 3), (0, 0)])
def test_a_search_finds_what_a_look_at_every_name_finds(bounds: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    for bound, value in zip(("MOST_WORDS", "MOST_NAMES"), bounds, strict=True):
        monkeypatch.setattr(named, bound, value)
    chance = random.Random(sum(bounds))

    def name() -> str:
        return "".join(chance.choices(_PARTS, k=chance.randint(2, 5))).strip(" -") or "ka"

    deposits = [records.deposit(name=name(), record_status=chance.choice(("published", "draft"))) for _ in range(12)]
    licences = [records.license_(name=None, number="N", description="") for _ in range(4)]
    holder = records.organization(name="Kara")
    licences[0].parties.create(organization=holder)
    steps: list[Callable[[], Any]] = [
        lambda: Name.objects.create(deposit=chance.choice(deposits), text=f"{name()} {Name.objects.count()}"),
        lambda: Name.objects.create(license=chance.choice(licences), text=f"{name()} {Name.objects.count()}"),
        lambda: Deposit.objects.filter(pk=chance.choice(deposits).pk).update(name=name()),
        lambda: Deposit.objects.filter(pk__in=[d.pk for d in chance.sample(deposits, 3)]).update(name=name()),
        lambda: Name.objects.filter(kind="alternate", deposit=chance.choice(deposits)).delete(),
        lambda: Name.objects.filter(kind="alternate", license=chance.choice(licences)).update(language="ru"),
        lambda: Organization.objects.filter(pk=holder.pk).update(name=name()),
    ]
    for _ in range(5):
        for step in chance.choices(steps, k=6):
            step()
        assert differing() == 0
        asked = [
            *(w for n in Name.objects.values_list("text", flat=True) for w in n.split()),
            "ka",
            "1",
            "ара",
            "kara",
            "½",
            "xq",
        ]
        for text in (*chance.sample(asked, 5), " ".join(chance.sample(asked, 2)), "ka 1", "kara ka"):
            if not any(c.isalnum() for c in text) or "-" in text:
                continue
            assert found("deposits", text) == expected("deposit", Deposit, text), text
            held = {*expected("license", License, text)}
            if holder.slug in expected("organization", Organization, text):
                held.add(licences[0].slug)
            assert found("licenses", text) == [one.slug for one in licences if one.slug in held], text


def test_pages_and_orders_of_a_search_are_those_of_the_list() -> None:
    made = [records.deposit(name=f"Kara {n % 3}", discovery_year=1900 + n % 2) for n in range(7)]
    Name.objects.create(deposit=made[0], text="Kara again")
    every = [d.slug for d in made]
    page = rows.page(read_query(_RESOURCES["deposits"], {"search": "kara", "limit": "3", "count": "exact"}))
    assert ([slug_of(row) for row in page.rows], page.count) == (every[:3], 7)
    assert page.cursor and found("deposits", "kara", limit="9", cursor=page.cursor) == every[3:]
    assert found("deposits", "kara", order="-id") == every[::-1]
    assert found("deposits", "kara 1", order="-discovery_year") == [made[1].slug, made[4].slug]


def test_words_written_past_the_triggers_are_written_by_a_rebuild() -> None:
    deposit = records.deposit(name="Kara one")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM registry_nameword WHERE record_id = %s", [deposit.pk])
        cursor.execute("INSERT INTO registry_word (kind, word) VALUES ('deposit', 'kara')")
        cursor.execute("INSERT INTO registry_nameword SELECT id, 0, 0 FROM registry_word WHERE word = 'one'")
        (rendering,) = words.renderings()
        assert rendering.differing() > 0 and found("deposits", "kara") == []
        rendering.batch(cursor, 0, 0)
        rendering.batch(cursor, 0, 0)
    assert rendering.differing() == 0 and found("deposits", "kara one") == [deposit.slug]


def test_writers_of_one_new_word_do_not_wait_for_each_other() -> None:
    with other_connection() as other, connection.cursor() as cursor:
        other.execute("INSERT INTO registry_word (kind, word) VALUES ('deposit', 'qyzyl')")
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        deposit = records.deposit(name="Qyzyl")
        other.rollback()
    assert found("deposits", "qyzyl") == [deposit.slug]


def test_names_are_entered_without_the_index_of_trigrams() -> None:
    """It searches what was added since it was last tidied, once for each word: 20,000 names took 150 s.

    Only bitmap scans read an index of trigrams, so the functions that follow a statement of names run without them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname, 'enable_bitmapscan=off' = ANY (proconfig) FROM pg_proc"
            " WHERE proname IN ('registry_after_insert_name', 'registry_after_update_name', 'registry_after_delete_name')"
        )
        assert dict(cursor.fetchall()) == {f"registry_after_{each}_name": True for each in ("insert", "update", "delete")}
