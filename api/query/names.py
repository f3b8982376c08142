"""The names of records and of the records that they link to, in a language that readers choose."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.core.exceptions import FieldDoesNotExist
from rest_framework.serializers import ListSerializer, Serializer

from api.database.connection import fetch
from api.documents.models import label_of
from api.query.rows import Row
from api.resources.children import LinkOfOne
from api.resources.fields import Link
from api.resources.resource import Resource
from registry.kinds import NAMED, kind_named, kind_of_model
from registry.sql import identifier, sql
from registry.vocabularies import NameKind

#: Which kinds of names stand for a record, the first one first; the others are not how it is called now.
_KINDS = (NameKind.PREFERRED, NameKind.OFFICIAL, NameKind.ALTERNATE)


class _Shown(NamedTuple):
    """What a field shows: the kind of the records that it links to, "" where each link says it, and the fields of its rows."""

    kind: str | None
    fields: Mapping[str, "_Shown"]


def in_language(resource: Resource, rows: list[Row], language: str) -> list[Row]:
    """Return rows with names in a language, given by its tag, where there are any; the others stay as they are."""
    # What is rendered at read holds links too.
    records = [orjson.loads(row.document) | orjson.loads(row.live or b"{}") for row in rows]
    places: dict[str, list[dict[str, Any]]] = defaultdict(list)
    whole = _Shown(resource.kind, _of_resource(resource))
    for record in records:
        _gather(record, whole, places)
    for kind, links in places.items():
        names = _names(kind, sorted({link["slug"] for link in links}), language)
        label = label_of(kind_named(kind).model)
        for link in links:
            if name := names.get(link["slug"]):
                link["name" if "name" in link else label] = name
    return [row._replace(document=orjson.dumps(record), live=None) for row, record in zip(rows, records, strict=True)]


def _gather(row: dict[str, Any], shown: _Shown, places: dict[str, list[dict[str, Any]]]) -> None:
    """Sort a row, and the rows below it, by the kinds of records that they name."""
    kind = row.get("kind") if shown.kind == "" else shown.kind
    if kind in NAMED:
        places[str(kind)].append(row)
    for name, one in shown.fields.items():
        value = row.get(name)
        for below in value if isinstance(value, list) else [value]:
            if isinstance(below, dict):
                _gather(below, one, places)


@cache
def _of_resource(resource: Resource) -> dict[str, _Shown]:
    """Return the fields of a record, of its list or its own page, that hold links or rows with links."""
    parts: Any = [part() for part in (resource.summary, resource.live, resource.detail) if part]
    return {name: one for part in parts for name, one in _fields(part.fields, resource.model)}


def _fields(declared: Mapping[str, Any], model: Any) -> Iterator[tuple[str, _Shown]]:
    for name, one in declared.items():
        row = one.child if isinstance(one, ListSerializer) else one
        if isinstance(one, LinkOfOne):
            yield name, _Shown("", {})
        elif isinstance(row, Link):
            yield name, _Shown(_kind(_related(model, str(one.source))), {})
        elif row is not one and isinstance(row, Serializer):
            held = getattr(getattr(row, "Meta", None), "model", None) or _related(model, str(one.source))
            kind = _kind(held) if {"slug", "name"} <= set(row.fields) else None
            below = dict(_fields(row.fields, held))
            if kind or below:
                yield name, _Shown(kind, below)


def _related(model: Any, source: str) -> Any:
    """Return the model that a relation leads to; None for what is no relation."""
    try:
        return model and model._meta.get_field(source).related_model
    except FieldDoesNotExist:
        return None


def _kind(model: Any) -> str | None:
    kind = model and kind_of_model(model)
    return kind.name if kind else None


def _names(kind: str, slugs: list[str], language: str) -> dict[str, str]:
    """Return the names of records in a language, by their slugs: those of exactly this tag before others of the language."""
    rows = fetch(
        sql(
            "SELECT DISTINCT ON (r.slug) r.slug, n.text FROM {table} r JOIN registry_name n ON n.{holder} = r.id"
            " WHERE r.slug = ANY ({slugs}) AND n.kind = ANY ({kinds})"
            " AND split_part(lower(n.language), '-', 1) = split_part({language}, '-', 1)"
            " ORDER BY r.slug, lower(n.language) = {language} DESC, array_position({kinds}, n.kind::text), n.id",
            table=identifier(kind_named(kind).model._meta.db_table),
            holder=identifier(f"{kind}_id"),
            slugs=slugs,
            kinds=[one.value for one in _KINDS],
            language=language,
        )
    )
    return dict(rows)
