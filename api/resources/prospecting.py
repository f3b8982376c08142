"""Prospecting objects."""

from api.filters.across import CoveredByFilter, HasFilter, Way
from api.filters.columns import CodeFilter, DateFilter, NumberFilter, WordsFilter
from api.filters.linked import CommodityFilter, LinkFilter, RegionFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.filters.warnings import WarningFilter
from api.resources.children import CitationItem, CommodityWithRole, ExternalIdItem, NameItem
from api.resources.coded import code_family_filter
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.deposits import LicenseLinkItem
from api.resources.duplicates import PossibleDuplicateFilter
from api.resources.estimates import EstimateItem
from api.resources.fields import Coordinate, DisputedAreas, Link, LocatedIn, Model, Warnings
from api.resources.findings import FindingOf
from api.resources.gaps import GapOf
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import Citation, ProspectingCommodity, ProspectingObject, ResourceEstimate
from registry.models.doubts import OUTSIDE_AND_UNCLAIMED
from registry.vocabularies import Funding, LocationKind, ProspectingStage


class ProspectingObjectSummary(CitedSummary):
    """A prospecting object as a list shows it."""

    country = Link(help_text="Country as stated by the sources.")
    commodities = CommodityWithRole(many=True, help_text="The commodities searched for or found.")
    operator = Link(help_text="The contractor.")
    client = Link(help_text="The client of the work.")
    member_of = Link(help_text="The counted group it belongs to.")
    became_deposit = Link(help_text="The deposit that the work led to.")
    longitude = Coordinate("x", help_text="Degrees of WGS 84; null if no source gives a point.")
    latitude = Coordinate("y", help_text="Degrees of WGS 84; null if no source gives a point.")
    warnings = Warnings(help_text="Doubts about the record.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = ProspectingObject
        fields = (
            "slug",
            "uid",
            "name",
            "count",
            "description",
            "country",
            "admin_area",
            "location_words",
            "stage",
            "result",
            "funding",
            "commodities",
            "operator",
            "client",
            "start",
            "end",
            "declared_area_km2",
            "member_of",
            "became_deposit",
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


class ProspectingObjectDetail(Model):
    """What a single prospecting object shows beyond the list."""

    located_in = LocatedIn(help_text="Countries whose shape contains the geometry.")
    disputed_areas = DisputedAreas(help_text="Disputed areas in which the geometry lies, and who claims them.")
    names = NameItem(many=True, help_text="Every name.")
    members = Link(many=True, help_text="Named objects that a source counts in this group.")
    estimates = EstimateItem(many=True, help_text="Quantities that the work is said to have found, each as stated.")
    license_links = LicenseLinkItem(many=True, help_text="Licences that a source links to it.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    gap_links = GapOf(many=True, help_text="What was looked for about it and not found.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = ProspectingObject
        fields = (
            "coordinates_as_printed",
            "source_srid",
            "located_in",
            "disputed_areas",
            "names",
            "members",
            "estimates",
            "license_links",
            "external_ids",
            "finding_links",
            "gap_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class ProspectingObjectFilters(CitedFilters):
    """What lists of prospecting objects can be asked for."""

    country = LinkFilter(help="Stated country by its ISO 3166-1 code.", example="KZ")
    region = RegionFilter()
    admin_area = WordsFilter()
    counted = NumberFilter("count", help="Number of objects that the record represents.")
    stage = CodeFilter(ProspectingStage)
    funding = CodeFilter(Funding)
    commodity = CommodityFilter(ProspectingCommodity, "prospecting_object")
    start = DateFilter(counted=True)
    end = DateFilter()
    location_kind = CodeFilter(LocationKind)
    location_uncertainty_m = NumberFilter()
    operator = LinkFilter(help="Who does the work, by its slug.")
    client = LinkFilter(help="The client of the work, by its slug.")
    member_of = LinkFilter(help="The counted group it belongs to, by its slug.")
    has_estimate = HasFilter(
        Way(rows=ResourceEstimate, back="prospecting_object"), help="Whether the registry holds an estimate of it."
    )
    covered_by = CoveredByFilter("prospecting_object")
    warning = WarningFilter(
        {"outside_stated_country": OUTSIDE_AND_UNCLAIMED},
        {"outside_stated_country": ("country", "geometry")},
        help="Warning about the record.",
    )
    became_deposit = LinkFilter(help="The deposit that the work led to, by its slug.")
    source = ThroughFilter(
        Citation,
        "prospecting_object",
        "source",
        where={"prospecting_object__isnull": False},
        help="Cited source, by its slug.",
    )
    code_family = code_family_filter("prospecting_object")
    disputed = DisputedFilter()
    possible_duplicate = PossibleDuplicateFilter()


register(
    Resource(
        name="prospecting-objects",
        kind="prospecting_object",
        model=ProspectingObject,
        summary=ProspectingObjectSummary,
        detail=ProspectingObjectDetail,
        filters=ProspectingObjectFilters,
        orders=("id", "name", "start", "end", "independent_sources", "updated_at"),
        geometry="geometry",
        search=("names", "own", "operator.names", "client.names"),
        period=("start", "end"),
        coloured_by="stage",
        example_slug="kazakhstan-12-objects",
        description="Objects of prospecting works: named ones, and groups that a source counts without naming (`count`).",
        example="Kuirektykol",
    )
)
