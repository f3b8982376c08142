"""Answers of the past: a list or a record as it stood at a time.

A list of the past is walked in the order of the key and filtered by what stood in its columns then, without the indexes of
the present; parameters that cannot be answered so are refused by name.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import F

from api.database.bound import Bound, Condition
from api.database.connection import fetch
from api.documents.past import ASKED, detail_then, documents_then, records_then, rows_then
from api.errors import BadParameter
from api.filters.parameters import moment
from api.query.order import Place, segment, write_cursor
from api.query.question import Question
from api.query.rows import Page, Row, records
from api.resources.resource import Resource
from registry.models.base import Record

AS_OF = "as_of"
#: Clocks differ a little; what is further ahead is a mistake.
_AHEAD = timedelta(seconds=5)
_PRESENTATION = frozenset(("limit", "cursor", "fields", "omit", "format"))


def read_as_of(given: Mapping[str, Any]) -> tuple[datetime | None, dict[str, Any]]:
    """Take `as_of` out of the parameters of a request; raises BadParameter."""
    rest = {name: value for name, value in given.items() if name != AS_OF}
    if AS_OF not in given:
        return None, rest
    if not isinstance(given[AS_OF], str):
        raise BadParameter("The time must be a text.", AS_OF)
    then = moment(AS_OF, given[AS_OF])
    if then > datetime.now(UTC) + _AHEAD:
        raise BadParameter("The time must not be in the future.", AS_OF)
    return then, rest


@cache
def parameters_then(resource: Resource) -> frozenset[str]:
    """Name the parameters of a list that can be answered of the past."""
    declared = resource.filters.declared
    return frozenset(
        parameter.name
        for name, one in declared.items()
        if getattr(one, "in_history", False)
        for parameter in one.parameters(name, resource.model)
    )


def check_parameters(resource: Resource, given: Mapping[str, Any]) -> None:
    """Refuse what only the present can be asked; raises BadParameter."""
    known = parameters_then(resource) | _PRESENTATION
    for name in given:
        if name not in known:
            raise BadParameter("The parameter cannot be combined with `as_of`; the listed ones can.", name[:80], sorted(known))


def page_then(question: Question, then: datetime) -> Page:
    """Answer a list of the past."""
    wanted = question.limit + 1
    inner, bound = _records(question)
    document, geometry, live, joins = documents_then(question.resource)
    sql = (
        f"{ASKED} SELECT {_escaped(document)}, {_escaped(geometry)}, r.id, {_escaped(live)}"
        f" FROM ({inner} LIMIT %s) r{joins} ORDER BY r.id"
    )
    raw = fetch(sql, [then, *bound, wanted])
    cursor = None
    if len(raw) == wanted:
        raw.pop()
        cursor = write_cursor(question.order, question.query, Place(False, None, raw[-1][2]))
    return Page([Row(row[0], row[1], row[3], None) for row in raw], cursor)


def one_then(resource: Resource, slug: str, then: datetime) -> tuple[Any, ...] | None:
    """Fetch a record of the past by its slug: document, geometry, live fields, details; None if none was public then."""
    rows = records(resource).filter(Condition("lower(%s) = lower(%s)", F("slug"), Bound("slug")))
    inner, bound = _of_that_time(resource, rows.order_by(), {"slug": slug})
    document, geometry, live, joins = documents_then(resource)
    parts = ", ".join(_escaped(part) for part in (document, geometry, live, detail_then(resource)))
    raw = fetch(f"{ASKED} SELECT {parts} FROM ({inner}) r{joins}", [then, *bound])
    return raw[0] if raw else None


def _records(question: Question) -> tuple[str, list[Any]]:
    rows = records(question.resource)
    values: dict[str, Any] = {}
    for clause in (*question.clauses, segment(question.order, False, question.place)):
        rows = clause.apply(rows)
        values.update(clause.values)
    return _of_that_time(question.resource, rows, values)


#: A table in the SQL of the ORM, with its alias where it has one.
_TABLE = re.compile(r'FROM "(registry_\w+)"(?: ([A-Z]\d+))?')


def _of_that_time(resource: Resource, rows: Any, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Give the SQL of a queryset with each table as it stood then, and its values."""
    sql, params = rows.values_list("id").query.sql_with_params()
    assert " JOIN " not in sql, "filters look into other tables by subqueries"
    models = {model._meta.db_table: model for model in apps.get_app_config("registry").get_models()}

    def then(found: re.Match[str]) -> str:
        table, alias = found.groups()
        model = models[table]
        past = records_then(model) if issubclass(model, Record) else rows_then(model, "", "")
        name = alias or f'"{table}"'
        return f"FROM {_escaped(past)} {name}"

    _, table, rest = sql.partition(f' FROM "{resource.table}"')
    past = _TABLE.sub(then, f"{table}{rest}".strip())
    return f'SELECT "{resource.table}".* {past}', [values[p.key] if isinstance(p, Bound) else p for p in params]


def _escaped(sql: str) -> str:
    """Write per cent signs as the driver wants them where values are bound."""
    return sql.replace("%", "%%")
