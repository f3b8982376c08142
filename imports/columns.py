"""How the JSON of a mapped row is read in the types of the registry's columns, and which records its texts refer to."""

from typing import Any

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db import models as dj

from registry import models as m
from registry.kinds import RecordKind, kind_of_model
from registry.sql import Sql, compiled, identifier, sql


def typed(field: Any, row: Sql) -> Sql:
    """Return the SQL that reads a column from JSON, `row`, in the type of the table."""
    value = sql("{row}->>{name}", row=row, name=field.name)
    if isinstance(field, dj.ForeignKey):
        return _record_of(field, value)
    if isinstance(field, PointField):
        return point_of(field.name, row)
    if isinstance(field, GeometryField):
        return sql("({value})::geometry", value=value)
    kind = compiled(field.db_type(connection))
    if isinstance(field, ArrayField):
        listed = "CASE WHEN jsonb_typeof({row}->{name}) = 'array' THEN {row}->{name} ELSE '[]' END"
        texts = sql(listed, row=row, name=field.name)
        return sql("ARRAY(SELECT jsonb_array_elements_text({texts}))::{kind}", texts=texts, kind=kind)
    if field.has_default() and not field.null:
        value = sql("COALESCE({value}, {otherwise})", value=value, otherwise=default_of(field))
    elif field.has_default():
        said = "CASE WHEN {row} ? {name} THEN {value} ELSE {otherwise} END"
        value = sql(said, row=row, name=field.name, value=value, otherwise=str(default_of(field)))
    return sql("({value})::{kind}", value=value, kind=kind)


def _record_of(field: Any, value: Sql) -> Sql:
    """Return the key of the record that a text means, from the tables that `read_incoming` makes."""
    if field.related_model is m.Country:
        return sql("(SELECT k.id FROM import_country k WHERE k.code = upper({value}))", value=value)
    if field.related_model is m.Commodity:
        return sql("(SELECT k.id FROM import_symbol k WHERE k.symbol = lower({value}))", value=value)
    if field.related_model is m.Organization:
        return sql("(SELECT k.id FROM import_holder k WHERE k.folded = lower(btrim({value})))", value=value)
    return sql(
        "(SELECT k.id FROM import_reference k WHERE k.kind = {kind} AND k.text = {value})",
        kind=referred(field).name,  # type: ignore[union-attr]
        value=value,
    )


def referred(field: Any) -> RecordKind | None:
    """Return the kind of record that a column refers to by a text, if not by a code, and not to an organization."""
    if not isinstance(field, dj.ForeignKey) or field.related_model in (m.Country, m.Commodity, m.Organization):
        return None
    return kind_of_model(field.related_model)


def point_of(column: str, row: Sql) -> Sql:
    """Return the point that the JSON of a row has under a name."""
    return sql(
        "CASE WHEN jsonb_typeof({row}->{column}) = 'array'"
        " THEN ST_Point(({row}->{column}->>0)::float8, ({row}->{column}->>1)::float8, 4326) END",
        row=row,
        column=column,
    )


def default_of(field: Any) -> Any:
    """Return what a column holds if nothing is said."""
    value = field.get_default()
    return sql("'{{}}'") if isinstance(value, list | dict) else value


def mapped(row: str) -> Sql:
    """Name the JSON of a staged row."""
    return identifier(row, "mapped")
