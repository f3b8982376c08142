"""Differences, written: in bulk, one statement per table, and never around the rules of the database."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignKey, Model

from registry import models as m
from registry.refusals import words_for
from registry.seeding.differences import Differences, SeedDifference
from registry.seeding.errors import CardLocation, SeedError
from registry.seeding.kinds import KINDS, AnyModel
from registry.seeding.regions import Unions
from registry.seeding.rows import Ref, Row
from registry.seeding.stored import KEYED, Stored, tables_below

Say = Callable[[str], None]

#: Rows added to one table from which its statistics are taken again.
ANALYZE_FROM = 20


def write(found: Differences, held: Stored, say: Say) -> None:
    """Take rows away, change rows, add rows; raises SeedError where the database refuses one.

    New rows that belong to records are added before the records: foreign keys are checked at commit, and a record then
    finds its names and citations there when it is rendered, once.
    """
    _remove(found.gone)
    ids = dict(held.ids)
    by_model: dict[AnyModel, list[Row]] = defaultdict(list)
    for row in found.new:
        by_model[row.ref.model].append(row)
    for model, rows in by_model.items():
        ids |= dict(zip((row.ref for row in rows), _next_ids(model, len(rows)), strict=True))
    for change in found.changed:
        _change(change, ids)
    unions = Unions(found.new, held)
    for model in (*reversed(tables_below()), *(kind.model for kind in KINDS.values())):
        if rows := by_model.get(model, []):
            say(f"{len(rows):,} {model._meta.verbose_name_plural}")
            if model is m.Region:
                for row in rows:
                    row.values["boundary"] = unions.of(row.ref)
            _add(model, rows, ids)
            _analyze(model, len(rows))
    _check_deferred()


def _remove(gone: list[tuple[Ref, Ref, int]]) -> None:
    by_model: dict[AnyModel, list[int]] = defaultdict(list)
    for ref, _, pk in gone:
        by_model[ref.model].append(pk)
    for model in tables_below():
        if keys := by_model.get(model):
            model._base_manager.filter(pk__in=keys).delete()


def _change(change: SeedDifference, ids: dict[Ref, int]) -> None:
    row = change.row
    try:
        with transaction.atomic():
            row.ref.model._base_manager.filter(pk=change.pk).update(**_columns(row.ref.model, change.values, ids))
    except IntegrityError as error:
        raise SeedError(row.place, _refusal(error, None)) from error


def _add(model: AnyModel, rows: list[Row], ids: dict[Ref, int]) -> None:
    """Insert all rows of a table at once; if one is refused, find out which."""
    objects = [model(pk=ids[row.ref], **_columns(model, row.values, ids)) for row in rows]
    try:
        with transaction.atomic():
            model._base_manager.bulk_create(objects)
    except IntegrityError as error:
        for row, one in zip(rows, objects, strict=True):
            _add_one(row, one)
        raise SeedError(CardLocation("the cards together"), _refusal(error, None)) from error


def _add_one(row: Row, one: Model) -> None:
    try:
        with transaction.atomic():
            one.save(force_insert=True)
    except IntegrityError as error:
        raise SeedError(row.place, _refusal(error, one)) from error


def _analyze(model: AnyModel, added: int) -> None:
    """Let the planner know of many new rows: the triggers of what follows join them, and guessed badly they take minutes."""
    if added >= ANALYZE_FROM:
        with connection.cursor() as cursor:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def _columns(model: AnyModel, values: dict[str, Any], ids: dict[Ref, int]) -> dict[str, Any]:
    """Put keys in the place of names."""
    columns = {}
    for name, value in values.items():
        attname = model._meta.get_field(name).attname if isinstance(value, Ref) else name  # type: ignore[union-attr]
        columns[attname] = _id(value, ids) if isinstance(value, Ref) else value
    return columns


def _id(ref: Ref, ids: dict[Ref, int]) -> int:
    return int(ref.key[1]) if ref.key[0] == KEYED else ids[ref]


def _next_ids(model: AnyModel, count: int) -> list[int]:
    """Draw keys from the table's sequence, so that rows can name each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [model._meta.db_table, count]
        )
        return [key for (key,) in cursor.fetchall()]


def _check_deferred() -> None:
    """Let the rules about a whole transaction speak now: citations, members, shares, foreign keys."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError as error:
        raise SeedError(CardLocation("the cards together"), _refusal(error, None)) from error


def _refusal(error: IntegrityError, one: Model | None) -> str:
    """Describe which rule a row breaks: in the model's own words where it has some, else in the database's."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    words = _words_of_clean(one) or words_for(name)[1] or getattr(diagnosis, "message_primary", str(error))
    detail = getattr(diagnosis, "message_detail", None) or ""
    return f"{words}{f' ({name})' if name else ''}{f' {detail}' if detail.startswith('Key') else ''}"


def _words_of_clean(one: Model | None) -> str:
    """Ask the model what is wrong; it may ask for records that are not written yet, so only of what has no such fields."""
    if one is None or any(isinstance(f, ForeignKey) and f.name in ("deposit", "license") for f in one._meta.concrete_fields):
        return ""
    try:
        one.clean()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
