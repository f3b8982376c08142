"""What the models of a kind of record have to bring, asked for at start-up; the rest is derived from `registry.kinds`."""

from collections.abc import Iterator

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from registry.kinds import ALL, GROUPS, RecordKind, kind_of_model
from registry.models.base import CitedRecord, Record
from registry.triggers import Cited, Locate, PreferredName, Trigger, triggers_of


def require_complete() -> None:
    """Reject to start with kinds of record that lack something, and name what they lack."""
    if missing := [*_undeclared(), *(lack for kind in ALL for lack in _lacking(kind))]:
        raise ImproperlyConfigured("kinds of record are incomplete: " + "; ".join(missing))


def _undeclared() -> Iterator[str]:
    for model in apps.get_app_config("registry").get_models():
        if issubclass(model, Record) and kind_of_model(model) is None:
            yield f"registry/kinds.py has no kind for the model {model.__name__}"


def _lacking(kind: RecordKind) -> Iterator[str]:
    try:
        model = kind.model
    except LookupError:
        yield f"“{kind.name}” has no model {kind.model_name} in registry/models"
        return
    if not kind.is_record:
        return
    if not issubclass(model, Record):
        yield f"{kind.model_name} is no subclass of Record"
    if issubclass(model, CitedRecord) != bool(kind.cited_as):
        yield f"{kind.model_name} is {'no' if kind.cited_as else 'a'} subclass of CitedRecord, against its kind"
    if kind.group not in GROUPS:
        yield f"“{kind.name}” is in the group “{kind.group}”, which GROUPS does not have"
    needed: dict[type[Trigger], bool] = {
        PreferredName: kind.named,
        Cited: kind.must_be_cited,
        Locate: bool(kind.located_by),
    }
    for trigger, wanted in needed.items():
        if wanted != _has(model, trigger):
            yield f"the triggers of {kind.model_name} {'need' if wanted else 'have'} {trigger.__name__}, by its kind"
    if kind.located_by and kind.located_by not in {field.name for field in model._meta.concrete_fields}:
        yield f"{kind.model_name} has no column “{kind.located_by}”, by which it is located"


def _has(model: type[models.Model], trigger: type[Trigger]) -> bool:
    return any(isinstance(one, trigger) for one in triggers_of(model))
