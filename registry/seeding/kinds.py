"""The kinds of cards and of what stands on them: each is a model, and its keys are the model's fields.

Every kind of record has cards; to let a kind carry something more, add a `Child`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import ForeignKey, Model

from registry import models as m
from registry.kinds import GROUPS, RECORD_KINDS, RecordKind, kind_named, kind_of_model
from registry.vocabularies import ReeClass

AnyModel = type[Model]


@dataclass(frozen=True)
class Child:
    """A list on a card, each item of which becomes a row of a table that belongs to the record."""

    model: AnyModel
    #: What tells the rows of one record apart; the other fields can change.
    identity: tuple[str, ...]
    #: Column of the model that names the record; where it differs by the kind of record, see `owner_column`.
    owner: str | None = None
    #: The field that an item stands for when it is written as plain text.
    short: str | None = None
    #: Keys that are written in another word than the field's own.
    words: dict[str, str] = field(default_factory=dict)
    #: Values that every item of this list has.
    fixed: dict[str, Any] = field(default_factory=dict)
    #: Written as `kind: [slug, …]` instead of as a list: each slug becomes a row with that column set.
    by_column: bool = False
    #: Written as `key: value` or `key: [value, …]`, for two fields.
    pairs: tuple[str, str] | None = None
    children: dict[str, "Child"] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of card: its model, the lists on it, and the kinds of cards that may stand inside it."""

    model: AnyModel
    children: dict[str, Child] = field(default_factory=dict)
    #: Key of the list → (its kind, how an inner card names the outer one).
    inner: dict[str, tuple[str, "Inner"]] = field(default_factory=dict)


@dataclass(frozen=True)
class Inner:
    """How an inner card names the card it stands in: by a field of its own, or as one of its subjects."""

    field: str | None = None
    subject: str | None = None


def owner_column(child: Child, owner: AnyModel) -> str:
    """Return the column of a child's table that names a record of the given model."""
    if child.owner:
        return child.owner
    kind = kind_of_model(owner)
    if kind is None:
        return ""
    return kind.cited_as if child.model is m.Citation else kind.name


EXTERNAL_IDS = Child(m.ExternalId, ("scheme", "value"), pairs=("scheme", "value"))
NAMES = Child(m.Name, ("text", "language", "kind"), short="text")
CITES = Child(
    m.Citation,
    ("source", "locator", "relation", "stated_value", "note"),
    short="source",
    words={"cite": "source", "stated": "stated_value"},
    children={"external_ids": EXTERNAL_IDS},
)


def _commodities(model: AnyModel, owner: str) -> Child:
    return Child(model, ("commodity",), owner=owner, short="commodity", words={"symbol": "commodity"})


def _columns(model: AnyModel, owner: str) -> tuple[str, ...]:
    """List the columns of which one says what a row points at."""
    return tuple(f.name for f in model._meta.concrete_fields if f.is_relation and f.name != owner)


def _scheme_class(code: str) -> Child:
    return Child(m.ReeSchemeClass, ("element",), owner="scheme", short="element", fixed={"ree_class": code})


