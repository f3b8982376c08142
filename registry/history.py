"""History of curated tables, written by triggers so that no statement, however bulk, escapes it (django-pghistory)."""

from typing import Any, TypeVar

import pghistory
import pgtrigger
from django.contrib.gis.db.models.fields import BaseSpatialField
from django.db import models
from django.db.models.expressions import RawSQL
from pghistory.trigger import Event as EventTrigger

from registry.triggers import curated_columns

_RENDERED = frozenset(("located_in", "document", "geometry_document"))


def _without_index(field: Any) -> "models.Field[Any, Any]":
    """Copy a geometry field for an event table, which is never searched by place."""
    _, _, args, kwargs = field.deconstruct()
    return type(field)(*args, **{**kwargs, "spatial_index": False})  # type: ignore[no-any-return]


class _PairedRows(EventTrigger):
    """A trigger whose plan serves any number of rows (see `registry.triggers.plans.PAIRS`)."""

    def get_func_template_kwargs(self, model: Any) -> dict[str, Any]:
        """Join new and old rows in full."""
        kwargs = super().get_func_template_kwargs(model)
        return {
            name: str(sql).replace("old_values JOIN new_values", "old_values FULL JOIN new_values")
            for name, sql in kwargs.items()
        }


class _UpdateEvent(pghistory.UpdateEvent):
    """A change of a curated column."""

    def add_event_trigger(self, event_model: Any) -> None:
        """Register the trigger."""
        trigger = _PairedRows(
            event_model=event_model,
            label=self.label,
            name=self.trigger_name,
            row=self.row,
            operation=self.operation,
            condition=self.condition,
            level=self.level,
        )
        pgtrigger.register(trigger)(event_model.pgh_tracked_model)


M = TypeVar("M", bound=type[models.Model])


def kept_in_history(model: M) -> M:
    """Record each insert, update and delete of `model`, with the writing transaction, who did it and why.

    An update is recorded where a curated column changed, or the version, which moves with a record's children, so that the
    history knows every version there was. The comparison stands inside the trigger function, because tables with generated
    columns allow no WHEN over whole rows. Event tables have bigint keys and no spatial index.
    """
    fields = [f for f in model._meta.concrete_fields if f.name not in _RENDERED and not isinstance(f, models.GeneratedField)]
    curated = {*curated_columns(model), "version"}
    changed = pgtrigger.AnyChange(*(f.name for f in fields if f.column in curated))
    tracked = pghistory.track(
        pghistory.InsertEvent(level=pgtrigger.Statement),
        _UpdateEvent(level=pgtrigger.Statement, condition=changed),
        pghistory.DeleteEvent(level=pgtrigger.Statement),
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
        meta={"default_permissions": ("view",)},
    )
    tracked(model)
    return model
