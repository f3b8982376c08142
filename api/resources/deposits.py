"""Deposits."""

from api.filters.across import AcrossFilter, CoveredByFilter, HasFilter, Way
from api.filters.columns import CodeFilter, NumberFilter, TextFilter, WordsFilter
from api.filters.decades import DecadeFilter
from api.filters.linked import CommodityFilter, LinkFilter, RegionFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.filters.warnings import WarningFilter
from api.resources.by_date import DayItself, HoldingRows
from api.resources.children import CitationItem, CommodityWithRole, ExternalIdItem, NameItem
from api.resources.coded import code_family_filter
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.duplicates import PossibleDuplicateFilter
from api.resources.estimates import EstimateItem
from api.resources.fields import Coordinate, DisputedAreas, Link, Linked, LocatedIn, Model, Warnings
from api.resources.findings import FindingOf
from api.resources.gaps import GapOf
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import Citation, Deposit, DepositCommodity, DepositParty, License, LicenseSite, ResourceEstimate
from registry.models.doubts import OUTSIDE_AND_UNCLAIMED
from registry.vocabularies import DepositType, DevelopmentStatus, LicenseStatus, LocationKind, OccurrenceType, ReportingCode


class DepositSummary(CitedSummary):
    """A deposit as a list shows it."""

    country = Link(help_text="Country as stated by the sources.")
    commodities = CommodityWithRole(many=True, help_text="Its commodities.")
    parent = Link(help_text="The deposit, field or province that it is part of.")
    longitude = Coordinate("x", help_text="Degrees of WGS 84; null if no source gives a point.")
    latitude = Coordinate("y", help_text="Degrees of WGS 84; null if no source gives a point.")
    warnings = Warnings(help_text="Doubts about the record.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = Deposit
        fields = (
            "slug",
            "uid",
            "name",
            "country",
            "admin_area",
            "admin_code",
            "locality",
            "occurrence_type",
            "deposit_type",
            "development_status",
            "discovery_year",
            "commodities",
            "parent",
            "longitude",
            "latitude",
            "location_kind",
            "location_uncertainty_m",
            "uncertainty_basis",
            "warnings",
            "version",
            "updated_at",
            "disputed",
        )


class PartyItem(Model):
    """An organization and its role at a deposit."""

    organization = Link(help_text="The organization.")

    class Meta:
        model = DepositParty
        fields = ("organization", "role", "share_pct", "start", "end", "as_of")


class LicenseLinkItem(Linked):
    """A licence that a source links to the record."""

    class Meta:
        model = License
        through = "license"
        fields = ("slug", "name", "kind", "status")


class DepositDetail(Model):
    """What a single deposit shows beyond the list."""

    located_in = LocatedIn(help_text="Countries whose shape contains the geometry.")
    disputed_areas = DisputedAreas(help_text="Disputed areas in which the geometry lies, and who claims them.")
    names = NameItem(many=True, help_text="All names, including the preferred one.")
    parties = PartyItem(many=True, help_text="Who operates or owns it, as stated.")
    children = Link(many=True, help_text="Deposits that are parts of it.")
    estimates = EstimateItem(many=True, help_text="Resources and reserves, each as stated; do not add them up.")
    prospected_as = Link(many=True, help_text="Prospecting objects that led to it.")
    license_links = LicenseLinkItem(many=True, help_text="Licences that a source links to it.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    gap_links = GapOf(many=True, help_text="What was looked for about it and not found.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = Deposit
        fields = (
            "type_as_stated",
            "status_as_stated",
            "status_as_of",
            "host_rock",
            "age",
            "ore_minerals",
            "description",
            "coordinates_as_printed",
            "source_srid",
            "located_in",
            "disputed_areas",
            "names",
            "parties",
            "children",
            "estimates",
            "prospected_as",
            "license_links",
            "external_ids",
            "finding_links",
            "gap_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class DepositOnDate(Model):
    """What held of a deposit on a day."""

    date = DayItself(help_text="The day.")
    parties = HoldingRows(
        "parties", "organization", ("organization",), ("role", "share_pct"), help_text="Who operated or owned it on the day."
    )

    class Meta:
        model = Deposit
        fields = ("date", "parties")


#: The estimates of a deposit.
_ESTIMATES = Way(rows=ResourceEstimate, back="deposit")


class DepositFilters(CitedFilters):
    """What lists of deposits can be asked for."""

    country = LinkFilter(help="Stated country by its ISO 3166-1 code.", example="KZ")
    region = RegionFilter()
    admin_code = TextFilter(counted=True, example="KZ-35")
    admin_area = WordsFilter(example="Караганда")
    occurrence_type = CodeFilter(OccurrenceType)
    deposit_type = CodeFilter(DepositType, example="carbonatite")
    development_status = CodeFilter(DevelopmentStatus)
    commodity = CommodityFilter(DepositCommodity, "deposit")
    discovery_year = NumberFilter()
    discovery_decade = DecadeFilter("discovery_year", help="Decade of discovery by its first year.", example=1960)
    location_kind = CodeFilter(LocationKind)
    location_uncertainty_m = NumberFilter()
    parent = LinkFilter(help="The deposit, field or province that it is part of, by its slug.")
    organization = ThroughFilter(DepositParty, "deposit", "organization", help="Operator or owner, by its slug.")
    has_estimate = HasFilter(_ESTIMATES, help="Whether the registry holds an estimate of it.")
    estimate__reporting_code = AcrossFilter("reporting_code", CodeFilter(ReportingCode), _ESTIMATES)
    estimate__ore_tonnes = AcrossFilter("ore_tonnes", NumberFilter(), _ESTIMATES)
    estimate__contained_tonnes = AcrossFilter("contained_tonnes", NumberFilter(), _ESTIMATES)
    license__status = AcrossFilter("status", CodeFilter(LicenseStatus), Way("license", LicenseSite, "deposit"))
    covered_by = CoveredByFilter("deposit", example="kutessay-ii-mining-licence")
    warning = WarningFilter(
        {"outside_stated_country": OUTSIDE_AND_UNCLAIMED},
        {"outside_stated_country": ("country", "geometry")},
        help="Warning about the record.",
    )
    source = ThroughFilter(Citation, "deposit", "source", where={"deposit__isnull": False}, help="Cited source, by its slug.")
    code_family = code_family_filter("deposit")
    disputed = DisputedFilter()
    possible_duplicate = PossibleDuplicateFilter()


register(
    Resource(
        name="deposits",
        kind="deposit",
        model=Deposit,
        summary=DepositSummary,
        on_date=DepositOnDate,
        detail=DepositDetail,
        filters=DepositFilters,
        orders=("id", "name", "discovery_year", "location_uncertainty_m", "independent_sources", "updated_at"),
        geometry="geometry",
        coloured_by="development_status",
        example_slug="kutessay-ii",
        description="Occurrences, prospects, deposits, fields and provinces, with a location if a source states one.",
        example="Кундыбай",
    )
)
