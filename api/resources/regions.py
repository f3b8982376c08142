"""Regions."""

from api.filters.columns import CodeFilter, TextFilter
from api.filters.linked import LinkFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.resources.children import CitationItem, ExternalIdItem, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.fields import Link, Linked, Model
from api.resources.findings import FindingOf
from api.resources.gaps import GapOf
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import Country, Region, RegionMember
from registry.vocabularies import RegionScheme


class RegionCountryItem(Linked):
    """A member country."""

    class Meta:
        model = Country
        through = "country"
        fields = ("slug", "name")


class RegionSummary(CitedSummary):
    """A region as a list shows it."""

    parent = Link(help_text="The wider region.")
    memberships = RegionCountryItem(many=True, help_text="Its member countries.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = Region
        fields = ("slug", "uid", "name", "scheme", "m49", "parent", "memberships", "version", "updated_at", "disputed")


class RegionDetail(Model):
    """What a single region shows beyond the list."""

    names = NameItem(many=True, help_text="Its names.")
    children = Link(many=True, help_text="Regions inside it.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    gap_links = GapOf(many=True, help_text="What was looked for about it and not found.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = Region
        fields = (
            "names",
            "children",
            "external_ids",
            "finding_links",
            "gap_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class RegionFilters(CitedFilters):
    """What lists of regions can be asked for."""

    scheme = CodeFilter(RegionScheme)
    m49 = TextFilter()
    parent = LinkFilter(help="The wider region, by its code.")
    country = ThroughFilter(RegionMember, "region", "country", help="Member country by its ISO code.", example="KZ")
    disputed = DisputedFilter()


register(
    Resource(
        name="regions",
        kind="region",
        model=Region,
        summary=RegionSummary,
        detail=RegionDetail,
        filters=RegionFilters,
        orders=("id", "name", "independent_sources", "updated_at"),
        geometry="boundary",
        geometry_in_lists=False,
        example_slug="central-asia",
        description="UN M49 regions and custom ones such as C5+1, each with its member countries.",
        example="central asia",
    )
)
