"""Disputed areas."""

from api.filters.columns import TextFilter
from api.filters.linked import ThroughFilter
from api.filters.support import CitedFilters
from api.resources.children import CitationItem, ExternalIdItem, NameItem
from api.resources.fields import Link, Model
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import DisputedArea, DisputedAreaParty


class DisputedAreaPartyItem(Model):
    """A party that claims or administers the area."""

    country = Link(help_text="The country; null if the party is none of this registry.")

    class Meta:
        model = DisputedAreaParty
        fields = ("role", "country", "name")


class DisputedAreaSummary(CitedSummary):
    """A disputed area as a list shows it."""

    parties = DisputedAreaPartyItem(many=True, help_text="Who claims it, and who administers it.")

    class Meta:
        model = DisputedArea
        fields = ("slug", "uid", "name", "parties", "boundary_source", "boundary_date", "version", "updated_at")


class DisputedAreaDetail(Model):
    """What a single disputed area shows beyond the list."""

    names = NameItem(many=True, help_text="Its names.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = DisputedArea
        fields = ("note", "names", "external_ids", "citations", "created_at", "published_at")


class DisputedAreaFilters(CitedFilters):
    """What lists of disputed areas can be asked for."""

    name = TextFilter()
    country = ThroughFilter(DisputedAreaParty, "area", "country", help="A country that claims or administers it.", example="UA")


register(
    Resource(
        name="disputed-areas",
        kind="disputed_area",
        model=DisputedArea,
        summary=DisputedAreaSummary,
        detail=DisputedAreaDetail,
        filters=DisputedAreaFilters,
        orders=("id", "name", "independent_sources", "updated_at"),
        geometry="boundary",
        geometry_in_lists=False,
        example_slug="crimea",
        description="Areas that several parties claim, with their shape. In the view `worldview=un` they belong to no country.",
        example="crimea",
    )
)
