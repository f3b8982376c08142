"""What a page shows beside its record: its parts ask in SQL, one statement reads everything, and each part takes its answer."""

from collections.abc import Collection
from functools import cache
from typing import Any

import orjson

from api.database.bound import Bound, Condition, bind, plain, shape_of
from api.database.connection import fetch
from api.query.composed import live_sql, records
from api.query.list_query import ListQuery
from api.query.rows import as_json
from api.resources.resource import Resource
from registry.sql import Sql, joined, sql

#: Under this name a listed record has its distance in metres, if it was asked by distance.
DISTANCE = "distance_m"


class Beside:
    """The questions of a page's parts and, once they are read, the answers."""

    def __init__(self) -> None:
        """Begin with no question."""
        self._asked: dict[str, Sql] = {}
        self._answers: dict[str, Any] = {}

    def ask(self, name: str, value: Sql) -> None:
        """Ask for one JSON value."""
        self._asked[name] = value

    def ask_list(self, name: str, query: ListQuery) -> None:
        """Ask for the first records of a list."""
        self.ask(name, as_json(query))

    def ask_records(self, name: str, resource: Resource, slugs: Collection[str]) -> None:
        """Ask for records by their slugs."""
        if slugs:
            self.ask(name, bind(_by_slug(resource), {"slugs": list(slugs)}))

    def read(self) -> None:
        """Read the answers to everything that was asked, by one statement."""
        if self._asked:
            (row,) = fetch(sql("SELECT {values}", values=joined(", ", self._asked.values())))
            self._answers = {name: orjson.loads(one) for name, one in zip(self._asked, row, strict=True)}

    def answer(self, name: str) -> Any:
        """Return the answer to a question; None if it was not asked."""
        return self._answers.get(name)

    def listed(self, name: str) -> list[dict[str, Any]]:
        """Return the records of a list, each with its fields of today and its distance."""
        return [document | (live or {}) | {DISTANCE: value} for document, live, value in self._answers.get(name) or ()]


@cache
def _by_slug(resource: Resource) -> Sql:
    """Compose the records with the slugs that are bound, as `as_json` does those of a list."""
    live = Condition((live_sql(resource) or "NULL::json").replace("%", "%%"))
    rows = records(resource).filter(slug__any_of=Bound("slugs", "text[]")).annotate(_live=live).order_by("id")
    return plain(
        sql(
            "COALESCE((SELECT json_agg(json_build_array(part.document, part._live, NULL)) FROM ({rows}) part), '[]'::json)",
            rows=shape_of(rows.values_list("document", "_live")),
        )
    )
