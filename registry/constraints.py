"""Rules of the database that Django cannot say in its own terms, with the messages people see."""

from dataclasses import dataclass
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q
from django.db.models.constraints import BaseConstraint


class SQLCheck(BaseConstraint):
    """A CHECK written in SQL and enforced by the database alone.

    `validate()` does nothing: PostGIS functions cannot be asked about an unsaved null geometry (Django raises TypeError),
    so the model's `clean()` gives the message for what people meet often.
    """

    def __init__(
        self,
        *,
        name: str,
        sql: str,
        violation_error_message: str | None = None,
        field: str | None = None,
        within: "Range | None" = None,
    ) -> None:
        """Keep the condition, an SQL expression over the columns of one row, the field of the message, and its range."""
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.sql, self.field, self.within = sql, field, within

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
        """Compare by what the database keeps: a message or a field is no change of the schema."""
        return isinstance(other, SQLCheck) and (self.name, self.sql) == (other.name, other.sql)

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash((self.name, self.sql))

    def deconstruct(self) -> Any:
        """Return what rebuilds it in a migration: what the database keeps, so that a message changes no migration."""
        path, args, _ = super().deconstruct()
        return path, args, {"name": self.name, "sql": self.sql}

    def clone(self) -> "SQLCheck":
        """Copy the message and the field too: Django copies the constraints of a model."""
        said: Any = (
            self.violation_error_message if self.violation_error_message != self.default_violation_error_message else None
        )
        return type(self)(name=self.name, sql=self.sql, field=self.field, violation_error_message=said, within=self.within)


class Check(models.CheckConstraint):
    """Django's check, with the field at which its message stands; migrations hold Django's."""

    def __init__(self, *, field: str | None = None, **given: Any) -> None:
        """Keep the field."""
        super().__init__(**given)
        self.field = field

    def deconstruct(self) -> Any:
        """Return Django's constraint."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def clone(self) -> "Check":
        """Copy the field too: Django copies the constraints of a model."""
        _, _, kwargs = self.deconstruct()
        return type(self)(field=self.field, **kwargs)

    def __eq__(self, other: object) -> bool:
        """Compare by what the database keeps: a message or a field is no change of the schema."""
        return isinstance(other, models.CheckConstraint) and (self.name, self.condition) == (other.name, other.condition)

    __hash__ = models.CheckConstraint.__hash__


class Unique(models.UniqueConstraint):
    """Django's unique constraint, with the field at which its message stands; migrations hold Django's."""

    def __init__(self, *expressions: Any, field: str | None = None, **given: Any) -> None:
        """Keep the field."""
        super().__init__(*expressions, **given)
        self.field = field

    def deconstruct(self) -> Any:
        """Return Django's constraint."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.UniqueConstraint", args, kwargs

    def clone(self) -> "Unique":
        """Copy the field too: Django copies the constraints of a model."""
        _, args, kwargs = self.deconstruct()
        return type(self)(*args, field=self.field, **kwargs)

    def __eq__(self, other: object) -> bool:
        """Compare by what the database keeps: a message or a field is no change of the schema."""
        if not isinstance(other, models.UniqueConstraint):
            return False
        own, others = ({**one.deconstruct()[2], "violation_error_message": None} for one in (self, other))
        return self.expressions == other.expressions and own == others

    __hash__ = models.UniqueConstraint.__hash__


@dataclass(frozen=True)
class Range:
    """The values that a column takes, and what is said of others: for forms, imports and the database."""

    says: str
    least: int | None = None
    most: int | None = None
    #: Greater than this, where the least value is none of them.
    above: int | None = None

    def __contains__(self, value: float) -> bool:
        """Return whether a value lies in it."""
        return (
            (self.least is None or value >= self.least)
            and (self.most is None or value <= self.most)
            and (self.above is None or value > self.above)
        )

    @property
    def validators(self) -> list[Any]:
        """Return the validators of a field of a form."""
        least = [] if self.least is None else [MinValueValidator(self.least)]
        return [*least, *([] if self.most is None else [MaxValueValidator(self.most)])]

    def check(self, name: str, field: str) -> SQLCheck:
        """Return the constraint, which carries the range."""
        if self.least is not None and self.most is not None:
            sql = f"{field} BETWEEN {self.least} AND {self.most}"
        else:
            limits = ((">=", self.least), (">", self.above), ("<=", self.most))
            sql = " AND ".join(f"{field} {operator} {limit}" for operator, limit in limits if limit is not None)
        return SQLCheck(name=name, sql=sql, field=field, violation_error_message=self.says, within=self)


