"""A question: the one declaration from which its address, formats, page, descriptions and generic tests follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import ExpressionWrapper, F, TextField

from api.filters.parameters import today
from api.query.list_query import ListQuery
from api.query.selection import selected, statement
from registry.kinds import ALL
from registry.sql import Sql, identifier, joined, sql
from registry.vocabularies import Vocabulary

#: The name of the parameter that is a day of the world.
ON = "on"
#: A vocabulary, or codes that are words by themselves.
Codes = type[Vocabulary] | tuple[str, ...]


@dataclass(frozen=True)
class AnswerColumn:
    """A column of the answer.

    `type` is `text`, `integer`, `number`, `boolean`, `time`, `record` or `records`. The SQL gives the id of a record, or an
    array of ids; what readers do not see becomes null, or is left out. `kind` is the kind of record, as foreign keys write it.
    """

    name: str
    help: str
    type: str = "text"
    kind: str = ""
    unit: str = ""
    codes: tuple[str, ...] = ()
    #: What its codes are, for pages, which show words: those of a vocabulary, words by themselves (listed), kinds of record
    #: (`kind`), the slug of a record of the row's kind or verdict (`slug`), of a region or organization (`through`), of one
    #: organization after the other (`chain`), fields and rows of lists (`entries`), registers (`scheme`), a sentence of
    #: `registry.sentences` (`sentence`), or values of the field that a parameter names.
    coded: Codes | str = ""
    #: Whether it only sorts the rows, and no answer shows it.
    hidden: bool = False
    #: SQL over the row `q`, asked for the rows of a page alone; without it, the rows have the column. It may read the columns
    #: of what the question looks up, as `u`.
    later: Sql | None = None


@dataclass(frozen=True)
class Verdict:
    """What the question finds of a row; rows of `listed` verdicts are the answer, those of all verdicts are counted."""

    name: str
    means: str
    listed: bool = True
    #: Whether the registry knows enough to tell.
    decided: bool = True
    #: Filters of the list that find just its rows, which the list counts; `rows` gives them only if they are listed. Without
    #: a filter: all candidates of which `rows` gives no other verdict.
    counted: Mapping[str, str] | None = None


@dataclass(frozen=True)
class QuestionParameter:
    """A parameter: how its text is read, and what it is if it is left out (null without a default)."""

    name: str
    help: str
    schema: Mapping[str, Any]
    read: Callable[[str, str], Any]
    default: Callable[[], Any] | None = None
    default_words: str = ""
    required: bool = False
    example: str = ""
    takes_several: bool = False
    #: The vocabulary of its codes, or the codes that are names of fields.
    coded: Codes | None = None


@dataclass(frozen=True)
class AskedQuestion:
    """A question with the values of its parameters; `candidates` gives the ids of the records that it is narrowed to."""

    values: Mapping[str, Any]
    candidates: Sql = field(default_factory=Sql)
    #: The list that it is narrowed to.
    query: ListQuery | None = None
    #: Whether the rows of the verdict that the list counts are wanted.
    with_counted: bool = False

    def those(self, **conditions: Any) -> Sql:
        """Return the query for the candidates of which some conditions hold, so that an index finds both together."""
        assert self.query is not None
        return statement(self.query, selected(self.query).filter(**conditions).values("id"))

    def columns(self, *names: str) -> Sql:
        """Return the query for some columns of the candidates, which need not be looked up again."""
        assert self.query is not None
        # A shape is given as it is stored, not as the bytes that Django reads.
        plain = {f"{name}_": ExpressionWrapper(F(name), output_field=TextField()) for name in names}
        rows = selected(self.query).annotate(**plain).values_list(*plain)
        return sql(
            "SELECT * FROM ({rows}) c ({names})",
            rows=statement(self.query, rows),
            names=joined(", ", (identifier(name) for name in names)),
        )

    @property
    def on(self) -> date:
        """Return the day of the world that is asked about."""
        found = self.values.get(ON)
        return found if isinstance(found, date) else today()


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """A question that no list with filters answers.

    `rows` composes SQL that gives the columns `verdict`, those of `columns` and those of `order`, which together are unique and
    never null. `narrowed` names the resource whose filters narrow the records that the question goes over. `inputs` names what
    the answer rests on as `kind.field`, `formula` says how it follows, and `formula_source` who defines that.
    """

    name: str
    title: str
    description: str
    rows: Callable[[AskedQuestion], Sql]
    columns: tuple[AnswerColumn, ...]
    order: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    inputs: tuple[str, ...]
    formula: str
    formula_source: str
    example: Mapping[str, str]
    parameters: tuple[QuestionParameter, ...] = ()
    narrowed: str = ""
    #: Groups of parameters of which one is required.
    one_of: tuple[str, ...] = ()
    #: A query over the row `q` that gives one row or none, for the rows of a page alone; columns read it as `u`.
    looked_up: Sql | None = None

    @property
    def shown(self) -> tuple[AnswerColumn, ...]:
        """Return the columns that answers show."""
        return tuple(column for column in self.columns if not column.hidden)

    @property
    def counted(self) -> Verdict | None:
        """Return the verdict whose rows the list counts, if there is one."""
        return next((verdict for verdict in self.verdicts if verdict.counted is not None), None)

    @property
    def column_types(self) -> dict[str, str]:
        """Return the type of each column by its name."""
        return {column.name: column.type for column in self.columns}


_questions: dict[str, Question] = {}


def register(question: Question) -> Question:
    """Make a question known; refuse, at start-up, a declaration that cannot work."""
    kinds = {kind.name for kind in ALL}
    names = question.column_types
    if question.name in _questions:
        raise ValueError(f"two questions are named “{question.name}”")
    if unknown := [name for name in question.order if name not in names]:
        raise ValueError(f"{question.name}: it is sorted by “{unknown[0]}”, which is no column")
    for column in question.columns:
        if (column.type in ("record", "records")) != (column.kind in kinds):
            raise ValueError(f"{question.name}: the column “{column.name}” needs a kind of record just where it is one")
    if wrong := [one for one in question.inputs if one.partition(".")[0] not in kinds]:
        raise ValueError(f"{question.name}: the input “{wrong[0]}” names no kind of record")
    if not any(verdict.listed for verdict in question.verdicts):
        raise ValueError(f"{question.name}: no verdict is listed")
    _questions[question.name] = question
    return question


def all_questions() -> list[Question]:
    """List the declared questions by name."""
    return [_questions[name] for name in sorted(_questions)]
