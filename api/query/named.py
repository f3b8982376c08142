"""The records of a kind that have a name with all words of a search: how they are read depends on how common the words are."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from psycopg.types.numeric import Int8

from api.database.bound import Bound, Plan
from api.database.connection import fetch
from registry.models.search import words_holding
from registry.sql import Sql, identifier, joined, sql

#: The names of several words are read whole and sorted, up to so many words with so many names together. What is found more
#: often is found soon by walking the records.
MOST_WORDS = 1_000
MOST_NAMES = 20_000


@dataclass(frozen=True)
class Named:
    """A query of the ids of records, each once, with places for `values`; queries of one shape have the same text."""

    shape: Hashable
    records: Sql
    values: Mapping[str, Any] = field(default_factory=dict)


def named(kind: str, texts: Mapping[str, str], plan: Plan) -> Named:
    """Return the query of the records of a kind that have a name with all texts, each given under the key of its value.

    `plan` says for which other words the plan of one word may be used.
    """
    # There is one way to words, by the index of their parts.
    (found,) = fetch(replace(sql("SELECT {words}", words=words_holding(kind, [*texts.values()], MOST_WORDS)), keeps_plan=True))
    words: dict[str, list[int] | None] = dict(zip(texts, found, strict=True))
    if [] in words.values():
        return Named(("nothing", kind), sql("SELECT NULL::bigint WHERE false"))
    rarest = _rarest(words)
    others = tuple(key for key in texts if key != rarest)
    if rarest is None:
        rows = sql(
            "SELECT n.{key} FROM registry_name n WHERE n.{key} IS NOT NULL AND {held}",
            key=identifier(f"{kind}_id"),
            held=_held(others),
        )
        return Named(("names", kind), rows)
    ids = words[rarest] or []
    # The names of one word are in the order of the records.
    values: dict[str, Any] = {f"{kind}.words": Int8(ids[0]) if len(ids) == 1 else ids}
    word = Bound(f"{kind}.words", plan=plan) if len(ids) == 1 else Bound(f"{kind}.words", "bigint[]")
    rows = sql(
        "SELECT DISTINCT w.record_id FROM registry_nameword w WHERE w.word_id {are}",
        are=sql("= {word}", word=word) if len(ids) == 1 else sql("= ANY ({words})", words=word),
    )
    if others:
        # OFFSET keeps the names from being looked for before their order is known.
        same = sql("SELECT FROM registry_name n WHERE n.id = w.name_id AND {held} OFFSET 0", held=_held(others))
        rows = sql("{rows} AND EXISTS ({same})", rows=rows, same=same)
    return Named(("words", kind, len(ids) == 1, others), rows, values)


def _rarest(words: Mapping[str, list[int] | None]) -> str | None:
    """Choose the text by whose words names are read; None if the words of each have too many, or are not known."""
    known = {key: ids for key, ids in words.items() if ids and len(ids) <= MOST_WORDS}
    if len(words) == 1 and all(len(ids) == 1 for ids in known.values()):
        return next(iter(known), None)
    numbers = {key: _names(ids) for key, ids in known.items()}
    few = {key: number for key, number in numbers.items() if number <= MOST_NAMES or len(known[key]) == 1}
    return min(few, key=lambda key: (few[key], len(known[key])), default=None)


def _names(words: list[int]) -> int:
    """Count the names of words, up to one more than `MOST_NAMES`."""
    rows = sql("SELECT FROM registry_nameword WHERE word_id = ANY ({words}) LIMIT {most}", words=words, most=MOST_NAMES + 1)
    ((number,),) = fetch(sql("SELECT count(*) FROM ({rows}) names", rows=rows))
    return int(number)


def _held(texts: tuple[str, ...]) -> Sql:
    return joined(" AND ", (sql("n.folded LIKE registry_pattern({text})", text=Bound(text)) for text in texts))
