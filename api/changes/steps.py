"""What keeps the feed: the steps that note what readers see change."""

from api.changes.child_steps import child_steps, note_functions
from api.changes.record_steps import record_steps
from api.resources.resource import all_resources
from registry.derived.objects import DerivedFunction
from registry.derived.steps import Step


def derived() -> tuple[list[Step], list[DerivedFunction]]:
    """Return the steps of all resources and of the rows that they show."""
    return [*(step for resource in all_resources() for step in record_steps(resource)), *child_steps()], note_functions()
