"""Search for curators: over names in any script, over texts, by slug, by external id and by uid."""

import re
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from registry.kinds import kind_of_model
from registry.models import (
    Citation,
    ExternalId,
    FrameworkEvent,
    License,
    LicenseEvent,
    Name,
    ReeScheme,
    ResourceEstimate,
    Source,
)
from registry.models.base import Record

MOST_WORDS = 10
_LONGEST = 300


def words_of(term: str) -> list[str]:
    """Cut a text into the words that are looked for."""
    parts = ["".join(c for c in part if c.isalnum()) for part in re.split(r"[\s\-]+", term[:_LONGEST])]
    return [part for part in parts if part][:MOST_WORDS]


def holding(rows: "QuerySet[Any]", words: list[str]) -> "QuerySet[Any]":
    """Keep rows whose folded text holds every word, in any script and spelling."""
    for word in words:
        rows = rows.filter(folded__holds_word=word)
    return rows


def search(rows: "QuerySet[Any]", term: str) -> "QuerySet[Any]":
    """Keep rows that a curator means by `term`.

    What has the term for its slug, id or number is looked up first: as a rule nothing, and then the database is asked for the
    words alone, of which it knows how many there are. Otherwise each way is a query of its own, so that its index serves.
    """
    term = term.replace("\x00", "").strip()
    if not term:
        return rows
    words = words_of(term)
    if not words:
        return rows.none()
    model = rows.model
    by_words = _by_text(model, model._base_manager.all(), words).order_by().values_list("pk", flat=True)
    exact = [way.order_by().values_list("pk", flat=True) for way in _ways(model, term)]
    if not exact or not _together(exact).exists():
        return rows.filter(pk__in=by_words)
    return rows.filter(pk__in=by_words.union(*exact, all=True))


def _together(ways: list["QuerySet[Any]"]) -> "QuerySet[Any]":
    return ways[0].union(*ways[1:], all=True) if len(ways) > 1 else ways[0]


def _ways(model: type[Model], term: str) -> list["QuerySet[Any]"]:
    """Return the queries by what identifies a record."""
    everything: QuerySet[Any] = model._base_manager.all()
    ways: list[QuerySet[Any]] = []
    if any(field.name == "slug" for field in model._meta.fields):
        ways.append(everything.filter(Exact(Lower("slug"), term.lower())))
    kind = kind_of_model(model)
    scheme, colon, value = term.partition(":")
    if colon and kind:
        identified = ExternalId.objects.filter(scheme=scheme.strip(), value=value.strip(), **{f"{kind.name}__isnull": False})
        ways.append(everything.filter(pk__in=identified.values(f"{kind.name}_id")))
    if issubclass(model, Record) and (uid := _uid(term)):
        ways.append(everything.filter(uid=uid))
    if model is License:
        ways.append(everything.filter(number__iexact=term))
    return ways


def _by_text(model: type[Model], everything: "QuerySet[Any]", words: list[str]) -> "QuerySet[Any]":
    kind = kind_of_model(model)
    if kind and kind.named:
        named = holding(Name.objects.filter(**{f"{kind.name}__isnull": False}), words)
        return everything.filter(pk__in=named.values(f"{kind.name}_id"))
    if special := _SPECIAL.get(model):
        return special(everything, words)
    return holding(everything, words)


def _estimates(rows: "QuerySet[Any]", words: list[str]) -> "QuerySet[Any]":
    """Find estimates by the names of what they are for."""
    names = holding(Name.objects.all(), words)
    of_deposit = rows.filter(deposit__in=names.filter(deposit__isnull=False).values("deposit_id"))
    of_object = rows.filter(
        prospecting_object__in=names.filter(prospecting_object__isnull=False).values("prospecting_object_id")
    )
    return rows.filter(pk__in=of_deposit.order_by().values("pk").union(of_object.order_by().values("pk"), all=True))


def _events(rows: "QuerySet[Any]", words: list[str]) -> "QuerySet[Any]":
    """Find events by the names of their record."""
    kind = kind_of_model(rows.model)
    assert kind is not None
    names = holding(Name.objects.filter(**{f"{kind.part_of}__isnull": False}), words)
    return rows.filter(**{f"{kind.holder}__in": names.values(f"{kind.part_of}_id")})


def _citations(rows: "QuerySet[Any]", words: list[str]) -> "QuerySet[Any]":
    """Find citations by their source."""
    return rows.filter(Exists(holding(Source.objects.filter(pk=OuterRef("source_id")), words)))


def _schemes(rows: "QuerySet[Any]", words: list[str]) -> "QuerySet[Any]":
    """Find the few schemes by their plain name."""
    for word in words:
        rows = rows.filter(name__icontains=word)
    return rows


_SPECIAL: dict[type[Model], Callable[["QuerySet[Any]", list[str]], "QuerySet[Any]"]] = {
    ResourceEstimate: _estimates,
    LicenseEvent: _events,
    FrameworkEvent: _events,
    Citation: _citations,
    ReeScheme: _schemes,
}


def _uid(term: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(term)
    except ValueError:
        return None
