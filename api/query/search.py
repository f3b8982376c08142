"""Searching: records that have all words of a text in one of their texts, or in a name of a record they are linked with."""

from functools import cache
from typing import Any

from django.db import models
from django.db.models import QuerySet

from api.database.bound import Bound
from api.filters.clauses import Clause, Parameter
from api.filters.parameters import words
from api.resources.resource import Resource
from registry.models import Name

_PLACES = {"names": "a name of the record", "own": "its own text"}


def search_parameter(resource: Resource) -> Parameter:
    """Describe the search of a resource, and where it looks."""
    places = [_PLACES.get(path) or f"a name of its {_said(path)}" for path in resource.search]
    where = " or ".join(filter(None, (", ".join(places[:-1]), places[-1])))
    text = f"Words to find in {where}, in any script and spelling; all words must occur in the same text."
    return Parameter("search", lambda given: search(resource, given), text, {"type": "string"}, resource.example or None)


def _said(path: str) -> str:
    """Name the linked record as a reader would: by its role, or by what it is."""
    return path.removesuffix(".names").removesuffix(".organization").removesuffix("_links").replace("_", " ")


def search(resource: Resource, given: str) -> Clause:
    """Keep records that have all words of a text in one of the texts that the resource is searched by."""
    found = words("search", given)
    keys = tuple(f"search.{position}" for position in range(len(found)))

    def apply(rows: QuerySet[Any]) -> QuerySet[Any]:
        if resource.search == ("own",):
            return _holding(rows, keys)
        # Each text is looked up by its own index; an OR over several tables would look at every record.
        first, *others = (_found(resource, path, keys) for path in resource.search)
        return rows.filter(id__in=first.union(*others) if others else first)

    return Clause(("search", len(keys)), apply, dict(zip(keys, found, strict=True)))


def _holding(rows: QuerySet[Any], keys: tuple[str, ...]) -> QuerySet[Any]:
    for key in keys:
        rows = rows.filter(folded__holds_word=Bound(key))
    return rows


def _found(resource: Resource, path: str, keys: tuple[str, ...]) -> QuerySet[Any]:
    """Select the ids of the records that have the words in one of their texts."""
    if path == "own":
        return _holding(resource.model._default_manager.order_by(), keys).values("id")
    *links, _ = path.split(".")
    if not links:
        return _named(resource.kind, keys)
    holder, back, key = _link(resource.model, tuple(links))
    other: Any = key.related_model
    # A name that is not public finds nothing.
    public = other._default_manager.published().order_by().filter(id__in=_named(_kind_of(other), keys))
    rows: QuerySet[Any] = holder._default_manager.order_by()
    return rows.filter(**{f"{key.name}__in": public.values("id")}).values(back)


def _named(kind: str, keys: tuple[str, ...]) -> QuerySet[Any]:
    return _holding(Name.objects.order_by().filter(**{f"{kind}__isnull": False}), keys).values(f"{kind}_id")


@cache
def _kind_of(model: type[models.Model]) -> str:
    return next(f.name for f in Name._meta.concrete_fields if f.related_model is model)


def _link(model: Any, links: tuple[str, ...]) -> tuple[Any, str, Any]:
    """Return the table that holds a foreign key to the linked record, its column with the id of the record, and the key."""
    if len(links) == 1:
        return model, "id", model._meta.get_field(links[0])
    relation = next(r for r in model._meta.related_objects if r.get_accessor_name() == links[0])
    return relation.related_model, relation.field.attname, relation.related_model._meta.get_field(links[1])
