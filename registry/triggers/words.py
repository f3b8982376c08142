"""The words of names, kept so that a search reads the records that have a word in the order of their keys.

`registry_word` holds each word that the names of a kind of record have, folded; `registry_nameword` which names have it. The
words that contain a text are few and found among words alone; the names of a word are a range of one index, ordered by record,
however many there are. No two writers wait for each other: two that add one word at a time add it twice, and the names of both
are found.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import connection, models

from registry.derived import state
from registry.derived.objects import DerivedFunction
from registry.derived.rebuild import Rendering
from registry.derived.steps import Layer, Operation, Step, after
from registry.kinds import NAMED
from registry.triggers.base import Trigger, changed, pairs

_TABLE = "registry_name"
_KEEP = "registry_keep_words"
_KEYS = tuple(f"{kind}_id" for kind in NAMED)
_C = '"C"'
_RECORD = f"COALESCE({', '.join(f'n.{key}' for key in _KEYS)})"
#: Only bitmap scans read an index of trigrams. It would be asked for equal words too, and searches for each of them all that
#: was added since the index was last tidied: 20,000 names of one statement took 150 s.
_WITHOUT_TRIGRAMS = "SET enable_bitmapscan = off"
#: A variable, for a query that names none is not planned for the rows of its statement.
_NO_WORD = "no_word text := '';"
_KIND = f"CASE {' '.join(f'WHEN n.{kind}_id IS NOT NULL THEN {chr(39)}{kind}{chr(39)}' for kind in NAMED)} END"


class KeepWords(Trigger):
    """Keep the words of names."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Enter the words of new names, take out those of old ones, and leave names that stay alone."""
        columns = ("folded", *_KEYS)
        differ = pairs(changed(columns))
        renamed = f"IF EXISTS (SELECT FROM {differ}) THEN {{}} END IF;"
        bodies = {
            Operation.INSERT: _enter("new_rows n"),
            Operation.UPDATE: renamed.format(
                _take_out(f"(SELECT o.* FROM {differ}) n") + _enter(f"(SELECT n.* FROM {differ}) n")
            ),
            Operation.DELETE: _take_out("old_rows n"),
            Operation.TRUNCATE: "DELETE FROM registry_nameword; DELETE FROM registry_word;",
        }
        purpose = "keep the words of names, by which a search finds them"
        yield from after(
            model._meta.db_table,
            Layer.NAMES,
            "keep_words",
            purpose,
            bodies,
            reads=columns,
            variables=_NO_WORD,
            options=_WITHOUT_TRIGRAMS,
        )


def _words(names: str, no_word: str = "''") -> str:
    """Return the query of the words of names: each once per name."""
    return (
        f"SELECT DISTINCT {_KIND} AS kind, w.word COLLATE {_C} AS word, {_RECORD} AS record_id, n.id AS name_id"
        f" FROM {names} CROSS JOIN LATERAL unnest(string_to_array(n.folded, ' ')) w(word) WHERE w.word <> {no_word}"
    )


def _enter(names: str) -> str:
    return f"""
        WITH fresh AS MATERIALIZED ({_words(names, "no_word")}),
        added AS (INSERT INTO registry_word (kind, word) SELECT DISTINCT kind, word FROM fresh f
            WHERE NOT EXISTS (SELECT FROM registry_word w WHERE w.word = f.word AND w.kind = f.kind) RETURNING id, kind, word)
        INSERT INTO registry_nameword (word_id, record_id, name_id)
        SELECT w.id, f.record_id, f.name_id FROM fresh f JOIN registry_word w USING (kind, word) UNION ALL
        SELECT w.id, f.record_id, f.name_id FROM fresh f JOIN added w USING (kind, word) ORDER BY 1, 2, 3;
    """


def _take_out(names: str) -> str:
    return f"""
        DELETE FROM registry_nameword k USING ({_words(names, "no_word")}) f JOIN registry_word w USING (kind, word)
        WHERE k.word_id = w.id AND k.record_id = f.record_id AND k.name_id = f.name_id;
    """


def functions() -> tuple[DerivedFunction, ...]:
    """Return the function that brings the words of all names up to date: it writes only what is missing or too much."""
    return (
        DerivedFunction(
            name=_KEEP,
            purpose="Write the words of names that are missing, and delete those that no name has.",
            body=f"""
            BEGIN
                LOCK TABLE {_TABLE} IN SHARE ROW EXCLUSIVE MODE;
                CREATE TEMP TABLE wanted_word ON COMMIT DROP AS {_words(f"{_TABLE} n")};
                INSERT INTO registry_word (kind, word) SELECT DISTINCT kind, word FROM wanted_word
                    EXCEPT SELECT kind, word FROM registry_word;
                CREATE TEMP TABLE wanted_nameword ON COMMIT DROP AS
                    SELECT w.id AS word_id, f.record_id, f.name_id FROM wanted_word f JOIN registry_word w USING (kind, word);
                ANALYZE wanted_nameword;
                DELETE FROM registry_nameword k WHERE NOT EXISTS (SELECT FROM wanted_nameword n
                    WHERE (n.word_id, n.record_id, n.name_id) = (k.word_id, k.record_id, k.name_id));
                INSERT INTO registry_nameword (word_id, record_id, name_id)
                    SELECT * FROM wanted_nameword EXCEPT
                    SELECT word_id, record_id, name_id FROM registry_nameword ORDER BY 1, 2, 3;
                DELETE FROM registry_word w WHERE NOT EXISTS (SELECT FROM registry_nameword k WHERE k.word_id = w.id);
                DROP TABLE wanted_word, wanted_nameword;
            END
            """,
            returns="void",
            options="SET work_mem = '256MB'",
            layer=Layer.NAMES,
        ),
    )


def renderings() -> Iterator[Rendering]:
    """Return what is kept: the words of all names, which one batch brings up to date."""
    digest = sha256((_words(_TABLE) + functions()[0].source).encode()).hexdigest()[:32]
    yield Rendering(name="words:name", table=_TABLE, digest=digest, batch=_keep, differing=_differing)


def _keep(cursor: Any, after: int, most: int) -> tuple[int, int | None]:
    cursor.execute(f"SELECT {_KEEP}(), (SELECT count(*) FROM {_TABLE})")
    return int(cursor.fetchone()[1]), None


def forget(cursor: Any) -> None:
    """Have the words updated, after migrations have written names that no trigger noted."""
    state.remove(cursor, "words:name")


def _differing() -> int:
    kept = (
        "SELECT DISTINCT w.kind, w.word, k.record_id, k.name_id FROM registry_nameword k"
        " LEFT JOIN registry_word w ON w.id = k.word_id"
    )
    wanted = _words(f"{_TABLE} n")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (({kept} EXCEPT {wanted}) UNION ALL ({wanted} EXCEPT {kept})) d")
        return int(cursor.fetchone()[0])
