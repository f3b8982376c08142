"""Makes a row of any table that points at a given record, from what the model asks for."""

from itertools import count
from typing import Any

from django.db import models

from registry.models.base import Record
from registry.targets import belongs_to
from tests import records
from tests.curation import kinds

_numbers = count(1)
_OF_KIND = {"licenseevent": kinds.license_event, "frameworkevent": kinds.framework_event}
#: What a table needs beside its foreign keys.
_NEEDED: dict[str, dict[str, Any]] = {
    "grade": {"value": 1.0, "unit": "pct"},
    "disputedareaparty": {"role": "claims"},
    "reeschemeclass": {"ree_class": "light"},
    "findinglink": {"kind": "updates"},
    "importrun": {"file_name": "sites.csv", "file_sha256": "0" * 64, "file_bytes": 1},
}

#: Tables whose rows belong to exactly one of some kinds, beside those that belong to one of several by declaration.
_ARCS: dict[str, tuple[str, ...]] = {
    "licensesite": ("deposit", "prospecting_object"),
    "frameworkparty": ("country", "organization"),
    "frameworkapplication": ("country", "organization"),
    "organizationmember": ("country", "organization"),
    "gapsearch": ("source",),
    "disputedareaparty": ("country",),
}
_OWNER: dict[str, Any] = {
    **dict.fromkeys(
        ("frameworkparty", "frameworkapplication", "organizationmember", "disputedareaparty"),
        lambda: {"country": kinds.any_country()},
    ),
    "gapsearch": lambda: {"source": records.source()},
}


def row(model: type[models.Model], field: str, owner: models.Model) -> models.Model:
    """Give a new row of `model` that points at `owner` through `field`."""
    if issubclass(model, Record):
        return _record(model, field, owner)
    given: dict[str, Any] = {field: owner, **_NEEDED.get(model._meta.model_name or "", {})}
    for other in model._meta.concrete_fields:
        if isinstance(other, models.ForeignKey) and other.name not in given and not other.null:
            given[other.name] = made(other.related_model)
        elif other.name in ("text", "value", "locator") and isinstance(other, models.CharField | models.TextField):
            given[other.name] = f"{other.name} {next(_numbers)}"
        elif other.name == "scheme" and isinstance(other, models.SlugField):
            given[other.name] = "mrds"
    if model._meta.model_name == "licenseparty":
        given["private_holder"] = "organization" not in given
    if not _is_owned(model, given):
        given |= _OWNER.get(model._meta.model_name or "", lambda: {"deposit": records.deposit()})()
    return model._base_manager.create(**given)


def _is_owned(model: type[models.Model], given: dict[str, Any]) -> bool:
    """Tell whether a row that belongs to exactly one of several kinds has its one."""
    arcs = belongs_to(model) or _ARCS.get(model._meta.model_name or "", ())
    return not arcs or any(name in given for name in arcs)


def _record(model: type[Record], field: str, owner: models.Model) -> models.Model:
    if field == "merged_into":
        old = made(model)
        model._base_manager.filter(pk=old.pk).update(record_status="merged", merged_into=owner.pk)
        return old
    given: dict[str, Any] = {field: owner}
    if field == "element":
        given |= {"kind": "oxide", "oxide_factor": "1.2"}
    return records.maker_of(model)(**given)


def made(model: Any) -> Any:
    """Make any row that can stand alone."""
    name = model._meta.model_name
    if name == "country":
        return kinds.any_country()
    if name in _OF_KIND:
        return _OF_KIND[name]()
    if name == "citation":
        return model._base_manager.create(source=records.source(), deposit=records.deposit(), locator=f"p. {next(_numbers)}")
    return records.maker_of(model)()
