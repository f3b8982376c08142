"""Countries."""

from api.filters.columns import TextFilter
from api.filters.linked import RegionFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.resources.by_date import DayItself, HoldingRows
from api.resources.children import CitationItem, ExternalIdItem, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.dated import MembershipItem
from api.resources.fields import Linked, Model
from api.resources.findings import FindingOf
from api.resources.gaps import GapOf
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import Country, OrganizationMember, Region


class CountryRegionItem(Linked):
    """A region that the country is a member of."""

    class Meta:
        model = Region
        through = "region"
        fields = ("slug", "name")


class CountrySummary(CitedSummary):
    """A country as a list shows it."""

    memberships = CountryRegionItem(many=True, help_text="Regions that it is a member of.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = Country
        fields = (
            "slug",
            "uid",
            "name",
            "iso3",
            "m49",
            "memberships",
            "boundary_source",
            "boundary_date",
            "version",
            "updated_at",
            "disputed",
        )


class CountryDetail(Model):
    """What a single country shows beyond the list."""

    names = NameItem(many=True, help_text="Its names by language.")
    organization_memberships = MembershipItem(many=True, help_text="Organizations of which it is a member, with dates.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    gap_links = GapOf(many=True, help_text="What was looked for about it and not found.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = Country
        fields = (
            "names",
            "organization_memberships",
            "external_ids",
            "finding_links",
            "gap_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class CountryOnDate(Model):
    """What held of a country on a day."""

    date = DayItself(help_text="The day.")
    organization_memberships = HoldingRows(
        "organization_memberships", "organization", ("group",), help_text="Organizations of which it was a member on the day."
    )

    class Meta:
        model = Country
        fields = ("date", "organization_memberships")


class CountryFilters(CitedFilters):
    """What lists of countries can be asked for."""

    iso3 = TextFilter()
    m49 = TextFilter()
    region = RegionFilter("id")
    member_of = ThroughFilter(
        OrganizationMember,
        "country",
        "group",
        where={"country__isnull": False},
        help="Organization of which it is a member, by its slug.",
        example="european-union",
    )
    disputed = DisputedFilter()


register(
    Resource(
        name="countries",
        kind="country",
        model=Country,
        summary=CountrySummary,
        on_date=CountryOnDate,
        detail=CountryDetail,
        filters=CountryFilters,
        orders=("id", "name", "iso3", "independent_sources", "updated_at"),
        geometry="boundary",
        geometry_in_lists=False,
        example_slug="KZ",
        description="Countries and territories of ISO 3166-1, with names by language and the boundaries that"
        " this registry uses.",
        example="Қазақстан",
    )
)
