"""Organizations."""

from rest_framework import serializers

from api.filters.columns import CodeFilter
from api.filters.linked import LinkFilter, RegionFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.resources.by_date import DayItself, HoldingRows
from api.resources.children import CitationItem, ExternalIdItem, LinkOfOne, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.dated import DATES, MembershipItem, SharedItem
from api.resources.duplicates import PossibleDuplicateFilter
from api.resources.fields import Link, Linked, Model, PublishedList
from api.resources.findings import FindingOf
from api.resources.gaps import GapOf
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import Citation, Deposit, License, Organization, OrganizationMember, OrganizationParent
from registry.vocabularies import OrganizationKind


class DepositRoleItem(SharedItem, Linked):
    """A deposit that the organization operates or owns."""

    role = serializers.CharField(help_text="Role of the organization.")

    class Meta:
        model = Deposit
        through = "deposit"
        fields = ("slug", "name", "role", "share_pct", *DATES)


class LicenseRoleItem(SharedItem, Linked):
    """A licence that the organization is a party to."""

    role = serializers.CharField(help_text="Role of the organization.")

    class Meta:
        model = License
        through = "license"
        fields = ("slug", "name", "role", "share_pct", *DATES)


class FrameworkRoleItem(serializers.Serializer):  # type: ignore[type-arg]
    """A policy framework that the organization is a party to."""

    slug = serializers.CharField(source="framework.slug", help_text="Identifier of the framework.")
    name = serializers.CharField(source="framework.title", help_text="Its title.")
    role = serializers.CharField(help_text="Role of the organization.")

    class Meta:
        list_serializer_class = PublishedList


class ParentItem(Model):
    """An organization that owns or hosts the organization."""

    parent = Link(help_text="The owner or host.")

    class Meta:
        model = OrganizationParent
        fields = ("parent", "share_pct", *DATES)


class ChildItem(SharedItem, Linked):
    """An organization that the organization owns or hosts."""

    class Meta:
        model = Organization
        through = "organization"
        fields = ("slug", "name", "share_pct", *DATES)


class OrganizationMemberItem(Model):
    """A country or organization that is a member of the organization."""

    member = LinkOfOne("country", "organization", help_text="The member.")

    class Meta:
        model = OrganizationMember
        fields = ("member", *DATES)


class OrganizationSummary(CitedSummary):
    """An organization as a list shows it."""

    country = Link(help_text="Country as stated.")
    parents = ParentItem(many=True, help_text="Organizations that own or host it, with shares and dates.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = Organization
        fields = (
            "slug",
            "uid",
            "name",
            "kind",
            "country",
            "parents",
            "url",
            "description",
            "version",
            "updated_at",
            "disputed",
        )


class OrganizationDetail(Model):
    """What a single organization shows beyond the list."""

    names = NameItem(many=True, help_text="Every name.")
    children = ChildItem(many=True, help_text="Organizations it owns or hosts.")
    members = OrganizationMemberItem(many=True, help_text="Its members, with their dates.")
    organization_memberships = MembershipItem(many=True, help_text="Organizations of which it is a member.")
    deposit_roles = DepositRoleItem(many=True, help_text="Deposits it operates or owns.")
    license_roles = LicenseRoleItem(many=True, help_text="Licences it is a party to.")
    framework_roles = FrameworkRoleItem(many=True, help_text="Policy frameworks it is a party to.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    gap_links = GapOf(many=True, help_text="What was looked for about it and not found.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = Organization
        fields = (
            "names",
            "children",
            "members",
            "organization_memberships",
            "deposit_roles",
            "license_roles",
            "framework_roles",
            "external_ids",
            "finding_links",
            "gap_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class OrganizationOnDate(Model):
    """What held of an organization on a day."""

    date = DayItself(help_text="The day.")
    parents = HoldingRows("parents", "parent", ("parent",), ("share_pct",), help_text="Who owned or hosted it on the day.")
    members = HoldingRows("members", "member", ("country", "organization"), help_text="Its members on the day.")

    class Meta:
        model = Organization
        fields = ("date", "parents", "members")


class OrganizationFilters(CitedFilters):
    """What lists of organizations can be asked for."""

    country = LinkFilter(help="Stated country by its ISO 3166-1 code.", example="KZ")
    region = RegionFilter()
    kind = CodeFilter(OrganizationKind)
    parent = ThroughFilter(OrganizationParent, "organization", "parent", help="Owner or host, by its slug.")
    member = ThroughFilter(
        OrganizationMember, "group", "country", help="Country that is a member, by its ISO code.", example="SE"
    )
    member_of = ThroughFilter(
        OrganizationMember,
        "organization",
        "group",
        where={"organization__isnull": False},
        help="Organization of which it is a member, by its slug.",
    )
    source = ThroughFilter(
        Citation, "organization", "source", where={"organization__isnull": False}, help="Cited source, by its slug."
    )
    disputed = DisputedFilter()
    possible_duplicate = PossibleDuplicateFilter()


register(
    Resource(
        name="organizations",
        kind="organization",
        model=Organization,
        summary=OrganizationSummary,
        on_date=OrganizationOnDate,
        detail=OrganizationDetail,
        filters=OrganizationFilters,
        orders=("id", "name", "independent_sources", "updated_at"),
        example_slug="kazatomprom",
        description="Companies, authorities, institutes and other bodies.",
        example="geological service",
    )
)
