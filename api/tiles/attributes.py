"""The attributes of the features of a layer: declared once, for the tiles that carry them and for what describes these."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from api.documents.models import fields_of
from api.resources.concerns import Disputed
from api.resources.duplicates import PossibleDuplicateFilter, possible_duplicates
from api.tiles.layer import Layer
from registry.sql import Sql, identifier, joined, sql
from registry.vocabularies.estimates import family_codes


class Attribute(NamedTuple):
    """An attribute of a record: name, type, what it says, and its SQL; absent from a feature where that is null."""

    name: str
    kind: str
    words: str
    sql: Sql


@cache
def attributes(layer: Layer, family: str | None = None) -> tuple[Attribute, ...]:
    """Return the attributes of a record, with its tonnage under a family of reporting codes if one is given.

    The SQL reads the record as `r`, its place as `d` and its country as `c`.
    """
    return tuple(_attributes(layer, family))


def _attributes(layer: Layer, family: str | None) -> Iterator[Attribute]:
    columns = {f.name: str(f.help_text) for f in layer.resource.model._meta.concrete_fields}
    yield Attribute("slug", "string", "Identifier of the record.", sql("r.slug"))
    yield Attribute("name", "string", "Display name.", identifier("r", layer.label))
    if layer.country:
        words = "Stated country by its ISO code; for a cell, the most frequent one."
        yield Attribute("country", "string", words, sql("c.slug"))
    for code in layer.codes:
        common = " For a cell, the most frequent one." if code == layer.coloured_by else ""
        yield Attribute(code, "string", f"{columns[code]}{common}", identifier("r", code))
    for name, column in layer.decades.items():
        words = f"{columns[column].removesuffix('.')}, by the first year of its decade."
        yield Attribute(name, "string", words, sql("({year} / 10 * 10)::text", year=identifier("r", column)))
    if layer.commodities:
        yield Attribute("ree", "boolean", "Whether it contains rare earths.", sql("d.ree"))
    yield from _marks(layer)
    if family and layer.tonnes_of:
        words = "Ore in tonnes: its largest estimate under the chosen family of reporting codes that no other one replaces."
        yield Attribute("tonnes", "number", words, _tonnes(layer.tonnes_of, family))


def _marks(layer: Layer) -> Iterator[Attribute]:
    """Return what is set only on the records that a reader should look at twice."""
    resource = layer.resource
    disputed = fields_of(resource.summary()).get("disputed")
    if isinstance(disputed, Disputed):
        condition = Sql(disputed.sql("r", resource.model).replace("%", "%%"))
        words = "Whether sources disagree about it; absent if they do not."
        yield Attribute("disputed", "boolean", words, sql("CASE WHEN {disputed} THEN true END", disputed=condition))
    if any(isinstance(one, PossibleDuplicateFilter) for one in resource.filters.declared.values()):
        words = "Whether it may be the same as another record; absent if nobody thinks so."
        keys = possible_duplicates(resource.model)
        yield Attribute("possible_duplicate", "boolean", words, sql("CASE WHEN r.id IN ({keys}) THEN true END", keys=keys))


def _tonnes(column: str, family: str) -> Sql:
    return sql(
        "(SELECT max(e.ore_tonnes) FROM registry_resourceestimate e WHERE e.{column} = r.id AND e.record_status = 'published'"
        " AND e.reporting_code = ANY ({codes}) AND NOT EXISTS (SELECT FROM registry_resourceestimate n"
        " WHERE n.supersedes_id = e.id AND n.record_status = 'published'))",
        column=identifier(column),
        codes=family_codes()[family],
    )


def columns_of(found: tuple[Attribute, ...]) -> Sql:
    """Return the attributes as a list of columns."""
    return joined(", ", (sql("{value} AS {name}", value=one.sql, name=identifier(one.name)) for one in found))
