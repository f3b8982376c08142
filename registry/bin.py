"""Drafts that were deleted: found in the history, and restored with their rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction

from registry.curation import CurationError, permission_name, reason_problem
from registry.history import history_columns, history_of
from registry.kinds import APP, RecordKind
from registry.models.base import Record
from registry.refusals import Refusal
from registry.sql import identifier, joined, sql
from registry.triggers.review import owners


@dataclass(frozen=True)
class Deleted:
    """A record that was deleted: what it was called, by whom and why."""

    kind: RecordKind
    key: int
    name: str
    slug: str
    at: datetime
    context: dict[str, Any]
    transaction: int


def deleted_of(kind: RecordKind, most: int) -> list[Deleted]:
    """List the records of a kind that were deleted and are not there, the latest first."""
    model: Any = kind.model
    events: Any = history_of(model)._base_manager
    present = model._base_manager.filter(pk=models.OuterRef("pgh_obj_id"))
    rows = events.filter(~models.Exists(present), pgh_label="delete").order_by("-pgh_id")
    columns = ("pgh_obj_id", "slug", model.label_field, "pgh_created_at", "pgh_context", "pgh_transaction")
    return [
        Deleted(kind, key, str(name or slug), slug, at, context or {}, number)
        for key, slug, name, at, context, number in rows.values_list(*columns)[:most]
    ]


def record_restore(*, kind: RecordKind, key: int, user: Any, reason: str) -> Record:
    """Restore a deleted draft with the rows that went with it; raises CurationError."""
    model: Any = kind.model
    if not user.has_perm(permission_name(model, "add")):
        raise CurationError(f"You may not add {model._meta.verbose_name_plural}.")
    if problem := reason_problem(reason):
        raise CurationError(problem)
    if not reason.strip():
        raise CurationError("State why the record is restored.")
    events: Any = history_of(model)._base_manager
    gone = events.filter(pgh_obj_id=key, pgh_label="delete").order_by("-pgh_id").first()
    if gone is None or model._base_manager.filter(pk=key).exists():
        raise CurationError("There is no such deleted record.")
    try:
        with transaction.atomic(), pghistory.context(user=user.pk, reason=reason.strip(), restored=True):
            _insert(model, [gone.pgh_id])
            for row_model, column in _rows_of(model):
                past: Any = history_of(row_model)._base_manager
                rows = past.filter(pgh_label="delete", pgh_transaction=gone.pgh_transaction, **{f"{column}_id": key})
                # The name that the database keeps beside the record's own is there again already.
                rows = rows.exclude(kind="preferred") if row_model.__name__ == "Name" else rows
                _insert(row_model, list(rows.values_list("pgh_id", flat=True)))
            connection.check_constraints()
    except (IntegrityError, DataError) as error:
        raise CurationError(f"“{gone.slug}” cannot be restored: {Refusal.of(error).message}") from error
    record: Record = model._base_manager.get(pk=key)
    return record


def _rows_of(model: type[models.Model]) -> Iterator[tuple[type[models.Model], str]]:
    """Return the tables whose rows belong to a kind of record, with the column of the record."""
    for row_model in apps.get_app_config(APP).get_models():
        if not issubclass(row_model, Record):
            for column in owners(row_model):
                if row_model._meta.get_field(column).related_model is model:
                    yield row_model, column


def _insert(model: type[models.Model], events: list[int]) -> None:
    """Write rows again as the history has them, by their keys of old."""
    if not events:
        return
    given = [one for one in history_columns(model) if one not in ("version", "created_at", "updated_at", "published_at")]
    for number in sorted(events):
        statement = sql(
            "INSERT INTO {table} ({columns}) SELECT {columns} FROM {history} WHERE pgh_id = {number}",
            table=identifier(model._meta.db_table),
            columns=joined(", ", map(identifier, given)),
            history=identifier(history_of(model)._meta.db_table),
            number=number,
        )
        with connection.cursor() as cursor:
            cursor.execute(statement.text, statement.values)
