"""Policy frameworks."""

from collections.abc import Iterator

from django.db import models
from rest_framework import serializers

from api.database.bound import Bound
from api.filters import lookups
from api.filters.clauses import Clause, Parameter
from api.filters.columns import CodeFilter, DateFilter, Filter
from api.filters.linked import CommodityFilter, ExternalIdFilter, LinkFilter, ThroughFilter
from api.filters.parameters import several
from api.filters.sets import Filters
from api.resources.children import CitationItem, CommodityOf, ExternalIdItem, LinkOfOne, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.fields import Link, Linked, Model, PublishedList
from api.resources.findings import FindingOf
from api.resources.resource import Resource, register
from registry.models import (
    Citation,
    FrameworkCommodity,
    FrameworkEvent,
    FrameworkParty,
    FrameworkRegion,
    PolicyFramework,
    Region,
)
from registry.vocabularies import FrameworkKind, FrameworkStatus, Jurisdiction


class FrameworkPartyItem(serializers.Serializer):  # type: ignore[type-arg]
    """A country or organization that takes part."""

    party = LinkOfOne("country", "organization", help_text="The party.")
    role = serializers.CharField(help_text="Its role in the framework.")

    class Meta:
        list_serializer_class = PublishedList


class FrameworkRegionItem(Linked):
    """A region that the framework is about."""

    class Meta:
        model = Region
        through = "region"
        fields = ("slug", "name")


class FrameworkSummary(Model):
    """A policy framework as a list shows it."""

    issuer = Link(help_text="Who issued it.")
    parent = Link(help_text="The framework that it belongs to.")
    supersedes = Link(help_text="The earlier framework that it replaces.")
    parties = FrameworkPartyItem(many=True, help_text="Countries and organizations that take part.")
    regions = FrameworkRegionItem(many=True, help_text="Regions it is about.")
    commodities = CommodityOf(many=True, help_text="Commodities it applies to.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = PolicyFramework
        fields = (
            "slug",
            "uid",
            "title",
            "kind",
            "jurisdiction",
            "issuer",
            "status",
            "announced",
            "adopted",
            "in_force",
            "ended",
            "topics",
            "parties",
            "regions",
            "commodities",
            "license_kinds",
            "parent",
            "supersedes",
            "url",
            "summary",
            "version",
            "updated_at",
            "disputed",
        )


class FrameworkEventItem(Model):
    """A step in the life of the framework."""

    class Meta:
        model = FrameworkEvent
        fields = ("date", "status", "text")


class FrameworkDetail(Model):
    """What a single policy framework shows beyond the list."""

    names = NameItem(many=True, help_text="Every title.")
    events = FrameworkEventItem(many=True, help_text="The history of its status.")
    children = Link(many=True, help_text="Frameworks that belong to it.")
    superseded_by = Link(many=True, help_text="Later frameworks that replace it.")
    licenses = Link(many=True, help_text="Licences issued under it.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = PolicyFramework
        fields = (
            "kind_as_stated",
            "status_as_stated",
            "names",
            "events",
            "children",
            "superseded_by",
            "licenses",
            "external_ids",
            "finding_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class AppliesToRegionFilter(Filter):
    """Frameworks about a region, or with a party that is a member of it."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""

        def clause(given: str) -> Clause:
            codes = several(name, given)
            regions = sorted({lookups.id_of(Region, name, one) for one in codes})
            countries = sorted({c for one in codes for c in lookups.countries_of_region(name, one)})
            about = FrameworkRegion.objects.filter(region_id__any_of=Bound("region", "bigint[]"))
            parties = FrameworkParty.objects.filter(country_id__any_of=Bound("region.members", "bigint[]"))
            either = about.order_by().values("framework_id").union(parties.order_by().values("framework_id"))
            values = {"region": regions, "region.members": countries}
            return Clause(name, lambda rows: rows.filter(id__in=either), values)

        text = "Region by its code or M49 number: frameworks about it, or with one of its countries as a party."
        yield Parameter(name, clause, text, {"type": "array", "items": {"type": "string"}}, "central-asia")


class FrameworkFilters(Filters):
    """What lists of policy frameworks can be asked for."""

    country = ThroughFilter(
        FrameworkParty, "framework", "country", help="Country that is a party, by its ISO code.", example="UZ"
    )
    organization = ThroughFilter(FrameworkParty, "framework", "organization", help="Organization that is a party, by its slug.")
    region = AppliesToRegionFilter()
    kind = CodeFilter(FrameworkKind)
    jurisdiction = CodeFilter(Jurisdiction)
    status = CodeFilter(FrameworkStatus)
    commodity = CommodityFilter(FrameworkCommodity, "framework")
    announced = DateFilter()
    adopted = DateFilter()
    in_force = DateFilter()
    ended = DateFilter()
    issuer = LinkFilter(help="Who issued it, by its slug.")
    parent = LinkFilter(help="The framework that it belongs to, by its slug.")
    source = ThroughFilter(
        Citation,
        "policy_framework",
        "source",
        where={"policy_framework__isnull": False},
        help="Cited source, by its slug.",
    )
    disputed = DisputedFilter()
    external_id = ExternalIdFilter("policy_framework", ("citation", Citation, "policy_framework"))


register(
    Resource(
        name="policy-frameworks",
        kind="policy_framework",
        model=PolicyFramework,
        summary=FrameworkSummary,
        detail=FrameworkDetail,
        filters=FrameworkFilters,
        orders=("id", "title", "announced", "adopted", "in_force", "ended", "updated_at"),
        search=("names", "own", "issuer.names"),
        period=("announced", "ended"),
        example_slug="c5-plus-1",
        description="Laws, programmes, lists, controls, agreements and dialogues of states about minerals; without ratings.",
        example="critical minerals",
    )
)
