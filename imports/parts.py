"""Files of which a row brings records of several kinds: each kind is an import of its own, in the order of the mapping."""

from collections.abc import Callable
from typing import Any

from imports.plan.steps import AFTER
from imports.source_file import Opened
from registry.models import ImportRun


def import_parts(flow: Callable[..., ImportRun], *, opened: Opened, **given: Any) -> list[ImportRun]:
    """Stage or load a file for each kind of record in it; a later one may refer to records of the earlier ones.

    Raises FileRefused or ImportRefused; the parts before stay as they are, as imports of their own.
    """
    runs: list[ImportRun] = []
    options = given.pop("options", None) or {}
    for part in (opened, *opened.also):
        after = {AFTER: [run.pk for run in runs]} if runs else {}
        runs.append(flow(opened=part, options=options | after, **given))
    for run in runs if len(runs) > 1 else ():
        others = ", ".join(f"import {other.pk} ({other.target.replace('_', ' ')})" for other in runs if other is not run)
        run.notes = [*run.notes, f"The rows of this file bring other records too: {others}."]
        run.save(update_fields=["notes"])
    return runs
