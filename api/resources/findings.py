"""Findings: statements by somebody about something."""

from rest_framework import serializers

from api.filters.across import AcrossFilter, Way
from api.filters.areas import AboutRegionFilter
from api.filters.columns import CodeFilter, DateFilter, NumberFilter, PhraseFilter
from api.filters.linked import CommodityFilter, LinkFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.resources.children import CitationItem, ExternalIdItem, SourceLink
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.fields import Link, Linked, Model, PublishedList
from api.resources.resource import Resource, register
from api.resources.subjects import SubjectItem
from api.resources.support import CitedSummary
from registry.models import Finding, FindingLink, FindingSubject
from registry.vocabularies import Confidence, DepositType, Modality, Topic


class FindingOf(Linked):
    """A finding as a record that it is about shows it."""

    source = SourceLink(source="finding.source", help_text="The source of the statement.")  # type: ignore[assignment]

    class Meta:
        model = Finding
        through = "finding"
        fields = ("slug", "text", "topic", "speaker", "as_of", "source")


class FindingSummary(CitedSummary):
    """A finding as a list shows it."""

    source = SourceLink(help_text="The source of the statement.")  # type: ignore[assignment]
    speaker_organization = Link(help_text="The organization that speaks.")
    speaker_source = Link(help_text="The publication that the source speaks for.")
    subjects = SubjectItem(many=True, help_text="Its subjects.")
    disputed = Disputed(help_text="Whether sources disagree about it.")
    # Django does not say of a generated column that it can be null.
    tonnes = serializers.FloatField(
        read_only=True,
        allow_null=True,
        help_text="The value in tonnes, to compare and sort by; null if its unit is no unit of mass.",
    )

    class Meta:
        model = Finding
        fields = (
            "slug",
            "uid",
            "text",
            "topic",
            "measure",
            "value_low",
            "value",
            "value_high",
            "unit",
            "tonnes",
            "comparator",
            "rank",
            "as_of",
            "modality",
            "speaker",
            "speaker_organization",
            "speaker_source",
            "source",
            "locator",
            "confidence",
            "subjects",
            "version",
            "updated_at",
            "disputed",
        )


class FindingLinkItem(serializers.ModelSerializer):  # type: ignore[type-arg]
    """How the finding stands to another."""

    other = Link(help_text="The other finding.")

    class Meta:
        model = FindingLink
        fields = ("kind", "other")
        list_serializer_class = PublishedList


class FindingDetail(Model):
    """What a single finding shows beyond the list."""

    links = FindingLinkItem(many=True, help_text="Findings it contradicts or updates.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="Other sources that state it.")

    class Meta:
        model = Finding
        fields = ("note", "links", "external_ids", "disagreement_links", "citations", "created_at", "published_at")


class FindingFilters(CitedFilters):
    """What lists of findings can be asked for."""

    topic = CodeFilter(Topic, example="refining")
    modality = CodeFilter(Modality)
    confidence = CodeFilter(Confidence)
    country = ThroughFilter(FindingSubject, "finding", "country", help="Country it is about, by its ISO code.", example="CN")
    region = AboutRegionFilter(
        "finding",
        FindingSubject,
        FindingSubject,
        help="Region by its code or M49 number: findings about it, or about one of its countries.",
    )
    commodity = CommodityFilter(FindingSubject, "finding")
    deposit = ThroughFilter(FindingSubject, "finding", "deposit", help="Deposit it is about, by its slug.")
    deposit__country = AcrossFilter(
        "country",
        LinkFilter(help="Stated country by its ISO 3166-1 code."),
        Way("deposit", FindingSubject, "finding"),
        example="KG",
    )
    deposit__deposit_type = AcrossFilter(
        "deposit_type", CodeFilter(DepositType), Way("deposit", FindingSubject, "finding"), example="carbonatite"
    )
    prospecting_object = ThroughFilter(
        FindingSubject, "finding", "prospecting_object", help="Prospecting object it is about, by its slug."
    )
    license = ThroughFilter(FindingSubject, "finding", "license", help="Licence it is about, by its slug.")
    policy_framework = ThroughFilter(
        FindingSubject, "finding", "policy_framework", help="Policy framework it is about, by its slug."
    )
    organization = ThroughFilter(FindingSubject, "finding", "organization", help="Organization it is about, by its slug.")
    speaker = PhraseFilter(example="the White House")
    speaker_organization = LinkFilter(help="The organization that speaks, by its slug.")
    source = LinkFilter(help="Where it is stated, by the source's slug.")
    # `as_of` asks for the past of the registry.
    holds_for = DateFilter("as_of", help="Date the statement holds for (its field `as_of`).")
    value = NumberFilter()
    tonnes = NumberFilter()
    disputed = DisputedFilter()


register(
    Resource(
        name="findings",
        kind="finding",
        model=Finding,
        summary=FindingSummary,
        detail=FindingDetail,
        filters=FindingFilters,
        orders=("id", "as_of", "value", "tonnes", "independent_sources", "updated_at"),
        search=("own", "speaker_organization.names"),
        period=("as_of", "as_of"),
        example_slug="nolans-bore-23-years",
        description="Statements, each with its speaker, its source and its subjects; never added up.",
        example="refining",
    )
)
