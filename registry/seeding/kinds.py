"""The kinds of cards and of what stands on them: each is a model, and its keys are the model's fields.

To let cards of a new kind be written, add it to `KINDS`; to let a kind carry something more, add a `Child`.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from registry import models as m

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
    #: Records have a status; cards are published unless they say otherwise.
    is_record: bool = True


@dataclass(frozen=True)
class Inner:
    """How an inner card names the card it stands in: by a field of its own, or as one of its subjects."""

    field: str | None = None
    subject: str | None = None


_OWNER_COLUMNS: dict[AnyModel, str] = {
    m.Deposit: "deposit",
    m.ResourceEstimate: "estimate",
    m.ProspectingObject: "prospecting_object",
    m.License: "license",
    m.LicenseEvent: "license_event",
    m.PolicyFramework: "policy_framework",
    m.Organization: "organization",
    m.Finding: "finding",
    m.Source: "source",
    m.Country: "country",
    m.Region: "region",
    m.Commodity: "commodity",
    m.Disagreement: "disagreement",
    m.Citation: "citation",
}


def owner_column(child: Child, owner: AnyModel) -> str:
    """Give the column of a child's table that names a record of the given model."""
    if child.owner:
        return child.owner
    if child.model is m.Citation and owner is m.Source:
        return "cited_source"
    return _OWNER_COLUMNS.get(owner, "")


EXTERNAL_IDS = Child(m.ExternalId, ("scheme", "value"), pairs=("scheme", "value"))
NAMES = Child(m.Name, ("text", "language", "kind"), short="text")
CITES = Child(
    m.Citation,
    ("source", "field", "locator", "relation", "stated_value"),
    short="source",
    words={"cite": "source", "stated": "stated_value"},
    children={"external_ids": EXTERNAL_IDS},
)
COMMON = {"names": NAMES, "cites": CITES, "external_ids": EXTERNAL_IDS}
UNNAMED = {"cites": CITES, "external_ids": EXTERNAL_IDS}


def _commodities(model: AnyModel, owner: str) -> Child:
    return Child(model, ("commodity",), owner=owner, short="commodity", words={"symbol": "commodity"})


def _columns(model: AnyModel, owner: str) -> tuple[str, ...]:
    """List the columns of which one says what a row points at."""
    return tuple(f.name for f in model._meta.concrete_fields if f.is_relation and f.name != owner)


def _scheme_class(code: str) -> Child:
    return Child(m.ReeSchemeClass, ("element",), owner="scheme", short="element", fixed={"ree_class": code})


_FINDINGS = "findings"
_ESTIMATES = "estimates"

#: Key of the list in a file → kind, in the order in which new records are written.
KINDS: dict[str, Kind] = {
    "countries": Kind(m.Country, COMMON),
    "regions": Kind(m.Region, {**COMMON, "members": Child(m.RegionMember, ("country",), owner="region", short="country")}),
    "commodities": Kind(
        m.Commodity, {**COMMON, "members": Child(m.CommodityMember, ("member",), owner="group", short="member")}
    ),
    "ree_schemes": Kind(m.ReeScheme, {code: _scheme_class(code) for code in ("light", "heavy", "neither")}, is_record=False),
    "organizations": Kind(m.Organization, COMMON),
    "sources": Kind(
        m.Source,
        {**UNNAMED, "publishers": Child(m.SourcePublisher, ("organization",), owner="source", short="organization")},
    ),
    "deposits": Kind(
        m.Deposit,
        {
            **COMMON,
            "commodities": _commodities(m.DepositCommodity, "deposit"),
            "parties": Child(m.DepositParty, ("organization", "role"), owner="deposit"),
        },
        {_ESTIMATES: (_ESTIMATES, Inner(field="deposit")), _FINDINGS: (_FINDINGS, Inner(subject="deposit"))},
    ),
    "prospecting_objects": Kind(
        m.ProspectingObject,
        {**COMMON, "commodities": _commodities(m.ProspectingCommodity, "prospecting_object")},
        {
            _ESTIMATES: (_ESTIMATES, Inner(field="prospecting_object")),
            _FINDINGS: (_FINDINGS, Inner(subject="prospecting_object")),
        },
    ),
    "policy_frameworks": Kind(
        m.PolicyFramework,
        {
            **COMMON,
            "parties": Child(m.FrameworkParty, ("country", "organization", "role"), owner="framework"),
            "regions": Child(m.FrameworkRegion, ("region",), owner="framework", short="region"),
            "commodities": _commodities(m.FrameworkCommodity, "framework"),
            "events": Child(m.FrameworkEvent, ("date", "status", "text"), owner="framework"),
        },
        {_FINDINGS: (_FINDINGS, Inner(subject="policy_framework"))},
    ),
    "licenses": Kind(
        m.License,
        {
            **COMMON,
            "parties": Child(m.LicenseParty, ("organization", "private_holder", "role", "start"), owner="license"),
            "commodities": _commodities(m.LicenseCommodity, "license"),
            "sites": Child(m.LicenseSite, ("deposit", "prospecting_object"), owner="license", by_column=True),
            "events": Child(m.LicenseEvent, ("kind", "date", "text"), owner="license", children=UNNAMED),
        },
        {_FINDINGS: (_FINDINGS, Inner(subject="license"))},
    ),
    _ESTIMATES: Kind(m.ResourceEstimate, {**UNNAMED, "grades": Child(m.Grade, ("analyte",), owner="estimate")}),
    _FINDINGS: Kind(
        m.Finding,
        {
            **UNNAMED,
            "subjects": Child(m.FindingSubject, _columns(m.FindingSubject, "finding"), owner="finding", by_column=True),
            "links": Child(m.FindingLink, ("other", "kind"), owner="finding", words={"finding": "other"}),
        },
    ),
    "disagreements": Kind(
        m.Disagreement,
        {
            "external_ids": EXTERNAL_IDS,
            "members": Child(m.DisagreementMember, _columns(m.DisagreementMember, "disagreement"), owner="disagreement"),
        },
    ),
}
KIND_OF_MODEL: dict[AnyModel, str] = {kind.model: key for key, kind in KINDS.items()}
