"""What the database itself does when a row is written: rules, versions, names, places, declared next to the models they keep.

A model lists them in `triggers`; `registry.derived` installs them. Each works on all rows of a statement at once, so that an
import of 300,000 rows pays once; a rule about a whole transaction is checked at commit. Each refusal is a `check_violation`
with a constraint name, so Django raises IntegrityError and the admin can say which rule it was.
"""

from registry.triggers.base import Trigger, changed, declared_by_models, pairs, triggers_of
from registry.triggers.children import PreferredName, TouchParent
from registry.triggers.citations import Cited, KeepCited, KeepSeen, SourceSeen
from registry.triggers.location import (
    CutBoundary,
    Locate,
    LocateAgain,
    LocatePartiesAgain,
    NoteUnstatedUncertainty,
    UniteRegions,
)
from registry.triggers.records import KeepPublished, KeepRecord, NoTruncate, kept
from registry.triggers.refusals import FOLLOWING, KEPT_BY_THE_DATABASE, LOCATED, curated_columns, refuse
from registry.triggers.rules import AtLeast, KeepAtLeast, MembersWithinCount, NoCycle, NoCycleOfRows, SharesWithinWhole
from registry.triggers.words import KeepWords

__all__ = [
    "FOLLOWING",
    "KEPT_BY_THE_DATABASE",
    "LOCATED",
    "AtLeast",
    "Cited",
    "CutBoundary",
    "KeepAtLeast",
    "KeepCited",
    "KeepPublished",
    "KeepRecord",
    "KeepSeen",
    "KeepWords",
    "Locate",
    "LocateAgain",
    "LocatePartiesAgain",
    "MembersWithinCount",
    "NoCycle",
    "NoCycleOfRows",
    "NoTruncate",
    "NoteUnstatedUncertainty",
    "PreferredName",
    "SharesWithinWhole",
    "SourceSeen",
    "TouchParent",
    "Trigger",
    "UniteRegions",
    "changed",
    "curated_columns",
    "declared_by_models",
    "kept",
    "pairs",
    "refuse",
    "triggers_of",
]
