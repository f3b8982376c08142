"""What follows from a change of a record's children or names, once per statement."""

from typing import Any

import pgtrigger

from registry.triggers.plans import PAIRS
from registry.triggers.refusals import one_line


class OfStatement(pgtrigger.Trigger):
    """A trigger that sees all rows of one statement."""

    level = pgtrigger.Statement
    when = pgtrigger.After

    def __init__(self, operation: pgtrigger.Operation, name: str) -> None:
        """Name the transition tables `new_rows` and `old_rows`, as far as the operation has them."""
        tables = {
            pgtrigger.Insert: {"new": "new_rows"},
            pgtrigger.Update: {"old": "old_rows", "new": "new_rows"},
            pgtrigger.Delete: {"old": "old_rows"},
        }[operation]
        self.rows = tuple(tables.values())
        super().__init__(
            name=f"{name}_{str(operation).lower()}", operation=operation, referencing=pgtrigger.Referencing(**tables)
        )


class TouchParent(OfStatement):
    """Give a record a new version when its children change: once per statement, and not within the record's own creation."""

    def __init__(self, operation: pgtrigger.Operation, parents: dict[str, str], where: str) -> None:
        """Take column → table (or `table via child`) of every record the row may belong to, and which rows count."""
        super().__init__(operation, "touch_parent")
        self.parents, self.where = parents, where and f" AND {where}"

    def get_func(self, model: Any) -> str:
        """Update each parent once, if there is any; one that this transaction has written already is only rendered anew.

        A merged record is always written, so that its own trigger refuses the row, however long the row has waited for it.
        What another transaction wrote since this one began is not a version of ours, though it is as young.
        """
        updates = []
        for column, parent in self.parents.items():
            table, _, via = parent.partition(" via ")
            changed = " UNION ".join(
                f"SELECT {column}_id FROM {rows} WHERE {column}_id IS NOT NULL{self.where}" for rows in self.rows
            )
            if via:
                changed = f"SELECT {table.removeprefix('registry_')}_id FROM {via} WHERE id IN ({changed})"
            updates.append(f"""
                IF EXISTS ({changed}) THEN
                UPDATE "{table}" SET version = version
                    + (updated_at < now() OR record_status = 'merged' OR NOT registry_written_here(xmin))::int
                WHERE id IN ({changed});
                END IF;
            """)
        return one_line("".join(updates) + "RETURN NULL;")


def touch_parents(*, where: str = "", **parents: str) -> list[pgtrigger.Trigger]:
    """Give the triggers of a child table: column → table of the record it belongs to.

    A grandchild names the table of the record and of the child between: `"registry_license via registry_licenseevent"`.
    """
    return [TouchParent(op, parents, where) for op in (pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete)]


class KeepPreferredName(OfStatement):
    """Keep a record's own name in the names table too, as `preferred`, so that one search finds every name."""

    def __init__(self, operation: pgtrigger.Operation, column: str, field: str) -> None:
        """Name the column of the names table that points here, and the field that holds the name."""
        super().__init__(operation, "preferred_name")
        self.column, self.field = column, field

    def get_func(self, model: Any) -> str:
        """Write all names of the statement at once, and only those that differ."""
        column, field = self.column, self.field
        changed = (
            f"SELECT n.id FROM {PAIRS} WHERE n.{field} IS DISTINCT FROM o.{field}"
            if self.operation == pgtrigger.Update
            else "SELECT id FROM new_rows"
        )
        # A statement of no rows fires triggers too: without the guard these would call each other for ever.
        return one_line(f"""
            changed := ARRAY({changed});
            IF cardinality(changed) = 0 THEN RETURN NULL; END IF;
            DELETE FROM registry_name WHERE kind = 'preferred' AND {column}_id IN (
                SELECT r.id FROM new_rows r WHERE r.id = ANY (changed) AND r.{field} IS NULL);
            INSERT INTO registry_name ({column}_id, text, kind, language)
            SELECT r.id, r.{field}, 'preferred', '' FROM new_rows r WHERE r.id = ANY (changed) AND r.{field} IS NOT NULL
            ON CONFLICT ({column}_id) WHERE kind = 'preferred' AND {column}_id IS NOT NULL
            DO UPDATE SET text = EXCLUDED.text WHERE registry_name.text <> EXCLUDED.text;
            RETURN NULL;
        """)

    def get_declare(self, model: Any) -> list[tuple[str, str]]:
        """Hold the records whose name is new."""
        return [("changed", "bigint[]")]


def preferred_name(column: str, field: str) -> list[pgtrigger.Trigger]:
    """Give the triggers that keep the `field` of a named record in the names table."""
    return [KeepPreferredName(op, column, field) for op in (pgtrigger.Insert, pgtrigger.Update)]
