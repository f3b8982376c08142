"""The code lists of the registry, in the field's standard terms.

Each code keeps the URI of its concept in a public vocabulary where one exists: as opaque text, never rebuilt from a label.
"""

from registry.vocabularies.base import Vocabulary
from registry.vocabularies.citations import CitationRelation, Confidence
from registry.vocabularies.commodities import CommodityKind, CommodityRole, ReeClass
from registry.vocabularies.deposits import DepositParty, DepositType, DevelopmentStatus, OccurrenceType
from registry.vocabularies.estimates import (
    CATEGORIES,
    Comparator,
    ContainedBasis,
    EstimateCategory,
    EstimateStage,
    GradeUnit,
    ReportingCode,
)
from registry.vocabularies.findings import FindingLinkKind, Modality, Topic
from registry.vocabularies.frameworks import FrameworkKind, FrameworkRole, FrameworkStatus, Jurisdiction
from registry.vocabularies.imports import ImportState, RowOutcome, TaskKind, TaskState
from registry.vocabularies.judgements import Verdict
from registry.vocabularies.licenses import LicenseEventKind, LicenseKind, LicenseRole, LicenseStatus
from registry.vocabularies.location import (
    MEASURED,
    PLACED,
    DisputeRole,
    LocationKind,
    RegionScheme,
    UncertaintyBasis,
    Worldview,
)
from registry.vocabularies.names import NameKind
from registry.vocabularies.organizations import OrganizationKind
from registry.vocabularies.proposals import BulkOutcome, ProposalAct, ProposalOrigin, ProposalState
from registry.vocabularies.prospecting import Funding, ProspectingStage
from registry.vocabularies.records import RecordStatus
from registry.vocabularies.reports import ReportState
from registry.vocabularies.sources import SourceKind

__all__ = [
    "CATEGORIES",
    "MEASURED",
    "PLACED",
    "BulkOutcome",
    "CitationRelation",
    "CommodityKind",
    "CommodityRole",
    "Comparator",
    "Confidence",
    "ContainedBasis",
    "DepositParty",
    "DepositType",
    "DevelopmentStatus",
    "DisputeRole",
    "EstimateCategory",
    "EstimateStage",
    "FindingLinkKind",
    "FrameworkKind",
    "FrameworkRole",
    "FrameworkStatus",
    "Funding",
    "GradeUnit",
    "ImportState",
    "Jurisdiction",
    "LicenseEventKind",
    "LicenseKind",
    "LicenseRole",
    "LicenseStatus",
    "LocationKind",
    "Modality",
    "NameKind",
    "OccurrenceType",
    "OrganizationKind",
    "ProposalAct",
    "ProposalOrigin",
    "ProposalState",
    "ProspectingStage",
    "RecordStatus",
    "ReeClass",
    "RegionScheme",
    "ReportState",
    "ReportingCode",
    "RowOutcome",
    "SourceKind",
    "TaskKind",
    "TaskState",
    "Topic",
    "UncertaintyBasis",
    "Verdict",
    "Vocabulary",
    "Worldview",
]
