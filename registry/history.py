"""History of curated tables, written by triggers so that no statement, however bulk, escapes it.

The tables of history are models of django-pghistory, and so is the context (who, why) of a change. The statements that fill
them are ours: they are steps of the tables' own triggers (`registry.derived`).
"""

from collections.abc import Iterator
from typing import Any, TypeVar

import pghistory
from django.apps import apps
from django.contrib.gis.db.models.fields import BaseSpatialField
from django.contrib.postgres.indexes import BrinIndex, GistIndex
from django.db import models
from django.db.backends.utils import names_digest
from django.db.models.expressions import RawSQL

from registry.derived.steps import WRITES, Layer, Operation, Step, after
from registry.targets import belongs_to, owner
from registry.triggers import FOLLOWING, Trigger, changed, curated_columns, pairs, triggers_of

#: What the context of a change is: set for the transaction by pghistory.
_CONTEXT = {
    "pgh_context": "NULLIF(current_setting('pghistory.context_metadata', true), '')::jsonb",
    "pgh_context_id": "NULLIF(current_setting('pghistory.context_id', true), '')::uuid",
}


def history_of(model: type[models.Model]) -> type[models.Model]:
    """Return the model of a table's history."""
    return apps.get_model("registry", f"{model.__name__}History")


def history_columns(model: type[models.Model]) -> list[str]:
    """List the columns of a table that its history keeps."""
    kept = {field.name for field in history_of(model)._meta.concrete_fields}
    return [str(field.column) for field in model._meta.concrete_fields if field.name in kept]


def event(model: type[models.Model], label: str, rows: str) -> str:
    """Return the statement that writes an event of each row of `rows`, a table or query with the alias `r`."""
    columns = history_columns(model)
    values = {
        **{column: f'r."{column}"' for column in columns},
        "pgh_obj_id": "r.id",
        "pgh_label": f"'{label}'",
        "pgh_created_at": "now()",
        **_CONTEXT,
    }
    names = ", ".join(f'"{name}"' for name in values)
    return f'INSERT INTO "{history_of(model)._meta.db_table}" ({names}) SELECT {", ".join(values.values())} FROM {rows};'


def watched_columns(model: type[models.Model]) -> list[str]:
    """List the columns whose change is an event: what people curate, and the version, which moves with a record's children."""
    kept = set(history_columns(model))
    columns = [column for column in curated_columns(model) if column in kept]
    return [*columns, "version"] if "version" in kept else columns


class KeepHistory(Trigger):
    """Write each insert, update and delete into the history, with the writing transaction, who did it and why."""

    def steps(self, model: type[models.Model]) -> Iterator[Step]:
        """Write all events of a statement at once."""
        different = f"SELECT n.* FROM {pairs(changed(watched_columns(model)))}"
        rows = {
            Operation.INSERT: "new_rows r",
            Operation.UPDATE: f"({different}) r",
            Operation.DELETE: "old_rows r",
        }
        for operation in WRITES:
            body, purpose = event(model, operation, rows[operation]), f"write the {operation} into the history"
            reads = history_columns(model)
            yield from after(model._meta.db_table, Layer.HISTORY, "history", purpose, {operation: body}, reads=reads)


def _without_index(field: Any) -> "models.Field[Any, Any]":
    """Copy a geometry field for a table of history, whose one index by place is that of `_by_place`."""
    _, _, args, kwargs = field.deconstruct()
    return type(field)(*args, **{**kwargs, "spatial_index": False})  # type: ignore[no-any-return]


def _indexes(model: type[models.Model]) -> list[models.Index]:
    """Index the rows of the past by the records that show them: by the one owner of several kinds, and by each key.

    A row that is no record is shown by every record that it points at. A record has far more keys than others show it by:
    those are listed in its `history_by`.
    """
    several = belongs_to(model)
    owned = [models.Index(owner(model), name=_index_name(model, "owner"))] if several else []
    keys = [
        field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey) and field.name not in several
    ]
    listed = getattr(model, "history_by", [key.name for key in keys if not key.remote_field.hidden])
    written = _by_writer(model) if getattr(model, "history_found_by_writer", False) else []
    is_record = any(field.name == "record_status" for field in model._meta.concrete_fields)
    logged = _by_moment(model) if is_record else []
    # What is to be sealed is found by its transactions; ranges of pages cost no more than a look at the last one.
    sealed = BrinIndex(fields=["pgh_transaction"], name=_index_name(model, "sealed"), pages_per_range=32)
    return [*owned, *written, *logged, sealed, *_by_place(model)] + [
        models.Index(
            fields=[key.name],
            name=_index_name(model, key.name),
            condition=models.Q(**{f"{key.name}__isnull": False}) if key.null else None,
        )
        for key in keys
        if key.name in listed
    ]


