"""The columns of a resource's tables, derived from its serializers: name, type, meaning, codes, and how SQL reads them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from drf_spectacular.drainage import get_override
from rest_framework import serializers
from rest_framework.serializers import BaseSerializer, ListSerializer

from api.documents.compose import RenderedRow, root, scalar
from api.documents.models import children_under
from api.query.composed import live_sql, live_sql_of
from api.query.list_query import ListQuery
from api.resources.children import LinkOfOne
from api.resources.fields import Link, Linked, Rendered
from api.resources.resource import ON_DATE, Resource
from registry.kinds import kind_named
from registry.models import Citation, Commodity, Country
from registry.vocabularies import CitationRelation, Comparator, Vocabulary
from registry.vocabularies.estimates import GRADE_WHOLES

LICENSE = "CC BY 4.0, Rare-earth deposits registry; facts: see rights"
#: What goes with every record of an export, whichever fields are chosen.
ALWAYS = ("sources", "rights", "license")
#: What goes with the records that a curator has chosen, of which some may not be public.
STATE = "record_status"
#: Types of columns, as the builders of files know them.
TEXT, INTEGER, NUMBER, BOOLEAN, TIME = "text", "integer", "number", "boolean", "time"


@dataclass(frozen=True)
class Column:
    """A column: `sql` reads it from the resource's table; `free` text may hold anything, codes and slugs may not."""

    name: str
    type: str
    sql: str
    description: str
    codes: tuple[tuple[str, str, str | None], ...] = ()
    free: bool = False

    @property
    def harmless_sql(self) -> str:
        """Read it so that no spreadsheet runs it as a formula; true and false as words."""
        if self.type == BOOLEAN:
            return f"CASE {self.sql} WHEN true THEN 'true' WHEN false THEN 'false' END"
        return harmless(self.sql) if self.free else self.sql


