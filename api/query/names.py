"""The names of records and of the records that they link to, in a language that readers choose."""

from collections import defaultdict
from functools import cache
from typing import Any

import orjson
from rest_framework.serializers import ListSerializer

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


def in_language(resource: Resource, rows: list[Row], language: str) -> list[Row]:
    """Return rows with names in a language, given by its tag, where there are any; the others stay as they are."""
    records = [orjson.loads(row.document) for row in rows]
    places: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        if resource.kind in NAMED:
            places[resource.kind].append(record)
        for field, kind in _links(resource).items():
            value = record.get(field)
            for link in value if isinstance(value, list) else [value]:
                if link and (held := kind or link.get("kind")) in NAMED:
                    places[held].append(link)
    for kind, links in places.items():
        names = _names(kind, sorted({link["slug"] for link in links}), language)
        label = label_of(kind_named(kind).model)
        for link in links:
            if name := names.get(link["slug"]):
                link["name" if "name" in link else label] = name
    return [row._replace(document=orjson.dumps(record)) for row, record in zip(rows, records, strict=True)]


@cache
def _links(resource: Resource) -> dict[str, str]:
    """Return the fields that hold links, with the kind of record that they lead to; "" where each link says it."""
    found = {}
    for name, declared in resource.summary().fields.items():  # type: ignore[attr-defined]
        if isinstance(declared, LinkOfOne):
            found[name] = ""
        elif isinstance(declared, Link) and "." not in str(declared.source):
            model: Any = resource.model._meta.get_field(str(declared.source)).related_model
            found[name] = _kind(model)
        elif isinstance(declared, ListSerializer) and {"slug", "name"} <= set(_child(declared).fields):
            found[name] = _kind(_child(declared).Meta.model)
    return {name: kind for name, kind in found.items() if kind is not None}


def _child(declared: Any) -> Any:
    return declared.child


def _kind(model: Any) -> Any:
    kind = kind_of_model(model)
    return kind and kind.name


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
