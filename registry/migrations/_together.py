"""Many tables in one step: Django draws every model that is linked to a new one anew, 71 times over, which took eight seconds."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation


class Together(Operation):
    """New models without fields added afterwards, all of which Django draws once, when the first table is made."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        """Take operations that make models."""
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Add all models before any is drawn."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Make the tables in their order."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the tables in the reverse order."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what it does."""
        return f"Make {len(self.operations)} tables"