_SUBJECTS = Child(m.FindingSubject, _columns(m.FindingSubject, "finding"), owner="finding", by_column=True)
_CITED: dict[str, Child] = {"cites": CITES, "external_ids": EXTERNAL_IDS}
#: Kind of record → the lists on its cards beside names, citations and ids.
_LISTS: dict[str, dict[str, Child]] = {
    "region": {"members": Child(m.RegionMember, ("country",), owner="region", short="country")},
    "disputed_area": {"parties": Child(m.DisputedAreaParty, ("role", "country", "name"), owner="area")},
    "commodity": {"members": Child(m.CommodityMember, ("member",), owner="group", short="member")},
    "source": {"publishers": Child(m.SourcePublisher, ("organization",), owner="source", short="organization")},
    "organization": {
        "parents": Child(m.OrganizationParent, ("parent", "start"), owner="organization", short="parent"),
        "members": Child(m.OrganizationMember, ("country", "organization", "start"), owner="group"),
    },
    "ree_scheme": {code: _scheme_class(code) for code in ReeClass.values},
    "deposit": {
        "commodities": _commodities(m.DepositCommodity, "deposit"),
        "parties": Child(m.DepositParty, ("organization", "role", "start"), owner="deposit"),
    },
    "prospecting_object": {"commodities": _commodities(m.ProspectingCommodity, "prospecting_object")},
    "policy_framework": {
        "parties": Child(m.FrameworkParty, ("country", "organization", "role"), owner="framework"),
        "applies_to": Child(m.FrameworkApplication, ("country", "organization"), owner="framework", by_column=True),
        "regions": Child(m.FrameworkRegion, ("region",), owner="framework", short="region"),
        "commodities": _commodities(m.FrameworkCommodity, "framework"),
        "events": Child(m.FrameworkEvent, ("date", "status", "text"), owner="framework", children=_CITED),
    },
    "license": {
        "parties": Child(m.LicenseParty, ("organization", "private_holder", "role", "start"), owner="license"),
        "commodities": _commodities(m.LicenseCommodity, "license"),
        "sites": Child(m.LicenseSite, ("deposit", "prospecting_object"), owner="license", by_column=True),
        "events": Child(m.LicenseEvent, ("kind", "date", "text"), owner="license", children=_CITED),
    },
    "estimate": {"grades": Child(m.Grade, ("analyte",), owner="estimate")},
    "finding": {
        "subjects": _SUBJECTS,
        "links": Child(m.FindingLink, ("other", "kind"), owner="finding", words={"finding": "other"}),
    },
    "gap": {
        "searches": Child(m.GapSearch, ("source", "place"), owner="gap", short="source"),
        "subjects": Child(m.GapSubject, _columns(m.GapSubject, "gap"), owner="gap", by_column=True),
    },
    "disagreement": {
        "members": Child(m.DisagreementMember, _columns(m.DisagreementMember, "disagreement"), owner="disagreement"),
    },
}


def key_of(kind: RecordKind) -> str:
    """Return the key under which the cards of a kind stand in a file."""
    return kind.plural.replace("-", "_")


def _lists(kind: RecordKind) -> dict[str, Child]:
    common = {"names": NAMES if kind.named else None, "cites": CITES if kind.cited_as else None, "external_ids": EXTERNAL_IDS}
    return {**{key: child for key, child in common.items() if child}, **_LISTS.get(kind.name, {})}


def _inner(kind: RecordKind) -> dict[str, tuple[str, Inner]]:
    """Let cards of estimates stand inside what they are for, and cards of findings inside what they are about."""
    found = {}
    if kind.name in kind_named("estimate").leads_to:
        found["estimates"] = ("estimates", Inner(field=kind.name))
    if kind.is_subject:
        found["findings"] = ("findings", Inner(subject=kind.name))
    return {key: one for key, one in found.items() if key not in _lists(kind)}


def _in_order_of_writing() -> Iterator[RecordKind]:
    """List reference data, sources, then the rest, each after what its foreign keys point at."""
    seen: set[str] = set()

    def after_others(kind: RecordKind) -> Iterator[RecordKind]:
        if kind.name not in seen:
            seen.add(kind.name)
            for field in kind.model._meta.concrete_fields:
                other = isinstance(field, ForeignKey) and kind_of_model(field.related_model)
                if other:
                    yield from after_others(other)
            yield kind

    for group in reversed(GROUPS):
        for kind in RECORD_KINDS:
            if kind.group == group:
                yield from after_others(kind)


#: Key of the list in a file → kind, in the order in which new records are written.
KINDS: dict[str, Kind] = {key_of(kind): Kind(kind.model, _lists(kind), _inner(kind)) for kind in _in_order_of_writing()}
KIND_OF_MODEL: dict[AnyModel, str] = {kind.model: key for key, kind in KINDS.items()}
