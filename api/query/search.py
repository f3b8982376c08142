"""Searching: records that have all words of a text in one of their texts, or in a name of a record they are linked with."""

from collections.abc import Iterable
from functools import cache
from typing import Any, LiteralString

from django.db import models
from django.db.models import F

from api.database.bound import Bound, Condition, Plan
from api.documents.past import rows_then
from api.filters.clauses import Clause, Parameter
from api.filters.parameters import words
from api.query.named import Named, named
from api.resources.resource import Resource
from registry.models import Name
from registry.sql import Sql, compiled, identifier, joined, literal, sql

_PLACES = {"names": "a name of the record", "own": "its own text"}


def search_parameter(resource: Resource) -> Parameter:
    """Describe the search of a resource, and where it looks."""
    places = [_PLACES.get(path) or f"a name of its {_said(path)}" for path in resource.search]
    where = " or ".join(filter(None, (", ".join(places[:-1]), places[-1])))
    text = f"Words to find in {where}, in any script and spelling; all words must occur in the same text."
    return Parameter("search", lambda given: search(resource, given), text, {"type": "string"}, resource.example or None)


def _said(path: str) -> str:
    """Name the linked record as a reader would: by its role, or by what it is."""
    return path.removesuffix(".names").removesuffix(".organization").removesuffix("_links").replace("_", " ")


def search(resource: Resource, given: str) -> Clause:
    """Keep records that have all words of a text in one of the texts that the resource is searched by."""
    found = words("search", given)
    texts = {f"search.{position}": text for position, text in enumerate(found)}
    plan = Plan.ALONE if resource.search == ("names",) else Plan.OWN
    by_names = {kind: named(kind, texts, plan) for kind in _kinds(resource)}
    values = texts | {key: value for one in by_names.values() for key, value in one.values.items()}
    shape = ("search", len(texts), *(one.shape for one in by_names.values()))

    def condition() -> Condition:
        # Each text is looked up by its own index; an OR over several tables would look at every record.
        found = joined(" UNION ", (_found(resource, path, tuple(texts), by_names) for path in resource.search))
        return Condition.of(sql("{record} IN ({found})", record=F("id"), found=found))

    return Clause(
        shape,
        lambda rows: rows.filter(condition()),
        values,
        then=lambda rows: rows.filter(_held_then(resource, texts)),
        candidates=_named_once(resource.kind, by_names[resource.kind]) if resource.search == ("names",) else None,
    )


def _named_once(kind: str, named_now: Named) -> Sql:
    """Select the keys of the records whose names may have had the words then: those that have them, or had other names since.

    What was written since is at the end of the history, where the index of transactions finds it. The first transaction is
    looked for among the changes since: a sum has no index, by which PostgreSQL would walk the log from its beginning.
    """
    then = Bound("then", "timestamptz")
    since = sql(
        "SELECT h.pgh_obj_id FROM registry_namehistory h WHERE h.pgh_created_at > {then} AND h.pgh_transaction >="
        " (SELECT min(c.transaction + 0) FROM registry_change c WHERE c.kind = {kind} AND c.at > {then})",
        then=then,
        kind=literal(kind),
    )
    return sql(
        "{now} UNION SELECT e.{key} FROM registry_namehistory e"
        " WHERE e.{key} IS NOT NULL AND e.pgh_obj_id = ANY (ARRAY({since}))",
        now=named_now.records,
        key=identifier(f"{kind}_id"),
        since=since,
    )


def _held_then(resource: Resource, texts: Iterable[str]) -> Condition:
    """Return whether a record had all texts in one of its own, or of those of the records that it was linked with."""
    either = (_path_then(resource, path, tuple(texts)) for path in resource.search)
    return Condition.of(sql("({either})", either=joined(" OR ", either)))


