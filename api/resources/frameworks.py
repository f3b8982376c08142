"""Policy frameworks."""

from rest_framework import serializers

from api.filters.areas import AboutRegionFilter, AppliesInFilter
from api.filters.columns import CodeFilter, DateFilter
from api.filters.linked import CommodityFilter, LinkFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.filters.terms import PassedFilter
from api.resources.by_date import DayItself, Passed, StatusOnDay, dated
from api.resources.children import CitationItem, CommodityOf, ExternalIdItem, LinkOfOne, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.duplicates import PossibleDuplicateFilter
from api.resources.fields import Link, Linked, Model, PublishedList
from api.resources.findings import FindingOf
from api.resources.gaps import GapOf
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import (
    Citation,
    FrameworkCommodity,
    FrameworkEvent,
    FrameworkParty,
    FrameworkRegion,
    PolicyFramework,
    Region,
)
from registry.sql import joined, literal
from registry.vocabularies import FrameworkKind, FrameworkStatus, Jurisdiction
from registry.vocabularies.frameworks import OVER, SIGNED


class FrameworkPartyItem(serializers.Serializer):  # type: ignore[type-arg]
    """A country or organization that takes part."""

    party = LinkOfOne("country", "organization", help_text="The party.")
    role = serializers.CharField(help_text="Its role in the framework.")

    class Meta:
        list_serializer_class = PublishedList


class FrameworkApplicationItem(serializers.Serializer):  # type: ignore[type-arg]
    """A country, or an organization with all its members, in which the framework applies."""

    area = LinkOfOne("country", "organization", help_text="The country or organization.")

    class Meta:
        list_serializer_class = PublishedList


class FrameworkRegionItem(Linked):
    """A region that the framework is about."""

    class Meta:
        model = Region
        through = "region"
        fields = ("slug", "name")


class FrameworkSummary(CitedSummary):
    """A policy framework as a list shows it."""

    issuer = Link(help_text="Who issued it.")
    parent = Link(help_text="The framework that it belongs to.")
    supersedes = Link(help_text="The earlier framework that it replaces.")
    parties = FrameworkPartyItem(many=True, help_text="Countries and organizations that take part.")
    applies_to = FrameworkApplicationItem(
        many=True, help_text="Where it applies: countries, and organizations with all their members on a date."
    )
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
            "status_as_stated",
            "status_as_of",
            "announced",
            "adopted",
            "in_force",
            "ended",
            "topics",
            "parties",
            "applies_to",
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

    external_ids = ExternalIdItem(many=True, help_text="Identifiers of the event in other registers.")
    citations = CitationItem(many=True, help_text="The sources of the event.")

    class Meta:
        model = FrameworkEvent
        fields = ("date", "status", "until", "text", "external_ids", "citations")


class FrameworkDetail(Model):
    """What a single policy framework shows beyond the list."""

    names = NameItem(many=True, help_text="Every title.")
    events = FrameworkEventItem(many=True, help_text="The history of its status.")
    children = Link(many=True, help_text="Frameworks that belong to it.")
    superseded_by = Link(many=True, help_text="Later frameworks that replace it.")
    licenses = Link(many=True, help_text="Licences issued under it.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    gap_links = GapOf(many=True, help_text="What was looked for about it and not found.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = PolicyFramework
        fields = (
            "kind_as_stated",
            "names",
            "events",
            "children",
            "superseded_by",
            "licenses",
            "external_ids",
            "finding_links",
            "gap_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


_OVER, _SIGNED = (joined(", ", map(literal, sorted(codes))).text for codes in (OVER, SIGNED))
#: What says which status a framework had, from the weakest to the strongest of one day.
_STATEMENTS = " UNION ALL ".join(
    (
        dated("announced", "'announced'", 1),
        dated("adopted", f"CASE WHEN {{r}}.kind IN ({_SIGNED}) THEN 'signed' ELSE 'adopted' END", 2),
        dated("in_force", "'in_force'", 3),
        "SELECT registry_first_day(e.date), registry_last_day(e.date), e.status, e.until, 4, 'event', e.date"
        " FROM registry_frameworkevent e WHERE e.framework_id = {r}.id AND e.date IS NOT NULL AND e.status IS NOT NULL",
        dated("status_as_of", "{r}.status", 5, where="{r}.status IS NOT NULL"),
        dated("ended", f"CASE WHEN {{r}}.status IN ({_OVER}) THEN {{r}}.status ELSE 'ended' END", 6, shift=1),
    )
)


class FrameworkLive(Model):
    """What of a framework depends on today's date."""

    term_over = Passed("ended", help_text="Whether the stated end of its term has passed.")

    class Meta:
        model = PolicyFramework
        fields = ("term_over",)


class FrameworkOnDate(Model):
    """What held of a framework on a day."""

    date = DayItself(help_text="The day.")
    status = StatusOnDay(_STATEMENTS, help_text="Its status on the day, as dated events and dates tell it.")

    class Meta:
        model = PolicyFramework
        fields = ("date", "status")


class FrameworkFilters(CitedFilters):
    """What lists of policy frameworks can be asked for."""

    country = ThroughFilter(
        FrameworkParty, "framework", "country", help="Country that is a party, by its ISO code.", example="UZ"
    )
    organization = ThroughFilter(FrameworkParty, "framework", "organization", help="Organization that is a party, by its slug.")
    applies_in = AppliesInFilter()
    region = AboutRegionFilter(
        "framework",
        FrameworkRegion,
        FrameworkParty,
        help="Region by its code or M49 number: frameworks about it, or with one of its countries as a party.",
    )
    kind = CodeFilter(FrameworkKind)
    jurisdiction = CodeFilter(Jurisdiction)
    status = CodeFilter(FrameworkStatus)
    commodity = CommodityFilter(FrameworkCommodity, "framework")
    announced = DateFilter()
    adopted = DateFilter()
    in_force = DateFilter()
    ended = DateFilter()
    term_over = PassedFilter("ended", help="Whether the stated end of the term has passed (UTC).")
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
    possible_duplicate = PossibleDuplicateFilter()


register(
    Resource(
        name="policy-frameworks",
        kind="policy_framework",
        model=PolicyFramework,
        summary=FrameworkSummary,
        live=FrameworkLive,
        on_date=FrameworkOnDate,
        detail=FrameworkDetail,
        filters=FrameworkFilters,
        orders=("id", "title", "announced", "adopted", "in_force", "ended", "independent_sources", "updated_at"),
        search=("names", "own", "issuer.names"),
        period=("announced", "ended"),
        example_slug="c5-plus-1",
        description="Laws, programmes, lists, controls, agreements and dialogues of states about minerals; without ratings.",
        example="critical minerals",
    )
)
