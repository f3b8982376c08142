"""Commodities."""

from rest_framework import serializers

from api.filters.columns import CodeFilter, FlagFilter, NumberFilter
from api.filters.linked import LinkFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.resources.children import CitationItem, ExternalIdItem, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.fields import Link, Linked, Model, PublishedList
from api.resources.findings import FindingOf
from api.resources.gaps import GapOf
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import Commodity, CommodityMember
from registry.vocabularies import CommodityKind


class GroupItem(Linked):
    """A group that the commodity belongs to."""

    class Meta:
        model = Commodity
        through = "group"
        fields = ("slug", "name")


class MemberOfGroupItem(Linked):
    """A member of the group."""

    class Meta:
        model = Commodity
        through = "member"
        fields = ("slug", "name")


class SchemeClassItem(serializers.Serializer):  # type: ignore[type-arg]
    """How a scheme classes the element."""

    scheme = serializers.CharField(source="scheme.slug", help_text="The scheme, e.g. usgs, cgi, eu-crm (`ree-schemes/`).")
    scheme_name = serializers.CharField(source="scheme.name", help_text="Its name.")
    ree_class = serializers.CharField(help_text="Light, middle, heavy or neither.")

    class Meta:
        list_serializer_class = PublishedList


class CommoditySummary(CitedSummary):
    """A commodity as a list shows it."""

    element = Link(help_text="For an oxide, its element.")
    groups = GroupItem(many=True, help_text="Groups that it belongs to.")
    members = MemberOfGroupItem(many=True, help_text="For a group, its members.")
    scheme_classes = SchemeClassItem(many=True, help_text="Light or heavy, by scheme: authorities disagree.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = Commodity
        fields = (
            "slug",
            "uid",
            "name",
            "kind",
            "atomic_number",
            "ree",
            "element",
            "oxide_factor",
            "groups",
            "members",
            "scheme_classes",
            "cgi_uri",
            "inspire_uri",
            "version",
            "updated_at",
            "disputed",
        )


class CommodityDetail(Model):
    """What a single commodity shows beyond the list."""

    names = NameItem(many=True, help_text="Its names.")
    oxides = Link(many=True, help_text="For an element, its oxides.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    gap_links = GapOf(many=True, help_text="What was looked for about it and not found.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = Commodity
        fields = (
            "names",
            "oxides",
            "external_ids",
            "finding_links",
            "gap_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class CommodityFilters(CitedFilters):
    """What lists of commodities can be asked for."""

    kind = CodeFilter(CommodityKind)
    ree = FlagFilter()
    atomic_number = NumberFilter()
    element = LinkFilter(help="For an oxide, its element, by its symbol.")
    group = ThroughFilter(CommodityMember, "member", "group", help="Group it belongs to, by its symbol.", example="LREE")
    disputed = DisputedFilter()


register(
    Resource(
        name="commodities",
        kind="commodity",
        model=Commodity,
        summary=CommoditySummary,
        detail=CommodityDetail,
        filters=CommodityFilters,
        orders=("id", "name", "atomic_number", "independent_sources", "updated_at"),
        example_slug="Nd",
        description="Elements, oxides, groups and minerals, with oxide factors and the schemes of light and heavy.",
        example="neodymium",
    )
)