def _path_then(resource: Resource, path: str, texts: tuple[str, ...]) -> Sql:
    if path == "own":
        return joined(
            " AND ", (sql("{own} LIKE registry_pattern({text})", own=F("folded"), text=Bound(text)) for text in texts)
        )
    *links, _ = path.split(".")
    if not links:
        return sql("EXISTS ({names})", names=_names_then(resource.kind, F("id"), texts))
    holder, back, key = _link(resource.model, tuple(links))
    other: Any = key.related_model
    public = sql(
        "SELECT FROM {other} p WHERE p.id = {key} AND p.record_status = 'published'",
        other=identifier(other._meta.db_table),
        key=identifier("k", "id"),
    )
    linked = (
        sql("SELECT {key} AS id", key=F(key.name))
        if holder is resource.model
        else sql(
            "SELECT c.{key} AS id FROM {rows} c",
            key=identifier(key.column),
            rows=_of(rows_then(holder, back, _HOLDER), F("id")),
        )
    )
    return sql(
        "EXISTS (SELECT FROM ({linked}) k WHERE EXISTS ({public}) AND EXISTS ({names}))",
        linked=linked,
        public=public,
        names=_names_then(_kind_of(other), identifier("k", "id"), texts),
    )


#: Stands for the key of a record in SQL that is composed for any.
_HOLDER = "§holder§"


def _names_then(kind: str, record: Any, texts: tuple[str, ...]) -> Sql:
    rows = _of(rows_then(Name, f"{kind}_id", _HOLDER), record)
    # Folding a name again costs more than looking it up: most are written as they were.
    now = "(SELECT now.folded FROM registry_name now WHERE now.id = n.id AND now.text = n.text)"
    template: LiteralString = f"COALESCE({now}, n.folded) LIKE registry_pattern({{text}})"
    held = joined(" AND ", (sql(template, text=Bound(text)) for text in texts))
    return sql("SELECT FROM {rows} n WHERE {held}", rows=rows, held=held)


def _of(rows: str, holder: Any) -> Sql:
    first, *rest = map(compiled, rows.split(_HOLDER))
    return joined("", (first, *(sql("{holder}{piece}", holder=holder, piece=piece) for piece in rest)))


@cache
def _kinds(resource: Resource) -> tuple[str, ...]:
    """Name the kinds of records by whose names a resource is searched."""
    paths = [path.split(".")[:-1] for path in resource.search if path != "own"]
    return tuple(
        dict.fromkeys(
            _kind_of(_link(resource.model, tuple(links))[2].related_model) if links else resource.kind for links in paths
        )
    )


def _found(resource: Resource, path: str, texts: tuple[str, ...], by_names: dict[str, Named]) -> Sql:
    """Select the ids of the records that have the words in one of their texts."""
    if path == "own":
        held = joined(" AND ", (sql("folded LIKE registry_pattern({text})", text=Bound(text)) for text in texts))
        return sql("SELECT id FROM {table} WHERE {held}", table=identifier(resource.table), held=held)
    *links, _ = path.split(".")
    if not links:
        return by_names[resource.kind].records
    holder, back, key = _link(resource.model, tuple(links))
    other: Any = key.related_model
    return sql(
        # A name that is not public finds nothing.
        "SELECT {back} FROM {holder} WHERE {key} IN"
        " (SELECT id FROM {other} WHERE record_status = 'published' AND id IN ({names}))",
        back=identifier(back),
        holder=identifier(holder._meta.db_table),
        key=identifier(key.column),
        other=identifier(other._meta.db_table),
        names=by_names[_kind_of(other)].records,
    )


@cache
def _kind_of(model: type[models.Model]) -> str:
    return next(f.name for f in Name._meta.concrete_fields if f.related_model is model)


def _link(model: Any, links: tuple[str, ...]) -> tuple[Any, str, Any]:
    """Return the table that holds a foreign key to the linked record, its column with the id of the record, and the key."""
    if len(links) == 1:
        return model, "id", model._meta.get_field(links[0])
    relation = next(r for r in model._meta.related_objects if r.get_accessor_name() == links[0])
    return relation.related_model, relation.field.attname, relation.related_model._meta.get_field(links[1])
