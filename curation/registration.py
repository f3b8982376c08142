"""Which page belongs to which table, in the order in which the admin lists them."""

from django.contrib import admin
from django.db import models

from curation.kinds.commodities import CommodityAdmin, ReeSchemeAdmin
from curation.kinds.deposits import DepositAdmin
from curation.kinds.estimates import EstimateAdmin
from curation.kinds.findings import DisagreementAdmin, FindingAdmin
from curation.kinds.frameworks import FrameworkAdmin
from curation.kinds.geography import CountryAdmin, RegionAdmin
from curation.kinds.imports import ImportProblemAdmin, ImportRunAdmin
from curation.kinds.licenses import LicenseAdmin, LicenseEventAdmin
from curation.kinds.prospecting import ProspectingAdmin
from curation.kinds.sources import OrganizationAdmin, SourceAdmin
from registry.models import (
    Commodity,
    Country,
    Deposit,
    Disagreement,
    Finding,
    ImportProblem,
    ImportRun,
    License,
    LicenseEvent,
    Organization,
    PolicyFramework,
    ProspectingObject,
    ReeScheme,
    Region,
    ResourceEstimate,
    Source,
)

PAGES: dict[type[models.Model], type[admin.ModelAdmin]] = {
    Deposit: DepositAdmin,
    ResourceEstimate: EstimateAdmin,
    ProspectingObject: ProspectingAdmin,
    License: LicenseAdmin,
    PolicyFramework: FrameworkAdmin,
    Finding: FindingAdmin,
    Disagreement: DisagreementAdmin,
    Source: SourceAdmin,
    Organization: OrganizationAdmin,
    Country: CountryAdmin,
    Region: RegionAdmin,
    Commodity: CommodityAdmin,
    ReeScheme: ReeSchemeAdmin,
    LicenseEvent: LicenseEventAdmin,
    ImportRun: ImportRunAdmin,
    ImportProblem: ImportProblemAdmin,
}

#: The index and the side bar group the tables so.
GROUPS: dict[str, tuple[type[models.Model], ...]] = {
    "Records": (Deposit, ResourceEstimate, ProspectingObject, License, PolicyFramework, Finding, Disagreement),
    "Sources": (Source, Organization),
    "Imports": (ImportRun, ImportProblem),
    "Reference": (Country, Region, Commodity, ReeScheme),
}
