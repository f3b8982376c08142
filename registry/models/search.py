"""Text as search compares it."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce, Concat
from django.db.models.lookups import Lookup

from registry.sql import Sql, joined, sql
from registry.vocabularies import RecordStatus


class Folded(Func):
    """Latin letters without marks, one spelling for y and i; each word after a space, hyphenated words joined as well."""

    function = "registry_fold_name"
    output_field = models.TextField()


class Joined(Func):
    """The texts of an array, as one."""

    function = "registry_joined"
    output_field = models.TextField()


def folded_of(*columns: str | Joined) -> models.GeneratedField:
    """Return the column `folded` over texts of a record, so that one index finds the words of all of them."""
    text = models.TextField()
    texts = [part for c in columns for part in (Value(" "), Coalesce(c, Value(""), output_field=text))]
    whole = Concat(*texts[1:], output_field=text) if len(columns) > 1 else texts[1]
    return models.GeneratedField(expression=Folded(whole), output_field=text, db_persist=True)


def folded_index(name: str) -> GinIndex:
    """Return the index over the column `folded`."""
    return GinIndex(OpClass(F("folded"), name="gin_trgm_ops"), name=f"{name}_folded")


def words_indexes(name: str, column: str) -> list[models.Index]:
    """Return the indexes by which the words of a column are found, without a column of their own, and what states none."""
    return [
        GinIndex(OpClass(Folded(F(column)), name="gin_trgm_ops"), name=f"{name}_words_{column}"[:30]),
        models.Index(
            fields=["id"],
            name=f"{name}_no_{column}"[:30],
            condition=models.Q(record_status=RecordStatus.PUBLISHED, **{f"{column}__isnull": True}),
        ),
    ]


@models.Field.register_lookup
class HoldsWord(Lookup):  # type: ignore[type-arg]
    """`folded__holds_word=word`: the folded text holds the word, or a word that begins with it if it is short."""

    lookup_name = "holds_word"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Fold the word by the same function, so that any script and spelling meet."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} LIKE registry_pattern({right})", [*left_params, *right_params]


def words_holding(kind: str, texts: list[str], most: int) -> Sql:
    """Select, for each text in turn, the keys of the words of a kind that hold it, up to one more than `most`.

    Null stands for a text that is not looked for among words: one that is folded to several words, or to none.
    """
    return joined(
        ", ",
        (
            sql(
                "CASE WHEN registry_fold({text}) ~ '^[^ ]+$' THEN ARRAY(SELECT id FROM registry_word WHERE kind = {kind}"
                " AND word LIKE registry_word_pattern({text}) LIMIT {most}) END",
                text=text,
                kind=kind,
                most=most + 1,
            )
            for text in texts
        ),
    )
