"""Rules that the database keeps by triggers, declared beside the models they guard.

Statement-level where rows change in bulk, so that an import of 300,000 rows pays once; deferred where a rule is about a
whole transaction. Each refusal is a `check_violation` with a constraint name, so Django raises IntegrityError and the
admin can say which rule it was.
"""

from registry.triggers.children import TouchParent, preferred_name, touch_parents
from registry.triggers.citations import MUST_BE_CITED, Cited, KeepCited, KeepSeen, SourceSeen
from registry.triggers.places import CutBoundary, Locate, unite_regions
from registry.triggers.records import KeepPublished, KeepRecord, MarkChange, NoTruncate, kept
from registry.triggers.refusals import KEPT_BY_THE_DATABASE, curated_columns, refuse
from registry.triggers.rules import AtLeastTwoMembers, KeepTwoMembers, MembersWithinCount, NoCycle, SharesWithinWhole

__all__ = [
    "KEPT_BY_THE_DATABASE",
    "MUST_BE_CITED",
    "AtLeastTwoMembers",
    "Cited",
    "CutBoundary",
    "KeepCited",
    "KeepPublished",
    "KeepRecord",
    "KeepSeen",
    "KeepTwoMembers",
    "Locate",
    "MarkChange",
    "MembersWithinCount",
    "NoCycle",
    "NoTruncate",
    "SharesWithinWhole",
    "SourceSeen",
    "TouchParent",
    "curated_columns",
    "kept",
    "preferred_name",
    "refuse",
    "touch_parents",
    "unite_regions",
]
