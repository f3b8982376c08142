"""Rows that belong to exactly one record of several kinds: names, external ids, citations, subjects, members."""

from typing import Any

from django.contrib.gis.db import models
from django.db.models import Q

from registry.constraints import exactly_one


def target(to: str, related_name: str) -> "models.ForeignKey[Any, Any]":
    """Return one of the foreign keys of which exactly one is set; its index stands in `belongs_to_one`."""
    return models.ForeignKey(
        f"registry.{to}", null=True, blank=True, on_delete=models.CASCADE, related_name=related_name, db_index=False
    )


def belongs_to_one(table: str, targets: tuple[str, ...], *once: str) -> list[models.BaseConstraint]:
    """Require exactly one target, and that the columns `once` differ within one record.

    The unique index of each target covers only its own rows, and serves the look-up of a record's children too.
    """
    return [
        exactly_one(f"{table}_one_record", *targets),
        *(
            models.UniqueConstraint(
                fields=[column, *once],
                condition=Q(**{f"{column}__isnull": False}),
                nulls_distinct=False,
                name=f"{table}_{column}",
                violation_error_message="This record has such a row already.",
            )
            for column in targets
        ),
    ]