def harmless(sql: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula."""
    return f"regexp_replace({sql}, E'^([-=+@\\t\\r])', E'''\\\\1')"


@cache
def columns_of(resource: Resource) -> tuple[Column, ...]:
    """Return the columns of a resource, in the order of its list, with sources and licence at the end."""
    scope, document = root(resource, resource.table), f"{resource.table}.document"
    summary: dict[str, Any] = resource.summary().fields  # type: ignore[attr-defined]
    found = [column for name, declared in summary.items() for column in _columns(name, declared, scope, document)]
    found += _live_columns(resource, live_sql(resource))
    names = {column.name for column in found}
    sources = Column(
        "sources", TEXT, f"array_to_string({sources_sql(resource)}, ';')",
        "Slugs of the sources that the record cites, joined by semicolons; each has its rights under sources/<slug>/.",
    )  # fmt: skip
    rights = Column(
        "rights", TEXT, f"array_to_string({rights_sql(resource)}, ';')",
        "Rights of the sources that its values rest on, each with the attribution that they ask for, joined by semicolons;"
        " `not stated` if none was read.",
        free=True,
    )  # fmt: skip
    license_ = Column("license", TEXT, f"'{LICENSE}'", "Licence of the registry's own work: selection, wording and structure.")
    return (*found, *(extra for extra in (sources, rights, license_) if extra.name not in names))


def columns_on(query: ListQuery) -> tuple[Column, ...]:
    """Return the columns of a query: those that depend on the day for the day that it asks about, and what held on it."""
    every = columns_of(query.resource)
    if query.among is not None:
        every = (*every, _state(query.resource))
    if query.on is None:
        return every
    at_read = live_sql_of(query)
    those = {column.name: column for column in _live_columns(query.resource, at_read)}
    held = Column(
        ON_DATE, TEXT, f"({at_read}->'{ON_DATE}')::text", "What held on the day that was asked about. JSON.", free=True
    )
    return (*(those.get(column.name, column) for column in every), held)


def _state(resource: Resource) -> Column:
    return Column(STATE, TEXT, f"{resource.table}.record_status", "State in curation; readers see what is `published`.")


def _live_columns(resource: Resource, at_read: str | None) -> list[Column]:
    """Return the columns that are rendered at read."""
    if not resource.live:
        return []
    scope, live = root(resource, resource.table), resource.live().fields  # type: ignore[attr-defined]
    return [_column(name, declared, scope, f"({at_read})") for name, declared in live.items()]


def rights_sql(resource: Resource) -> str:
    """Return the rights of the sources that a record rests on, each once and sorted, as an array."""
    return sources_sql(resource, "replace(s.rights || COALESCE(': ' || s.attribution, ''), ';', ',')", supporting=True)


def sources_sql(resource: Resource, one: str = "s.slug::text", *, supporting: bool = False) -> str:
    """Return `one` of each published source `s` that a record cites or rests on, each once and sorted; null if there are none.

    Most records have one source: sorting costs as much as finding it.
    """
    cited = {f.name for f in Citation._meta.concrete_fields}
    kind = kind_named(resource.kind).cited_as
    if "source" in {f.name for f in resource.model._meta.concrete_fields}:
        rows = f"registry_source s WHERE s.id = {resource.table}.source_id AND s.record_status = 'published'"
    elif kind in cited:
        rows = (
            "registry_citation x JOIN registry_source s ON s.id = x.source_id AND s.record_status = 'published'"
            f" WHERE x.{kind}_id = {resource.table}.id"
            + (f" AND x.relation = '{CitationRelation.SUPPORTS.value}'" if supporting else "")
        )
    else:
        return "NULL::text[]"
    return (
        "(SELECT CASE WHEN cardinality(a) > 1 THEN ARRAY(SELECT DISTINCT v FROM unnest(a) v ORDER BY v) ELSE a END"
        f" FROM (SELECT array_agg({one}) AS a FROM {rows}) cited)"
    )


def _columns(name: str, declared: Any, scope: RenderedRow, document: str) -> Iterator[Column]:
    """Derive the columns of a field: a country has its name beside its code, which some programs read as a missing value."""
    column = _column(name, declared, scope, document)
    yield column
    if name == "country" and isinstance(declared, Link):
        sql = _linked(Country, f"{scope.alias}.country_id", "name")
        yield Column("country_name", TEXT, sql, "Name of the country.", free=True)
    if name == "grades":
        yield from (_grade(analyte, scope.alias) for analyte in _TOTALS)


#: The sums of rare earths that estimates state, as slugs of commodities, with their words.
_TOTALS = {"TREO": "total rare-earth oxides", "TREE": "total rare-earth elements"}


def _grade(analyte: str, alias: str) -> Column:
    """Return the stated grade of a sum in per cent, whatever its unit; nothing is computed from the grades of its parts."""
    factors = " ".join(f"WHEN '{unit}' THEN g.value / {whole / 100}" for unit, whole in GRADE_WHOLES.items())
    sql = (
        f"(SELECT CASE g.unit {factors} END FROM registry_grade g JOIN registry_commodity a ON a.id = g.analyte_id"
        f" AND a.slug = '{analyte}' WHERE g.estimate_id = {alias}.id AND g.comparator = '{Comparator.EQ.value}')"
    )
    words = (
        f"Grade of {_TOTALS[analyte]} ({analyte}) in per cent as the source states it, with or without yttrium as its reporting"
        " code or company has it; no sum of ours. Empty if another sum, a range or a bound is stated: see `grades`."
    )
    return Column(f"grade_{analyte}_pct", NUMBER, sql, words)


def _column(name: str, declared: Any, scope: RenderedRow, document: str) -> Column:
    """Derive a column; what is no plain value is read from the JSON `document` that holds it."""
    words = str(getattr(declared, "help_text", None) or "")
    if isinstance(declared, Rendered) and not isinstance(declared, LinkOfOne):
        return _rendered(name, declared, scope, words)
    if isinstance(declared, BaseSerializer) and not isinstance(declared, ListSerializer):
        key: Any = scope.model._meta.get_field(declared.source or name)
        sql = _linked(key.related_model, f"{scope.alias}.{key.column}", "slug")
        return Column(name, TEXT, sql, f"{words} By its slug.".strip())
    if isinstance(declared, ListSerializer):
        one: Any = declared.child
        written = "Slugs, joined by semicolons." if "slug" in one.fields else "A JSON array."
        words = f"{words or getattr(one, 'help_text', None) or ''} {written}".strip()
        return Column(name, TEXT, _few(declared, scope) or _slugs(f"{document}->'{name}'", one), words)
    if isinstance(declared, LinkOfOne | serializers.ListField | serializers.JSONField | serializers.DictField):
        return Column(name, TEXT, listed(f"{document}->'{name}'"), words)
    return _plain(name, declared, scope, document, words)


#: Kinds of which there are few: all are read once for an export, which costs less than a look-up for each row.
_FEW = (Country, Commodity)


def _few(declared: ListSerializer, scope: RenderedRow) -> str:
    """Return the slugs of linked records of which there are few, joined in the order of their rows; "" for others.

    Unpacking them from the document costs twice as much.
    """
    one: Any = declared.child
    if not isinstance(one, Linked) or one.Meta.model not in _FEW:  # type: ignore[attr-defined]
        return ""
    rows = children_under(scope.model, str(declared.source))
    key: Any = rows.model._meta.get_field(one.Meta.through)  # type: ignore[attr-defined]
    order = ", ".join(f"x.{name}" for name in rows.model._meta.ordering or ["id"])
    slug = _linked(key.related_model, f"x.{key.column}", "slug")
    return (
        f"(SELECT string_agg({slug}, ';' ORDER BY {order}) FROM {rows.model._meta.db_table} x"
        f" WHERE x.{rows.column} = {scope.alias}.id)"
    )


def _linked(other: Any, key: str, column: str) -> str:
    """Read a column of the record that a key leads to."""
    table = other._meta.db_table
    status = " AND l.record_status = 'published'" if hasattr(other, "record_status") else ""
    if other in _FEW:
        return f"((SELECT jsonb_object_agg(l.id, l.{column}) FROM {table} l WHERE true{status}) ->> {key}::text)"
    return f"(SELECT l.{column} FROM {table} l WHERE l.id = {key}{status})"


def _plain(name: str, declared: Any, scope: RenderedRow, document: str, words: str) -> Column:
    *path, last = (declared.source or name).split(".")
    column: Any = scope.model._meta.get_field(last) if not path else None
    if column is None or isinstance(column, models.GeneratedField | models.JSONField) or _is_array(column):
        type_ = type_of(declared)
        if _is_array(column):
            return Column(name, TEXT, listed(f"{document}->'{name}'"), f"{words} Joined by semicolons.".strip())
        value = f"{document}->>'{name}'"
        return Column(name, type_, value if type_ == TEXT else f"({value})::{CASTS[type_]}", words, free=type_ == TEXT)
    codes: tuple[Any, ...] = ()
    if column.choices:
        codes = tuple((str(code), str(label), _uri(column, code)) for code, label in column.choices if code)
    type_ = type_of(declared)
    sql = scalar(f'{scope.alias}."{column.column}"', column)
    if isinstance(column, models.DecimalField):
        sql = f"trim_scale({sql})"
    free = type_ == TEXT and not codes and last not in ("slug", "uid")
    return Column(name, type_, sql, words, codes, free)


CASTS = {INTEGER: "bigint", NUMBER: "float8", BOOLEAN: "boolean", TIME: "text"}


def _is_array(column: Any) -> bool:
    return column is not None and hasattr(column, "base_field")


def type_of(declared: Any) -> str:
    """Return the type of the column of a plain field."""
    if isinstance(declared, serializers.BooleanField):
        return BOOLEAN
    if isinstance(declared, serializers.IntegerField):
        return INTEGER
    if isinstance(declared, serializers.FloatField | serializers.DecimalField):
        return NUMBER
    return TIME if isinstance(declared, serializers.DateTimeField) else TEXT


def _uri(column: Any, code: str) -> str | None:
    for vocabulary in Vocabulary.__subclasses__():
        if [str(c) for c in vocabulary.values] == [str(c) for c, _ in column.choices]:
            return vocabulary(code).uri
    return None


def _rendered(name: str, declared: Rendered, scope: RenderedRow, words: str) -> Column:
    schema: Any = get_override(declared, "field") or {}
    kind = schema.get("type") if isinstance(schema, dict) else None
    if kind in ("array", "object"):
        value = declared.sql(scope.alias, scope.model)
        stored = f"{scope.alias}.{name}"
        # A stored list of codes is written as it is.
        codes = value == f"to_json({stored})"
        sql = f"NULLIF(array_to_string({stored}, ';'), '')" if codes else listed(value)
        return Column(name, TEXT, sql, f"{words} Joined by semicolons.".strip())
    type_ = {"number": NUMBER, "integer": INTEGER, "boolean": BOOLEAN}.get(str(kind), TEXT)
    return Column(name, type_, declared.sql(scope.alias, scope.model), words, free=type_ == TEXT)


def _slugs(json_sql: str, member: Any) -> str:
    """Write a list of records by their slugs, which are harmless; rows that have none as a JSON array."""
    if "slug" not in member.fields:
        # Rows of several values: a complete JSON array.
        return f"NULLIF(({json_sql})::text, '[]')"
    return f"(SELECT string_agg(e->>'slug', ';') FROM json_array_elements({json_sql}) e)"


def listed(json_sql: str) -> str:
    """Write a JSON value in one cell: a record by its slug, the members of a list so and joined by semicolons.

    OFFSET has the value read once; most lists are empty, which their text tells.
    """
    member, alone = (harmless(f"COALESCE({v}->>'slug', {v} #>> '{{}}')") for v in ("e", "j"))
    return (
        "(SELECT CASE WHEN j::text = '[]' THEN NULL WHEN json_typeof(j) = 'array' THEN"
        f" (SELECT string_agg({member}, ';') FROM json_array_elements(j) e) ELSE {alone} END"
        f" FROM (SELECT {json_sql} AS j OFFSET 0) v)"
    )
