"""What follows from a change of a record's children or names, once per statement."""

from collections.abc import Iterator

from django.db import models

from registry.derived.shown import is_shown
from registry.derived.steps import WRITES, Layer, Operation, Step, after, if_given
from registry.triggers.base import Trigger, changed, pairs

#: Whether this transaction has not given a record a version.
_NO_VERSION_YET = "updated_at < now() OR record_status = 'merged' OR NOT registry_written_here(xmin)"


class TouchParent(Trigger):
    """Give a record a new version when its children change: once per transaction, and not within the record's own creation."""

    def __init__(self, *, where: str = "", **parents: str) -> None:
        """Take column → table of every record that the row may belong to, and the condition under which rows count.

        A grandchild names the table of the record and the child's key to it:
        `"registry_license via registry_licenseevent.license_id"`.
        """
        self.parents, self.where = parents, where

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Return each parent its number once, if it has no version of this transaction yet.

        A merged record is always written, so that its own trigger refuses the row, however long the row has waited for it.
        What another transaction wrote since this one began is not a version of ours, though it is as young.
        """
        bodies = {
            operation: "\n".join(self._touch(model, column, operation) for column in self.parents) for operation in WRITES
        }
        purpose = f"give a new version to the {_words(self.parents)} it belongs to, once per transaction"
        keys = tuple(f"{column}_id" for column in self.parents)
        yield from after(model._meta.db_table, Layer.PARENTS, "touch_parent", purpose, bodies, reads=keys, asks=keys)

    def _touch(self, model: type[models.Model], column: str, operation: Operation) -> str:
        ids = self.records(column, self._rows(column, operation))
        if is_shown(model._meta.db_table, f"{column}_id"):
            # The record's document shows the rows, so it is rendered again in any case.
            update = f"SET version = version + ({_NO_VERSION_YET})::int WHERE id IN ({ids})"
        else:
            update = f"SET version = version + 1 WHERE id IN ({ids}) AND ({_NO_VERSION_YET})"
        return if_given(f"{column}_id", f'UPDATE "{self.record_table(column)}" {update};')

    def record_table(self, column: str) -> str:
        """Name the table of the record to which a row belongs by a column."""
        return self.parents[column].partition(" via ")[0]

    def records(self, column: str, ids: str) -> str:
        """Select the records behind the values of a column."""
        via, _, key = self.parents[column].partition(" via ")[2].partition(".")
        return f"SELECT {key} FROM {via} WHERE id IN ({ids})" if via else ids

    def _rows(self, column: str, operation: Operation) -> str:
        counted = f" AND {self.where}" if self.where else ""
        return " UNION ".join(
            f"SELECT {column}_id FROM {rows} WHERE {column}_id IS NOT NULL{counted}" for rows in operation.transition.values()
        )


def _words(parents: dict[str, str]) -> str:
    names = sorted(table.partition(" via ")[0].removeprefix("registry_") for table in set(parents.values()))
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


class PreferredName(Trigger):
    """Keep a record's own name in the names table too, as `preferred`, so that one search finds every name."""

    def __init__(self, column: str, field: str) -> None:
        """Name the column of the names table that points here, and the field that holds the name."""
        self.column, self.field = column, field

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Write all names of the statement at once, and only those that differ."""
        column, field = self.column, self.field
        renamed = {
            Operation.INSERT: f"SELECT n.id, n.{field} AS name FROM new_rows n WHERE n.{field} IS NOT NULL",
            Operation.UPDATE: f"SELECT n.id, n.{field} AS name FROM {pairs(changed((field,)))}",
        }
        removed = f"""
            IF EXISTS (SELECT FROM ({renamed[Operation.UPDATE]}) r WHERE r.name IS NULL) THEN
                DELETE FROM registry_name WHERE kind = 'preferred' AND {column}_id IN (
                    SELECT r.id FROM ({renamed[Operation.UPDATE]}) r WHERE r.name IS NULL);
            END IF;
        """
        bodies = {
            operation: f"""
                IF EXISTS ({rows}) THEN
                    {removed if operation is Operation.UPDATE else ""}
                    {self.write(rows)}
                END IF;
            """
            for operation, rows in renamed.items()
        }
        purpose = f"keep the {field} among the record's names, as the preferred one"
        yield from after(model._meta.db_table, Layer.NAMES, "preferred_name", purpose, bodies, reads=(field,))

    def write(self, rows: str) -> str:
        """Return the statement that writes the names of a query of `id` and `name`, where they differ."""
        column = self.column
        return f"""
            INSERT INTO registry_name ({column}_id, text, kind, language)
            SELECT r.id, r.name, 'preferred', '' FROM ({rows}) r WHERE r.name IS NOT NULL
            ON CONFLICT ({column}_id) WHERE kind = 'preferred' AND {column}_id IS NOT NULL
            DO UPDATE SET text = EXCLUDED.text WHERE registry_name.text <> EXCLUDED.text;
        """
