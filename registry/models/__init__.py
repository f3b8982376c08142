"""The tables of the registry, a file per concept.

Every file of this package is read, whether its tables are listed here or not.
"""

import pkgutil
from importlib import import_module

from registry.models.absences import Lacking
from registry.models.citations import Citation
from registry.models.commodities import Commodity, CommodityMember, ReeScheme, ReeSchemeClass
from registry.models.comparisons import Comparison
from registry.models.concerns import Concern
from registry.models.curators import Curator
from registry.models.deposits import Deposit, DepositCommodity, DepositParty
from registry.models.disagreements import Disagreement, DisagreementMember
from registry.models.disputed_areas import DisputedArea, DisputedAreaParty
from registry.models.estimates import Grade, ResourceEstimate
from registry.models.findings import Finding, FindingLink, FindingSubject
from registry.models.frameworks import (
    FrameworkApplication,
    FrameworkCommodity,
    FrameworkEvent,
    FrameworkParty,
    FrameworkRegion,
    PolicyFramework,
)
from registry.models.gaps import Gap, GapSearch, GapSubject
from registry.models.geography import Country, CountryPiece, Region, RegionMember
from registry.models.import_tasks import ImportTask, ImportUpload
from registry.models.imports import ImportOutcome, ImportProblem, ImportRow, ImportRun
from registry.models.license_rows import LicenseCommodity, LicenseSite
from registry.models.licenses import License, LicenseEvent, LicenseParty
from registry.models.lists import BulkChange, BulkItem, SavedList
from registry.models.matching import Judgement, MergedRow
from registry.models.names import ExternalId, Name
from registry.models.notes import NoteMention, RecordNote
from registry.models.organizations import Organization, OrganizationMember, OrganizationParent
from registry.models.proposals import Proposal, ProposalEntry, ReviewRule
from registry.models.prospecting import ProspectingCommodity, ProspectingObject
from registry.models.reports import Report
from registry.models.sign_ins import SignIn
from registry.models.sources import Source, SourcePublisher
from registry.models.tallies import Tally
from registry.models.uncovered import Uncovered

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "BulkChange",
    "BulkItem",
    "Citation",
    "Commodity",
    "CommodityMember",
    "Comparison",
    "Concern",
    "Country",
    "CountryPiece",
    "Curator",
    "Deposit",
    "DepositCommodity",
    "DepositParty",
    "Disagreement",
    "DisagreementMember",
    "DisputedArea",
    "DisputedAreaParty",
    "ExternalId",
    "Finding",
    "FindingLink",
    "FindingSubject",
    "FrameworkApplication",
    "FrameworkCommodity",
    "FrameworkEvent",
    "FrameworkParty",
    "FrameworkRegion",
    "Gap",
    "GapSearch",
    "GapSubject",
    "Grade",
    "ImportOutcome",
    "ImportProblem",
    "ImportRow",
    "ImportRun",
    "ImportTask",
    "ImportUpload",
    "Judgement",
    "Lacking",
    "License",
    "LicenseCommodity",
    "LicenseEvent",
    "LicenseParty",
    "LicenseSite",
    "MergedRow",
    "Name",
    "NoteMention",
    "Organization",
    "OrganizationMember",
    "OrganizationParent",
    "PolicyFramework",
    "Proposal",
    "ProposalEntry",
    "ProspectingCommodity",
    "ProspectingObject",
    "RecordNote",
    "ReeScheme",
    "ReeSchemeClass",
    "Region",
    "RegionMember",
    "Report",
    "ResourceEstimate",
    "ReviewRule",
    "SavedList",
    "SignIn",
    "Source",
    "SourcePublisher",
    "Tally",
    "Uncovered",
]
