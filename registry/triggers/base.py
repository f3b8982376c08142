"""What a model declares as its triggers."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models

from registry.derived.checks import CommitCheck
from registry.derived.steps import Step


class Trigger:
    """Something that the database does when a table is written, declared next to the model in its list `triggers`."""

    def steps(self, model: type[models.Model]) -> Iterable[Step]:
        """Return its steps on the table of `model`."""
        return ()

    def checks(self, model: type[models.Model]) -> Iterable[CommitCheck]:
        """Return the rules that its steps ask to be checked at commit."""
        return ()


def triggers_of(model: type[models.Model]) -> list[Trigger]:
    """List the triggers that a model declares."""
    declared: list[Any] = getattr(model, "triggers", [])
    return list(declared)


def declared_by_models() -> tuple[list[Step], list[CommitCheck]]:
    """Gather the steps of all models' triggers, and what they check at commit."""
    steps: list[Step] = []
    checks: list[CommitCheck] = []
    for model in apps.get_app_config("registry").get_models():
        for trigger in triggers_of(model):
            steps += trigger.steps(model)
            checks += trigger.checks(model)
    return steps, checks


def pairs(condition: str) -> str:
    """Return FROM and WHERE of the rows of an update before (`o`) and after (`n`) that fulfil a condition.

    PostgreSQL keeps the number of rows that it saw when it first read such a query. A plan made for a statement of one row
    compared each of 300,000 rows with each; a full join is never planned so, and COALESCE and OFFSET keep it one.
    """
    return f"new_rows n FULL JOIN old_rows o USING (id) WHERE COALESCE(({condition}), false) OFFSET 0"


def changed(columns: Iterable[str]) -> str:
    """Return whether one of the columns differs between the row before (`o`) and after (`n`) of `pairs`."""
    new, old = (", ".join(f'{row}."{column}"' for column in columns) for row in ("n", "o"))
    return f"({new}) IS DISTINCT FROM ({old})"
