"""Many changes of tables in one step: Django renders every model linked to a changed one again, which takes most of a `migrate`."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import migrations
from django.db.migrations.operations.base import Operation

#: Operations that neither need a table of the same migration to be rendered, nor change what the next one reads.
_APART = (
    migrations.AddConstraint,
    migrations.AddField,
    migrations.AddIndex,
    migrations.AlterConstraint,
    migrations.AlterField,
    migrations.RemoveConstraint,
    migrations.RemoveIndex,
)


class Together(Operation):
    """Operations on tables that do not depend on each other: Django renders all models once, for the first of them."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        """Take operations that make or change tables."""
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change the state of all models before any is rendered."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make or change the tables in their order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Undo it in the reverse order."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what it does."""
        return f"Make or change {len(self.operations)} tables and what belongs to them"


class GroupedMigration(migrations.Migration):
    """A migration that renders the models once for neighbouring changes of fields, constraints and indexes."""

    def __init__(self, name: str, app_label: str) -> None:
        """Group the operations of the class."""
        super().__init__(name, app_label)
        self.operations = list(_grouped(self.operations))


def _grouped(operations: Sequence[Operation]) -> Iterator[Operation]:
    group: list[Operation] = []
    fields: set[tuple[str, str]] = set()
    for operation in operations:
        field = (operation.model_name_lower, operation.name_lower) if hasattr(operation, "field") else None
        # What a field becomes by its second change must not be seen by its first.
        if group and (not isinstance(operation, _APART) or field in fields):
            yield Together(group)
            group, fields = [], set()
        if not isinstance(operation, _APART):
            yield operation
            continue
        group.append(operation)
        if field:
            fields.add(field)
    if group:
        yield Together(group)