def place_then(model: type[models.Model]) -> Any:
    """Return the geometry by which records are found, as an expression over their history; None if they have no place."""
    columns = {field.name: field for field in model._meta.concrete_fields}
    if "located_in" not in columns:
        return None
    derived = columns.get("geometry")
    return derived.expression if isinstance(derived, models.GeneratedField) else models.F("area")  # type: ignore[attr-defined]


def _by_place(model: type[models.Model]) -> list[models.Index]:
    """Index where records of a kind that has many were, so that a box of the past is found as one of the present."""
    place = place_then(model)
    return [GistIndex(place, name=_index_name(model, "place"))] if place is not None else []


def _by_writer(model: type[models.Model]) -> list[models.Index]:
    """Index who wrote a row of the past, and when: an import, a curator, or the registry itself."""
    whom = models.Case(
        models.When(pgh_context__has_key="import_run", then=models.Value("import")),
        models.When(pgh_context__has_key="user", then=models.Value("curator")),
        default=models.Value("registry"),
        output_field=models.TextField(),
    )
    return [
        _written(model),
        models.Index(whom, models.F("pgh_obj_id"), name=_index_name(model, "writer")),
    ]


def _by_moment(model: type[models.Model]) -> list[models.Index]:
    """Index when a record was changed, and which curator changed it: the log of all changes reads both from its end."""
    written = [] if getattr(model, "history_found_by_writer", False) else [_written(model)]
    user = models.F("pgh_context__user")
    whom = models.Index(
        user, models.F("pgh_id"), name=_index_name(model, "curator"), condition=models.Q(pgh_context__has_key="user")
    )
    return [*written, whom]


def _written(model: type[models.Model]) -> models.Index:
    return models.Index(fields=["pgh_created_at", "pgh_id"], name=_index_name(model, "written"))


def is_found_by(model: type[models.Model], column: str) -> bool:
    """Return whether the history of a table has an index by a key: rows of the past are found by it."""
    name = column.removesuffix("_id")
    return name in belongs_to(model) or any(index.fields == [name] for index in history_of(model)._meta.indexes)


def _index_name(model: type[models.Model], what: str) -> str:
    name = f"{model._meta.model_name}_{what}_then"
    longest = models.Index.max_name_length
    return name if len(name) <= longest else f"{name[: longest - 9]}_{names_digest(name, length=8)}"


M = TypeVar("M", bound=type[models.Model])


def kept_in_history(model: M) -> M:
    """Record each insert, update and delete of `model` in a table of its own, which has bigint keys and no spatial index."""
    fields = [f for f in model._meta.concrete_fields if f.name not in FOLLOWING and not isinstance(f, models.GeneratedField)]
    tracked = pghistory.track(
        *(pghistory.ManualEvent(str(operation)) for operation in WRITES),
        model_name=f"{model.__name__}History",
        exclude=[f.name for f in model._meta.concrete_fields if f not in fields],
        attrs={
            "pgh_id": models.BigAutoField(primary_key=True),
            "pgh_transaction": models.BigIntegerField(
                db_default=RawSQL("(pg_current_xact_id()::text::bigint)", ()),
                editable=False,
                help_text="The transaction that wrote the row.",
            ),
            **{f.name: _without_index(f) for f in fields if isinstance(f, BaseSpatialField)},
        },
        meta={"default_permissions": ("view",), "indexes": _indexes(model)},
    )
    tracked(model)
    model.triggers = [*triggers_of(model), KeepHistory()]  # type: ignore[attr-defined]
    return model
