"""What an import compares and writes of each kind of record: facts, lists, and how a difference is reported."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, LiteralString

from django.contrib.gis.db.models import GeometryField, PointField
from django.db import connection
from django.db import models as dj

from registry import models as m
from registry.sql import Sql, compiled, identifier, joined, sql
from registry.vocabularies import CitationRelation

CONTRADICTS, MENTIONS = CitationRelation.CONTRADICTS.value, CitationRelation.MENTIONS.value

#: How far apart, in metres, two points of one record may lie and still be called the same, and only be mentioned.
SAME_PLACE_M, NEAR_PLACE_M = 100, 1_000


@dataclass(frozen=True)
class Fact:
    """Columns that are compared, kept and written as one; `unknown` are codes that say nothing.

    `relation` is the relation of a source with another value: it contradicts or mentions; "" is only in the report.
    """

    name: str
    columns: tuple[str, ...]
    unknown: tuple[str, ...] = ("",)
    relation: str = CONTRADICTS


@dataclass(frozen=True)
class RowList:
    """Rows of a child table that a mapped row gives as a list.

    `elements` is the SELECT of the table's `{columns}` from the JSON of one row (`{mapped}`).
    """

    name: str
    model: type[dj.Model]
    columns: tuple[str, ...]
    elements: LiteralString
    #: What a citation says that the source states: a SELECT of one text column over the JSON list (`{list}`).
    stated: LiteralString

    @property
    def table(self) -> Sql:
        """Name the table."""
        return identifier(self.model._meta.db_table)

    def given(self, row: str) -> Sql:
        """Select the rows that a staged row gives."""
        return sql(self.elements, columns=named(self.columns), mapped=identifier(row, "mapped"))


@dataclass(frozen=True)
class TargetTable:
    """A kind of record that files bring."""

    target: str
    model: type[Any]
    #: Column of children (external ids, citations, names) that points at the record.
    owner: str
    facts: tuple[Fact, ...]
    lists: tuple[RowList, ...] = ()
    named: bool = False
    cited: bool = True
    #: Whether records that the registry lacks are made.
    makes: bool = True
    #: A column that names a record in its slug where the column that people call it by is empty.
    label_otherwise: str = ""

    @property
    def name(self) -> str:
        """Name the table."""
        return str(self.model._meta.db_table)

    @property
    def labels(self) -> tuple[str, ...]:
        """List the columns whose first value names a record in its slug."""
        return tuple(filter(None, (self.model.label_field, self.label_otherwise)))

    def field(self, column: str) -> Any:
        """Return the model's field."""
        return self.model._meta.get_field(column)

    def db_column(self, column: str) -> str:
        """Name the column of a field."""
        return str(self.field(column).column)

    @property
    def columns(self) -> tuple[str, ...]:
        """List the fields that all facts write."""
        return tuple(column for fact in self.facts for column in fact.columns)

    @property
    def db_columns(self) -> list[str]:
        """List the columns of those fields."""
        return [self.db_column(column) for column in self.columns]

    def typed(self, column: str) -> Sql:
        """Return the SQL that reads a column from the JSON of a mapped row `r`, in the type of the table."""
        field, value = self.field(column), sql("r.mapped->>{column}", column=column)
        if column == "country":
            return sql("(SELECT k.id FROM import_country k WHERE k.code = upper({value}))", value=value)
        if isinstance(field, PointField):
            return point_of(column)
        if isinstance(field, GeometryField):
            return sql("({value})::geometry", value=value)
        if field.has_default() and not field.null:
            value = sql("COALESCE({value}, {otherwise})", value=value, otherwise=_default(field))
        return sql("({value})::{type}", value=value, type=compiled(field.db_type(connection)))

    @property
    def all_typed(self) -> Sql:
        """Select all columns in the types of the table, under their names there."""
        return joined(
            ", ",
            (
                sql("{value} AS {name}", value=self.typed(column), name=identifier(self.db_column(column)))
                for column in self.columns
            ),
        )

    def others(self, source: int | None) -> dict[str, Any]:
        """Return what a new record has in columns that no file gives: the source it cites, and the model's defaults."""
        given = {
            field.column: _default(field)
            for field in self.model._meta.concrete_fields
            if field.has_default() and field.db_default is dj.NOT_PROVIDED and field.name not in self.columns
            if field.name != "record_status"
        }
        return given if self.cited else {**given, "source_id": source}


def named(columns: Iterable[str], *row: str) -> Sql:
    """List columns, qualified by the alias of their row if there is one."""
    return joined(", ", (identifier(*row, column) for column in columns))


def point_of(column: str) -> Sql:
    """Return the point that the JSON of a mapped row `r` has under a name."""
    return sql(
        "CASE WHEN jsonb_typeof(r.mapped->{column}) = 'array'"
        " THEN ST_Point((r.mapped->{column}->>0)::float8, (r.mapped->{column}->>1)::float8, 4326) END",
        column=column,
    )


def _default(field: Any) -> Any:
    value = field.get_default()
    return sql("'{{}}'") if isinstance(value, list | dict) else value


def _plain(*names: str, relation: str = MENTIONS) -> tuple[Fact, ...]:
    return tuple(Fact(name, (name,), relation=relation) for name in names)


