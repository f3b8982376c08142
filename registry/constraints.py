"""Rules of the database that Django cannot say in its own terms, with the messages people see."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.constraints import BaseConstraint


class SQLCheck(BaseConstraint):
    """A CHECK written in SQL and enforced by the database alone.

    `validate()` does nothing: PostGIS functions cannot be asked about an unsaved null geometry (Django raises TypeError),
    so the model's `clean()` gives the message for what people meet often.
    """

    def __init__(self, *, name: str, sql: str, violation_error_message: str | None = None) -> None:
        """Keep the condition, an SQL expression over the columns of one row."""
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.sql = sql

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Return the constraint as part of CREATE TABLE."""
        assert schema_editor is not None
        return f"CONSTRAINT {schema_editor.quote_name(self.name)} CHECK ({self.sql})"

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Return the statement that adds the constraint to a table."""
        assert schema_editor is not None and model is not None
        return f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} ADD {self.constraint_sql(model, schema_editor)}"

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        """Return the statement that drops the constraint."""
        assert schema_editor is not None and model is not None
        return (
            f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} "
            f"DROP CONSTRAINT {schema_editor.quote_name(self.name)}"
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Leave the check to the database."""

    def __eq__(self, other: object) -> bool:
        """Compare by what a migration keeps, so that makemigrations sees no change where there is none."""
        return isinstance(other, SQLCheck) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash((self.name, self.sql))

    def deconstruct(self) -> Any:
        """Return what rebuilds it in a migration."""
        path, args, kwargs = super().deconstruct()
        kwargs["sql"] = self.sql
        return path, args, kwargs


def exactly_one(name: str, *columns: str) -> SQLCheck:
    """Require that a row points at exactly one record."""
    return SQLCheck(
        name=name,
        sql=f"num_nonnulls({', '.join(f'{c}_id' for c in columns)}) = 1",
        violation_error_message="Choose exactly one record.",
    )


def one_of(name: str, field: str, choices: Any, *, null: bool = False) -> models.CheckConstraint:
    """Require that a code column holds one of its codes."""
    condition = Q(**{f"{field}__in": [str(c) for c in choices.values]})
    if null:
        condition |= Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(name=name, condition=condition, violation_error_message=f"“{field}” holds no known code.")


def partial_dates(name: str, *columns: str) -> SQLCheck:
    """Require that date columns hold YYYY, YYYY-MM or YYYY-MM-DD of a day that exists, or null."""
    return SQLCheck(name=name, sql=" AND ".join(f"registry_is_partial_date({c})" for c in columns))


def in_order(name: str, *columns: str) -> models.CheckConstraint:
    """Require that the given figures are positive and do not decrease, as far as they are known."""
    condition = Q()
    for position, column in enumerate(columns):
        condition &= Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": 0})
        for later in columns[position + 1 :]:
            condition &= (
                Q(**{f"{column}__isnull": True}) | Q(**{f"{later}__isnull": True}) | Q(**{f"{column}__lte": models.F(later)})
            )
    return models.CheckConstraint(
        name=name,
        condition=condition,
        violation_error_message=f"{', '.join(columns)} must be above zero and in this order.",
    )


def finite(name: str, *columns: str) -> SQLCheck:
    """Require that numbers are numbers: neither infinite nor NaN, which sorts above infinity."""
    return SQLCheck(name=name, sql=" AND ".join(f"{c} > '-Infinity' AND {c} < 'Infinity'" for c in columns))


def sound_geometry(name: str, column: str) -> SQLCheck:
    """Require a geometry in range, valid, not empty and not at (0, 0): WGS 84 degrees, or null."""
    return SQLCheck(
        name=name,
        sql=f"{column} IS NULL OR (NOT ST_IsEmpty({column}) AND ST_IsValid({column})"
        f" AND ST_XMin({column}) >= -180 AND ST_XMax({column}) <= 180"
        f" AND ST_YMin({column}) >= -90 AND ST_YMax({column}) <= 90"
        f" AND NOT (GeometryType({column}) = 'POINT' AND ST_XMin({column}) = 0 AND ST_YMin({column}) = 0))",
        violation_error_message=(
            "The geometry must be valid, in degrees of WGS 84 (longitude −180 to 180, latitude −90 to 90), "
            "and not the point (0, 0)."
        ),
    )
