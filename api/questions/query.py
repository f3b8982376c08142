"""From the parameters of a request to a question that can be answered; every refusal is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.errors import BadParameter
from api.filters.parameters import code_of, count_within, nearest, several
from api.query.cursor import damaged, fingerprint, own_place, packed
from api.query.list_query import lists_of, parameters_of
from api.query.selection import read_selection, selected, statement
from api.questions.question import ON, AskedQuestion, Question
from api.resources.resource import Resource, resource_named

DEFAULT_LIMIT, MAX_LIMIT = 100, 1_000
VERDICT = "verdict"
#: Parameters that every question has.
SHARED = ("limit", "cursor", VERDICT, "format")


@dataclass(frozen=True)
class Query:
    """A question as a request asks it: its values, the verdicts to list, from where and how many rows."""

    question: Question
    scope: AskedQuestion
    verdicts: tuple[str, ...]
    place: tuple[Any, ...] | None
    limit: int
    fingerprint: str
    #: The parameters as they were understood, defaults included.
    given: Mapping[str, Any]


def resource_of(question: Question) -> Resource | None:
    """Return the resource whose filters narrow a question."""
    return resource_named(question.narrowed) if question.narrowed else None


def lists(question: Question) -> frozenset[str]:
    """Name the parameters that hold several values."""
    resource = resource_of(question)
    own = {one.name for one in question.parameters if one.takes_several} | {VERDICT}
    return frozenset(own | (lists_of(resource) - {"facet", "fields", "omit"} if resource else set()))


def read_query(question: Question, given: Mapping[str, str]) -> Query:
    """Read the parameters of a question; raises BadParameter for the first that is unknown or wrong."""
    own = {one.name: one for one in question.parameters}
    resource = resource_of(question)
    filters = (
        {**parameters_of(resource), **dict.fromkeys(("near", "radius_km") if resource.located else ())} if resource else {}
    )
    known = [*own, *SHARED, *filters]
    for name in given:
        if name not in known:
            raise BadParameter(f"This question has no such parameter.{nearest(name, known, 400)}", name[:80], [*own, *SHARED])
    for one in question.parameters:
        if one.required and one.name not in given:
            raise BadParameter("The parameter is required.", one.name)
    if question.one_of and not any(name in given for name in question.one_of):
        raise BadParameter(f"One of these parameters is required: {', '.join(question.one_of)}.", question.one_of[0])
    names = [verdict.name for verdict in question.verdicts]
    listed = tuple(verdict.name for verdict in question.verdicts if verdict.listed)
    if VERDICT in given:
        listed = tuple(dict.fromkeys(code_of(VERDICT, one, names) for one in several(VERDICT, given[VERDICT])))
    values = {
        name: one.read(name, given[name]) if name in given else one.default() if one.default else None
        for name, one in own.items()
    }
    scope = AskedQuestion(values)
    if resource:
        narrowing = {name: value for name, value in given.items() if name in filters and name not in own}
        if resource.on_date and ON in given:
            narrowing[ON] = given[ON]
        query = read_selection(resource, narrowing, (ON,), "This question")
        by_list = question.counted
        # A filter of the same name would have to be joined with that of the verdict.
        is_read = by_list is not None and (by_list.name in listed or any(name in given for name in by_list.counted or ()))
        scope = AskedQuestion(values, statement(query, selected(query).values("id")), query, is_read)
    narrowed = fingerprint(question.name, {n: v for n, v in given.items() if n not in ("limit", "cursor", "format")})
    place = _read_cursor(given["cursor"], narrowed, question) if "cursor" in given else None
    limit = count_within("limit", given["limit"], 1, MAX_LIMIT) if "limit" in given else DEFAULT_LIMIT
    defaults = {name: one.default() for name, one in own.items() if name not in given and one.default}
    return Query(question, scope, listed, place, limit, narrowed, {**defaults, **_without(given)})


def _without(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name not in ("limit", "cursor", "format")}


def write_cursor(query: Query, place: list[Any]) -> str:
    """Write where the next page begins; it belongs to the query."""
    return packed([query.fingerprint, *place])


_PYTHON: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "record": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def _read_cursor(text: str, narrowed: str, question: Question) -> tuple[Any, ...]:
    place = own_place(text, narrowed)
    types = [question.column_types[name] for name in question.order]
    right = len(place) == len(types) and all(
        isinstance(value, _PYTHON[kind]) and "\x00" not in str(value) for value, kind in zip(place, types, strict=True)
    )
    if not right:
        raise damaged()
    return tuple(place)
