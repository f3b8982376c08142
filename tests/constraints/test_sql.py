"""SQL composed with its values: what is quoted, what is bound, and in which order."""

import pytest
from django.db import connection

from api.database.bound import Bound, bind, plain
from api.database.connection import fetch
from registry.sql import Sql, compiled, identifier, joined, literal, sql


def test_values_follow_the_pieces_that_they_belong_to() -> None:
    inner = sql("id = {key}", key=7)
    whole = sql("SELECT {column} FROM {table} WHERE {inner} AND {inner} LIMIT {most}",
                column=identifier("t", "slug"), table=identifier("registry_deposit"), inner=inner, most=3)  # fmt: skip
    assert whole == Sql('SELECT "t"."slug" FROM "registry_deposit" WHERE id = %s AND id = %s LIMIT %s', (7, 7, 3))
    assert joined(" OR ", [inner, inner]) == Sql("id = %s OR id = %s", (7, 7))
    assert not Sql()
    assert not joined(", ", [])


def test_a_field_that_is_not_given_is_an_error() -> None:
    with pytest.raises(KeyError, match="key"):
        sql("id = {key}")


@pytest.mark.django_db
def test_hostile_names_and_texts_stay_names_and_texts() -> None:
    name, text = 'a"; DROP TABLE x; --%s{}', "it's 100 % %s {x} \\ “”"
    query = sql(
        "SELECT {text} AS {name}, {literal}, 100 % 7, '{{}}'::text, {rendered}",
        text=sql("{text}::text", text=text),
        name=identifier(name),
        literal=literal(text),
        rendered=compiled("'5 %'::text"),
    )
    expected = (text, text, 2, "{}", "5 %")
    assert fetch(query) == [expected]
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        assert cursor.description[0].name == name
        assert cursor.fetchall() == [expected]


@pytest.mark.django_db
def test_a_shape_keeps_only_what_requests_bind() -> None:
    shape = Sql("SELECT %s::text, %s::text, '5 %%'", ("it's 5 %", Bound("given")))
    left = plain(shape)
    assert [value.key for value in left.values] == ["given"]
    for one in (shape, left):
        assert fetch(bind(one, {"given": "now"})) == [("it's 5 %", "now", "5 %")]
