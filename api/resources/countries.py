"""Countries."""

from api.filters.columns import TextFilter
from api.filters.linked import ExternalIdFilter, RegionFilter
from api.filters.sets import Filters
from api.resources.children import CitationItem, ExternalIdItem, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.fields import Linked, Model
from api.resources.findings import FindingOf
from api.resources.resource import Resource, register
from registry.models import Country, Region


class CountryRegionItem(Linked):
    """A region that the country is a member of."""

    class Meta:
        model = Region
        through = "region"
        fields = ("slug", "name")


class CountrySummary(Model):
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
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = Country
        fields = (
            "names",
            "external_ids",
            "finding_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class CountryFilters(Filters):
    """What lists of countries can be asked for."""

    iso3 = TextFilter()
    m49 = TextFilter()
    region = RegionFilter("id")
    disputed = DisputedFilter()
    external_id = ExternalIdFilter("country")


register(
    Resource(
        name="countries",
        kind="country",
        model=Country,
        summary=CountrySummary,
        detail=CountryDetail,
        filters=CountryFilters,
        orders=("id", "name", "iso3", "updated_at"),
        geometry="boundary",
        example_slug="KZ",
        description="Countries and territories of ISO 3166-1, with names by language and the boundaries that"
        " this registry uses.",
        example="Қазақстан",
    )
)