def _texts(model: type[dj.Model], *otherwise: str) -> tuple[Fact, ...]:
    """Give a fact of each text of a model, but of codes and dates, the slug, and what is a fact otherwise."""
    texts = (f for f in model._meta.concrete_fields if type(f) in (dj.CharField, dj.TextField) and f.editable and not f.choices)
    return _plain(*(f.name for f in texts if f.name not in ("slug", *otherwise)))


def _commodities(model: type[dj.Model], *role: str) -> RowList:
    return RowList(
        "commodities",
        model,
        ("commodity_id", *role),
        "SELECT {columns} FROM (SELECT DISTINCT ON (k.id) k.id AS commodity_id,"
        " COALESCE(x.value->>'role', 'unknown')::varchar AS role"
        " FROM jsonb_array_elements({mapped}->'commodities') WITH ORDINALITY x"
        " JOIN import_symbol k ON k.symbol = lower(x.value->>'symbol') ORDER BY k.id, x.ordinality) c",
        "SELECT c.slug FROM jsonb_to_recordset({list}) AS l(commodity_id bigint) JOIN registry_commodity c"
        " ON c.id = l.commodity_id ORDER BY c.slug",
    )


DEPOSIT = TargetTable(
    "deposit",
    m.Deposit,
    "deposit",
    facts=(
        Fact("name", ("name",), relation=""),
        Fact("country", ("country",)),
        Fact(
            "location",
            (
                "location",
                "footprint",
                "location_kind",
                "coordinates_as_printed",
                "source_srid",
                "location_uncertainty_m",
                "uncertainty_basis",
            ),
        ),
        Fact("occurrence_type", ("occurrence_type",), relation=MENTIONS),
        Fact("deposit_type", ("deposit_type",), unknown=("unknown",)),
        Fact("development_status", ("development_status",), unknown=("unknown",)),
        Fact("discovery_year", ("discovery_year",)),
        *_texts(m.Deposit, "name", "coordinates_as_printed"),
    ),
    lists=(_commodities(m.DepositCommodity, "role"),),
    named=True,
)

LICENSE = TargetTable(
    "license",
    m.License,
    "license",
    facts=(
        Fact("name", ("name",), relation=""),
        Fact("number", ("number",)),
        Fact("country", ("country",)),
        Fact("kind", ("kind",), unknown=("other",)),
        Fact("status", ("status", "granted"), unknown=("unknown",)),
        *_plain("applied", "expires", "ended", "area", "declared_area_km2", relation=CONTRADICTS),
        *_texts(m.License, "name", "number"),
    ),
    lists=(
        _commodities(m.LicenseCommodity),
        RowList(
            "parties",
            m.LicenseParty,
            ("organization_id", "private_holder", "role", "share_pct"),
            "SELECT DISTINCT k.id AS organization_id, k.id IS NULL AS private_holder,"
            " COALESCE(x.value->>'role', 'holder')::varchar AS role, (x.value->>'share_pct')::numeric(7, 4) AS share_pct"
            " FROM jsonb_array_elements({mapped}->'parties') x"
            " LEFT JOIN import_holder k ON k.folded = lower(btrim(x.value->>'organization'))",
            "SELECT COALESCE(o.name, 'private holder') FROM jsonb_to_recordset({list}) AS l(organization_id bigint)"
            " LEFT JOIN registry_organization o ON o.id = l.organization_id ORDER BY 1",
        ),
    ),
    named=True,
    label_otherwise="number",
)

COUNTRY = TargetTable(
    "country",
    m.Country,
    "country",
    facts=(Fact("boundary", ("boundary", "boundary_source", "boundary_date"), relation=""),),
    makes=False,
)

FINDING = TargetTable(
    "finding",
    m.Finding,
    "finding",
    facts=(
        Fact("text", ("text",), relation=""),
        Fact("topic", ("topic",), relation=""),
        Fact("value", ("value_low", "value", "value_high", "comparator", "unit"), relation=""),
        *_plain("measure", "as_of", "modality", "speaker", "locator", relation=""),
    ),
    lists=(
        RowList(
            "subjects",
            m.FindingSubject,
            ("country_id", "region_id", "commodity_id"),
            "SELECT k.id AS country_id, NULL::bigint AS region_id, NULL::bigint AS commodity_id FROM import_country k"
            " WHERE k.code = upper({mapped}->>'country') UNION ALL SELECT NULL, g.id, NULL FROM registry_region g"
            " WHERE lower(g.slug) = lower({mapped}->>'region') UNION ALL SELECT NULL, NULL, k.id FROM import_symbol k"
            " WHERE k.symbol = lower({mapped}->>'commodity')",
            "SELECT COALESCE(c.slug, g.slug, y.slug)"
            " FROM jsonb_to_recordset({list}) AS l(country_id bigint, region_id bigint, commodity_id bigint)"
            " LEFT JOIN registry_country c ON c.id = l.country_id LEFT JOIN registry_region g ON g.id = l.region_id"
            " LEFT JOIN registry_commodity y ON y.id = l.commodity_id",
        ),
    ),
    cited=False,
)

TABLES = {table.target: table for table in (DEPOSIT, LICENSE, COUNTRY, FINDING)}
