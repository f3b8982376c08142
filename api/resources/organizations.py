"""Organizations."""

from rest_framework import serializers

from api.filters.columns import CodeFilter
from api.filters.linked import ExternalIdFilter, LinkFilter, RegionFilter, ThroughFilter
from api.filters.sets import Filters
from api.resources.children import CitationItem, ExternalIdItem, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.fields import Link, Linked, Model, PublishedList
from api.resources.findings import FindingOf
from api.resources.resource import Resource, register
from registry.models import Citation, Deposit, License, Organization
from registry.vocabularies import OrganizationKind


class DepositRoleItem(Linked):
    """A deposit that the organization operates or owns."""

    role = serializers.CharField(help_text="Role of the organization.")

    class Meta:
        model = Deposit
        through = "deposit"
        fields = ("slug", "name", "role")


class LicenseRoleItem(Linked):
    """A licence that the organization is a party to."""

    role = serializers.CharField(help_text="Role of the organization.")

    class Meta:
        model = License
        through = "license"
        fields = ("slug", "name", "role")


class FrameworkRoleItem(serializers.Serializer):  # type: ignore[type-arg]
    """A policy framework that the organization is a party to."""

    slug = serializers.CharField(source="framework.slug", help_text="Identifier of the framework.")
    name = serializers.CharField(source="framework.title", help_text="Its title.")
    role = serializers.CharField(help_text="Role of the organization.")

    class Meta:
        list_serializer_class = PublishedList


class OrganizationSummary(Model):
    """An organization as a list shows it."""

    country = Link(help_text="Country as stated.")
    parent = Link(help_text="Owner or host.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = Organization
        fields = ("slug", "uid", "name", "kind", "country", "parent", "url", "description", "version", "updated_at", "disputed")


class OrganizationDetail(Model):
    """What a single organization shows beyond the list."""

    names = NameItem(many=True, help_text="Every name.")
    children = Link(many=True, help_text="Organizations it owns or hosts.")
    deposit_roles = DepositRoleItem(many=True, help_text="Deposits it operates or owns.")
    license_roles = LicenseRoleItem(many=True, help_text="Licences it is a party to.")
    framework_roles = FrameworkRoleItem(many=True, help_text="Policy frameworks it is a party to.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = Organization
        fields = (
            "names",
            "children",
            "deposit_roles",
            "license_roles",
            "framework_roles",
            "external_ids",
            "finding_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class OrganizationFilters(Filters):
    """What lists of organizations can be asked for."""

    country = LinkFilter(help="Stated country by its ISO 3166-1 code.", example="KZ")
    region = RegionFilter()
    kind = CodeFilter(OrganizationKind)
    parent = LinkFilter(help="Owner or host, by its slug.")
    source = ThroughFilter(
        Citation, "organization", "source", where={"organization__isnull": False}, help="Cited source, by its slug."
    )
    disputed = DisputedFilter()
    external_id = ExternalIdFilter("organization", ("citation", Citation, "organization"))


register(
    Resource(
        name="organizations",
        kind="organization",
        model=Organization,
        summary=OrganizationSummary,
        detail=OrganizationDetail,
        filters=OrganizationFilters,
        orders=("id", "name", "updated_at"),
        example_slug="kazatomprom",
        description="Companies, authorities, institutes and other bodies.",
        example="geological service",
    )
)
