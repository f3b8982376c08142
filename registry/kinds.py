"""The kinds of record, declared once: what else depends on the kind of a record is derived from here.

A new kind of record is one entry in `RECORD_KINDS`. From it follow the foreign keys of names, external ids, citations,
findings and disagreements, the triggers over them, the indexes of their history, matching, merging, cards, tallies and the
groups of the admin. What cannot be derived (the model, the API's resource, the admin's page) is asked for at start-up.

Models are named, not imported, so that models can read this module.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

APP = "registry"


@dataclass(frozen=True, kw_only=True)
class RecordKind:
    """A kind of record, or a part of one that citations and disagreements can point at.

    `name` is the kind as foreign keys write it, `plural` its name in addresses, `group` the heading in the admin.
    A part names the kind of record that it is `part_of`, and is in no address and no group.
    """

    name: str
    model_name: str
    plural: str = ""
    group: str = "Records"
    part_of: str = ""
    #: The foreign key by which a part names its record; that of the kind's name if empty.
    part_key: str = ""
    #: Records have names in several languages (`Name`), which search and matching use.
    named: bool = True
    #: Sources are cited for records (`Citation`), by this column; "" if not.
    cited_as: str = ""
    #: A published record cites a published source.
    must_be_cited: bool = True
    #: Sources count the records that they are cited for.
    tallied: bool = True
    #: A finding can be about a record (`FindingSubject`).
    is_subject: bool = True
    #: A record can be a side of a disagreement (`DisagreementMember`).
    is_side: bool = True
    #: How a record leads to others that a disagreement is about as well: a foreign key, or `rows.key` of rows between.
    leads_to: tuple[str, ...] = ()
    #: The keys of which one must lead to a public record for readers to see this one.
    shown_with: tuple[str, ...] = ()
    #: Column of the geometry whose countries are noted with the record; "" if it has no place.
    located_by: str = ""
    #: Records of this kind are compared with each other and with imported rows.
    matched: bool = False

    @property
    def is_record(self) -> bool:
        """Return whether it is a kind of record, not a part of one."""
        return bool(self.plural)

    @property
    def table(self) -> str:
        """Name the table."""
        return f"{APP}_{self.model_name.lower()}"

    @property
    def parent_table(self) -> str:
        """Name the table of the record that changes with it, as `TouchParent` reads it; "" if no record does."""
        if self.is_record:
            return self.table
        return f"{kind_named(self.part_of).table} via {self.table}.{self.holder}_id" if self.part_of else ""

    @property
    def holder(self) -> str:
        """Name the foreign key by which a part names its record; "" of what is no part of one."""
        return self.part_key or self.part_of

    @property
    def model(self) -> type[models.Model]:
        """Return the model, once all models are loaded."""
        return apps.get_model(APP, self.model_name)


#: Headings of the admin; what stands in a group rests on records of the groups after it.
REFERENCE = "Reference"
GROUPS = ("Records", "Sources", REFERENCE)

#: In the order in which people meet them.
RECORD_KINDS: tuple[RecordKind, ...] = (
    RecordKind(
        name="deposit",
        model_name="Deposit",
        plural="deposits",
        cited_as="deposit",
        leads_to=("country",),
        located_by="geometry",
        matched=True,
    ),
    RecordKind(
        name="estimate",
        model_name="ResourceEstimate",
        plural="estimates",
        named=False,
        cited_as="estimate",
        is_subject=False,
        leads_to=("deposit", "prospecting_object"),
        shown_with=("deposit", "prospecting_object"),
    ),
    RecordKind(
        name="prospecting_object",
        model_name="ProspectingObject",
        plural="prospecting-objects",
        cited_as="prospecting_object",
        leads_to=("country",),
        located_by="geometry",
        matched=True,
    ),
    RecordKind(
        name="license",
        model_name="License",
        plural="licenses",
        cited_as="license",
        leads_to=("sites.deposit", "sites.prospecting_object", "country"),
        located_by="area",
        matched=True,
    ),
    RecordKind(
        name="policy_framework",
        model_name="PolicyFramework",
        plural="policy-frameworks",
        cited_as="policy_framework",
        leads_to=("parties.country",),
        matched=True,
    ),
    RecordKind(
        name="country",
        model_name="Country",
        plural="countries",
        group=REFERENCE,
        cited_as="country",
        must_be_cited=False,
    ),
    RecordKind(
        name="region",
        model_name="Region",
        plural="regions",
        group=REFERENCE,
        cited_as="region",
        must_be_cited=False,
        is_side=False,
    ),
    RecordKind(
        name="disputed_area",
        model_name="DisputedArea",
        plural="disputed-areas",
        group=REFERENCE,
        cited_as="disputed_area",
        must_be_cited=False,
        is_subject=False,
        is_side=False,
    ),
    RecordKind(
        name="commodity",
        model_name="Commodity",
        plural="commodities",
        group=REFERENCE,
        cited_as="commodity",
        must_be_cited=False,
        is_side=False,
    ),
    RecordKind(
        name="ree_scheme",
        model_name="ReeScheme",
        plural="ree-schemes",
        group="Reference",
        named=False,
        cited_as="ree_scheme",
        is_subject=False,
        is_side=False,
    ),
    RecordKind(
        name="organization",
        model_name="Organization",
        plural="organizations",
        group="Sources",
        cited_as="organization",
        matched=True,
    ),
    RecordKind(
        name="source",
        model_name="Source",
        plural="sources",
        group="Sources",
        named=False,
        # The column `source` of a citation is the source that is cited.
        cited_as="cited_source",
        must_be_cited=False,
        tallied=False,
        is_subject=False,
    ),
    RecordKind(
        name="finding",
        model_name="Finding",
        plural="findings",
        named=False,
        cited_as="finding",
        # Its own source is its citation (`SourceSeen`).
        must_be_cited=False,
        is_subject=False,
    ),
    RecordKind(
        name="gap",
        model_name="Gap",
        plural="gaps",
        named=False,
        # Its searches name the sources that do not have it: no source is cited for a gap, and none counts one.
        must_be_cited=False,
        tallied=False,
        is_subject=False,
        is_side=False,
    ),
    RecordKind(
        name="disagreement",
        model_name="Disagreement",
        plural="disagreements",
        named=False,
        must_be_cited=False,
        tallied=False,
        is_subject=False,
        is_side=False,
    ),
)

_PART: dict[str, Any] = {"named": False, "must_be_cited": False, "tallied": False, "is_subject": False}
#: Rows that are pointed at like records, though they are parts of one.
PARTS: tuple[RecordKind, ...] = (
    RecordKind(
        name="license_event",
        model_name="LicenseEvent",
        part_of="license",
        cited_as="license_event",
        leads_to=("license",),
        **_PART,
    ),
    RecordKind(
        name="framework_event",
        model_name="FrameworkEvent",
        part_of="policy_framework",
        part_key="framework",
        cited_as="framework_event",
        leads_to=("framework",),
        **_PART,
    ),
    RecordKind(name="citation", model_name="Citation", **_PART),
)
ALL = (*RECORD_KINDS, *PARTS)


def kind_named(name: str) -> RecordKind:
    """Find a kind by its name; raises KeyError."""
    return {kind.name: kind for kind in ALL}[name]


def kind_of_model(model: type[models.Model]) -> RecordKind | None:
    """Find the kind whose records a model holds."""
    return next((kind for kind in ALL if kind.model_name == model.__name__), None)


def _those(has: Callable[[RecordKind], Any]) -> dict[str, RecordKind]:
    return {kind.name: kind for kind in ALL if has(kind)}


#: Parts of records, which have no address and no version of their own.
PARTS_OF_RECORDS = _those(lambda kind: kind.part_of)
#: Column → kind, of the tables whose rows belong to one record of several kinds.
NAMED = _those(lambda kind: kind.named)
IDENTIFIED = _those(lambda kind: True)
CITED = {kind.cited_as: kind for kind in ALL if kind.cited_as}
SUBJECTS = _those(lambda kind: kind.is_subject)
SIDES = _those(lambda kind: kind.is_side)

MUST_BE_CITED = _those(lambda kind: kind.must_be_cited)
#: Kinds whose records a source counts that is cited for them.
TALLIED = _those(lambda kind: kind.tallied)
#: Kinds whose records note the countries they lie in.
LOCATED = _those(lambda kind: kind.located_by)
#: Kinds that people record twice; reference data, and what has no names, are looked after otherwise.
MATCHED = _those(lambda kind: kind.matched)
#: Kinds of everything that a disagreement can be about, or that leads there.
CONCERNED = _those(lambda kind: (kind.is_record or kind.part_of) and (kind.cited_as or kind.is_subject or kind.is_side))


def parents(targets: dict[str, RecordKind]) -> dict[str, str]:
    """Return column → table of the records that change with rows pointing at them, as `TouchParent` takes it."""
    return {column: kind.parent_table for column, kind in targets.items() if kind.parent_table}


def tables(targets: dict[str, RecordKind]) -> dict[str, str]:
    """Return column → table."""
    return {column: kind.table for column, kind in targets.items()}
