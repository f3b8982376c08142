"""Which page belongs to which table, and how the admin lists them."""

import pkgutil
from functools import cache
from importlib import import_module

from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from curation.declared import HEADINGS, PAGES
from registry.kinds import GROUPS, RECORD_KINDS, kind_of_model


@cache
def pages() -> dict[type[models.Model], type[admin.ModelAdmin]]:
    """Return the page of each table, from every module of `curation.kinds`; refuse, at start-up, a kind without a page."""
    import curation.kinds

    for module in pkgutil.iter_modules(curation.kinds.__path__):
        import_module(f"curation.kinds.{module.name}")
    missing = [kind.model_name for kind in RECORD_KINDS if kind.model not in PAGES]
    if missing:
        raise ImproperlyConfigured(f"no page in curation/kinds is declared with @page_of for: {', '.join(missing)}")
    return PAGES


def groups() -> dict[str, list[type[models.Model]]]:
    """Return the tables under each heading of the index and the side bar."""
    found: dict[str, list[type[models.Model]]] = {group: [] for group in GROUPS}
    for kind in RECORD_KINDS:
        found[kind.group].append(kind.model)
    for model, heading in HEADINGS.items():
        if kind_of_model(model) is None:
            found.setdefault(heading, []).append(model)
    return found
