"""Many tables in one step: Django draws every model that is linked to a new one anew, 71 times over, which took eight seconds."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation


class Together(Operation):
    """Operations on tables that do not rest on one another: Django draws all models once, when the first one is made."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        """Take operations that make or change tables."""
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Change all models before any is drawn."""
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
