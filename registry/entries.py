"""What a record states, in the words of its citations: columns by name, rows by list and key (`parties:stans-energy`).

Which columns need a source is declared with each model: all that people curate, but for those that it lists in `unstated`
(the registry's own), and for codes whose words are beside them (`coded_from`). Rows that need one have a `row_key`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from registry.keys import COVERS, RowKey
from registry.kinds import APP, kind_of_model
from registry.targets import belongs_to
from registry.triggers.refusals import KEPT_BY_THE_DATABASE

#: Columns of every record by which the registry keeps it.
OF_THE_REGISTRY = KEPT_BY_THE_DATABASE | {"id", "uid", "slug", "record_status", "merged_into"}


@dataclass(frozen=True)
class StatedColumn:
    """A column that states something."""

    name: str
    field: Any
    words: str

    def given(self, alias: str) -> str:
        """Return whether a row states a value: the default of a column states nothing."""
        column = f'{alias}."{self.field.column}"'
        usual = self.field.get_default() if self.field.has_default() else None
        says = f"{column} IS NOT NULL"
        if isinstance(self.field, ArrayField):
            says = f"cardinality({column}) > 0"
        elif usual is not None:
            says = f"{column} <> {_literal(usual)}"
        return says

    def needed(self, alias: str) -> str:
        """Return whether a row states a value that needs a source of its own: a code is covered with its words."""
        words = f' AND {alias}."{self.words}" IS NULL' if self.words else ""
        return f"{self.given(alias)}{words}"


@dataclass(frozen=True)
class Rows:
    """A list of rows that state something, by the name that the API gives it."""

    name: str
    model: type[models.Model]
    #: The column that names the record.
    owner: str
    key: RowKey

    @property
    def needed(self) -> str:
        """Return the condition over a row `x` that a citation of the whole list covers it; events may have their own too."""
        return "true" if "EXISTS" in self.key.where else self.key.where

    def key_sql(self, alias: str) -> str:
        """Return the key of a row."""
        parts = [_key_part(self.model, column, alias) for column in self.key.columns]
        return f"COALESCE({', '.join([*parts, _literal(self.key.otherwise)])})"

    def is_key(self, alias: str, value: str) -> str:
        """Return whether a row has a key, as indexes of its columns find it; `value` is SQL."""
        ways, before = [], ""
        for name in self.key.columns:
            field: Any = self.model._meta.get_field(name)
            column = f'{alias}."{field.column}"'
            if isinstance(field, models.ForeignKey):
                same = f"{column} = (SELECT k.id FROM {field.related_model._meta.db_table} k WHERE k.slug = {value})"
            else:
                same = f"{column} = {value}"
                if any(isinstance(other, models.GeneratedField) and other.name == "folded" for other in _fields(self.model)):
                    same += f" AND {alias}.folded = registry_fold_name({value})"
            ways.append(f"{before}{same}")
            before += f"{column} IS NULL AND "
        if self.key.otherwise:
            ways.append(f"{before}{value} = {_literal(self.key.otherwise)}")
        return f"({' OR '.join(ways)})"

    def of(self, record: str) -> str:
        """Return the expression of the entries of a record (an alias), as an array."""
        return (
            f"ARRAY(SELECT '{self.name}:' || {self.key_sql('x')} FROM {self.model._meta.db_table} x"
            f" WHERE x.{self.owner} = {record}.id AND {self.key.where})"
        )


def _fields(model: type[models.Model]) -> Any:
    return model._meta.concrete_fields


def _literal(value: Any) -> str:
    text = str(getattr(value, "value", value)).replace("'", "''")
    return f"'{text}'"


def _key_part(model: type[models.Model], name: str, alias: str) -> str:
    field: Any = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return f"(SELECT k.slug FROM {field.related_model._meta.db_table} k WHERE k.id = {alias}.{field.column})"
    return f'{alias}."{field.column}"'


@cache
def columns_of(model: type[models.Model]) -> tuple[StatedColumn, ...]:
    """List the columns of a model that state something."""
    own: frozenset[str] = getattr(model, "unstated", frozenset())
    words: dict[str, str] = getattr(model, "coded_from", {})
    return tuple(StatedColumn(f.name, f, words.get(f.name, "")) for f in curated_columns(model) if f.name not in own)


def curated_columns(model: type[models.Model]) -> Iterator[Any]:
    """Go through the columns that people curate, of which a citation may name each."""
    for field in model._meta.concrete_fields:
        if field.editable and not isinstance(field, models.GeneratedField) and field.name not in OF_THE_REGISTRY:
            yield field


@cache
def rows_of(model: type[models.Model]) -> tuple[Rows, ...]:
    """List the rows of a kind of record that state something."""
    found = []
    for child in apps.get_app_config(APP).get_models():
        key: RowKey | None = getattr(child, "row_key", None)
        if key is None:
            continue
        for name in (key.of,) if key.of else belongs_to(child):
            field: Any = child._meta.get_field(name)
            if field.related_model is model:
                found.append(Rows(str(field.remote_field.related_name), child, str(field.column), key))
    return tuple(sorted(found, key=lambda rows: rows.name))


@cache
def names_of(model: type[models.Model]) -> tuple[str, ...]:
    """List what a citation of a kind of record may name, beside single rows: columns, though they need no source, and lists."""
    return (*(field.name for field in curated_columns(model)), *(rows.name for rows in rows_of(model)))


def given_sql(model: type[models.Model], alias: str) -> str:
    """Return the expression of all entries that a record states, as an array."""
    columns = _columns({column.name: column.given(alias) for column in columns_of(model)})
    return f"({' || '.join((columns, *(rows.of(alias) for rows in rows_of(model))))})"


def _columns(says: dict[str, str]) -> str:
    """Return the entries of a record's columns of which a condition holds, as an array."""
    cases = ", ".join(f"CASE WHEN {condition} THEN '{name}' END" for name, condition in says.items())
    return f"array_remove(ARRAY[{cases}]::text[], NULL)"


def covered_sql(model: type[models.Model], alias: str) -> str:
    """Return the expression of the entries that citations of a record cover, as an array."""
    kind = kind_of_model(model)
    assert kind is not None and kind.cited_as
    return (
        f"ARRAY(SELECT e::text FROM registry_citation c CROSS JOIN LATERAL unnest(c.fields) e"
        f" WHERE c.{kind.cited_as}_id = {alias}.id AND {COVERS})"
    )


def uncovered_sql(model: type[models.Model], alias: str) -> str:
    """Return the expression of the entries of a record that no citation covers, as an array.

    Rows of a list that is covered as a whole are not looked up.
    """
    columns = _columns({column.name: column.needed(alias) for column in columns_of(model)})
    lists = [f"CASE WHEN '{rows.name}' <> ALL (v.covered) THEN {rows.of(alias)} END" for rows in rows_of(model)]
    return (
        f"(SELECT ARRAY(SELECT DISTINCT e FROM unnest({' || '.join((columns, *lists))}) e"
        " WHERE e <> ALL (v.covered) AND split_part(e, ':', 1) <> ALL (v.covered) ORDER BY e)"
        f" FROM (SELECT {covered_sql(model, alias)} AS covered OFFSET 0) v)"
    )


def uncovered_without(model: type[models.Model], alias: str, sources: Iterable[int]) -> str:
    """Return the same expression as if readers did not see some sources."""
    but = f"{COVERS} AND c.source_id <> ALL ('{{{','.join(str(int(key)) for key in sources)}}}')"
    return uncovered_sql(model, alias).replace(COVERS, but)