def range_of(model: type[models.Model], field: str) -> Range | None:
    """Return the range of a column, from the constraint that carries it; None if it has none."""
    declared = (one.within for one in model._meta.constraints if isinstance(one, SQLCheck) and one.field == field)
    return next(filter(None, declared), None)


def exactly_one(name: str, *columns: str) -> SQLCheck:
    """Require that a row points at exactly one record."""
    return SQLCheck(
        name=name,
        sql=f"num_nonnulls({', '.join(f'{c}_id' for c in columns)}) = 1",
        violation_error_message="Choose exactly one record.",
    )


def one_of(name: str, field: str, choices: Any, *, null: bool = False) -> Check:
    """Require that a code column holds one of its codes."""
    condition = Q(**{f"{field}__in": [str(c) for c in choices.values]})
    if null:
        condition |= Q(**{f"{field}__isnull": True})
    return Check(name=name, condition=condition, field=field, violation_error_message=f"“{field}” holds no known code.")


def partial_dates(name: str, *columns: str) -> SQLCheck:
    """Require that date columns hold YYYY, YYYY-MM or YYYY-MM-DD of a day that exists, or null."""
    return SQLCheck(
        name=name,
        sql=" AND ".join(f"registry_is_partial_date({c})" for c in columns),
        violation_error_message="A date must be YYYY, YYYY-MM or YYYY-MM-DD, of an existing day.",
    )


def in_order(name: str, *columns: str, what: str, field: str | None = None) -> Check:
    """Require that the given figures are positive and do not decrease, as far as they are known."""
    condition = Q()
    for position, column in enumerate(columns):
        condition &= Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": 0})
        for later in columns[position + 1 :]:
            condition &= (
                Q(**{f"{column}__isnull": True}) | Q(**{f"{later}__isnull": True}) | Q(**{f"{column}__lte": models.F(later)})
            )
    return Check(
        name=name,
        condition=condition,
        field=field,
        violation_error_message=f"{what} must be above zero, with low ≤ value ≤ high.",
    )


def finite(name: str, *columns: str, says: str = "Figures must be finite numbers.", field: str | None = None) -> SQLCheck:
    """Require that numbers are numbers: neither infinite nor NaN, which sorts above infinity."""
    sql = " AND ".join(f"{c} > '-Infinity' AND {c} < 'Infinity'" for c in columns)
    return SQLCheck(name=name, sql=sql, field=field, violation_error_message=says)


def positive(name: str, column: str) -> SQLCheck:
    """Require an area above zero, or null."""
    return Range("A declared area must be above zero.", above=0).check(name, column)


def counted(name: str, column: str) -> SQLCheck:
    """Require a count of one or more, or null."""
    return Range("A count must be one or more; leave it empty if not stated.", least=1).check(name, column)


def sound_geometry(name: str, column: str) -> SQLCheck:
    """Require a geometry in range, valid, not empty and not at (0, 0): WGS 84 degrees, or null."""
    return SQLCheck(
        name=name,
        field=column,
        sql=f"{column} IS NULL OR (NOT ST_IsEmpty({column}) AND ST_IsValid({column})"
        f" AND ST_XMin({column}) >= -180 AND ST_XMax({column}) <= 180"
        f" AND ST_YMin({column}) >= -90 AND ST_YMax({column}) <= 90"
        f" AND NOT (GeometryType({column}) = 'POINT' AND ST_XMin({column}) = 0 AND ST_YMin({column}) = 0))",
        violation_error_message=(
            "The geometry must be valid, in degrees of WGS 84 (longitude −180 to 180, latitude −90 to 90), "
            "and not the point (0, 0)."
        ),
    )
