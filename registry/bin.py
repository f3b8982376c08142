"""Drafts that were deleted: found in the history, and restored with their rows."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pghistory
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils.translation import gettext

from registry.curation import CurationError, permission_name, reason_problem
from registry.history import KeepHistory, history_columns, history_of
from registry.kinds import APP, RecordKind
from registry.limits import limit_problem
from registry.merging.relations import DERIVED
from registry.models.base import Record
from registry.refusals import Refusal
from registry.sql import identifier, joined, sql
from registry.triggers import triggers_of
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


@dataclass(frozen=True)
class Restored:
    """A record that was restored, and whether the rows of other records that named it were as well."""

    record: Record
    is_whole: bool


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


def record_restore(*, kind: RecordKind, key: int, user: Any, reason: str) -> Restored:
    """Restore a deleted draft with the rows that went with it; raises CurationError."""
    model: Any = kind.model
    if not user.has_perm(permission_name(model, "add")):
        raise CurationError(
            gettext("You may not add %(verbose_name_plural)s.") % {"verbose_name_plural": model._meta.verbose_name_plural}
        )
    if problem := reason_problem(reason):
        raise CurationError(problem)
    if not reason.strip():
        raise CurationError(gettext("State why the record is restored."))
    events: Any = history_of(model)._base_manager
    gone = events.filter(pgh_obj_id=key, pgh_label="delete").order_by("-pgh_id").first()
    if gone is None or model._base_manager.filter(pk=key).exists():
        raise CurationError(gettext("There is no such deleted record."))
    note = {"user": user.pk, "reason": reason.strip(), "restored": True}
    try:
        with suppress(IntegrityError), transaction.atomic(), pghistory.context(**note):
            return Restored(_restored(model, gone, with_others=True, user=user), True)
        # The records that named it may be public, and no longer accept such a row.
        with transaction.atomic(), pghistory.context(**note):
            return Restored(_restored(model, gone, with_others=False, user=user), False)
    except (IntegrityError, DataError) as error:
        raise CurationError(
            gettext("“%(slug)s” cannot be restored: %(message)s") % {"slug": gone.slug, "message": Refusal.of(error).message}
        ) from error


def _restored(model: Any, gone: Any, *, with_others: bool, user: Any) -> Record:
    _insert(model, [gone.pgh_id])
    _insert_rows(model, gone.pgh_obj_id, gone.pgh_transaction, with_others)
    connection.check_constraints()
    record: Record = model._base_manager.get(pk=gone.pgh_obj_id)
    if problem := limit_problem(user, record):
        raise CurationError(problem)
    return record


def _insert_rows(model: type[models.Model], key: int, transaction: int, with_others: bool) -> None:
    """Write again what went with a record in its transaction: what names it, then what names that, and so on.

    `with_others` says whether that includes rows of other records, such as the subject of a finding.
    """
    level: dict[type[models.Model], set[int]] = {model: {key}}
    while level:
        found: dict[type[models.Model], dict[int, int]] = {}
        for row_model, field in _names(level):
            past: Any = history_of(row_model)._base_manager
            back = row_model._base_manager.filter(pk=models.OuterRef("pgh_obj_id"))
            rows = past.filter(
                ~models.Exists(back),
                pgh_label="delete",
                pgh_transaction=transaction,
                **{f"{field.attname}__in": level[field.related_model]},
            )
            # The name that the database keeps beside the record's own is there again already.
            rows = rows.exclude(kind="preferred") if row_model.__name__ == "Name" else rows
            if issubclass(field.related_model, Record) and field.name not in owners(row_model):
                rows = _of_present_records(rows, row_model) if with_others else rows.none()
            found.setdefault(row_model, {}).update(rows.values_list("pgh_obj_id", "pgh_id"))
        for row_model, events in found.items():
            _insert(row_model, list(events.values()))
        level = {row_model: set(events) for row_model, events in found.items() if events}


def _names(level: Collection[type[models.Model]]) -> Iterator[tuple[type[models.Model], Any]]:
    """Return the tables that people write whose rows name rows of these, with each key by which they do."""
    for row_model in apps.get_app_config(APP).get_models():
        kept = any(isinstance(one, KeepHistory) for one in triggers_of(row_model))
        if kept and row_model not in DERIVED and not issubclass(row_model, Record):
            for field in row_model._meta.concrete_fields:
                if field.related_model in level:
                    yield row_model, field


def _of_present_records(rows: Any, row_model: type[models.Model]) -> Any:
    """Keep the rows whose own record is there: that of another draft comes back with it."""
    for column in owners(row_model):
        present = row_model._meta.get_field(column).related_model._base_manager.values("pk")  # type: ignore[union-attr]
        rows = rows.filter(models.Q(**{column: None}) | models.Q(**{f"{column}_id__in": present}))
    return rows


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
