"""Licences."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.filters.across import AcrossFilter, Way
from api.filters.columns import CodeFilter, DateFilter, NumberFilter, TextFilter
from api.filters.linked import CommodityFilter, LinkFilter, RegionFilter, ThroughFilter
from api.filters.support import CitedFilters
from api.filters.terms import EndsWithinFilter, PassedFilter
from api.filters.warnings import WarningFilter
from api.resources.by_date import DayItself, HoldingRows, Passed, StatusOnDay, dated
from api.resources.children import CitationItem, CommodityOf, ExternalIdItem, LinkOfOne, NameItem
from api.resources.concerns import DisagreementLinks, Disputed, DisputedFilter
from api.resources.deposits import DepositFilters
from api.resources.duplicates import PossibleDuplicateFilter
from api.resources.fields import DisputedAreas, Link, LocatedIn, Model, OutlineWarnings, PublishedList, Rendered
from api.resources.findings import FindingOf
from api.resources.gaps import GapOf
from api.resources.resource import Resource, register
from api.resources.support import CitedSummary
from registry.models import (
    Citation,
    DepositCommodity,
    License,
    LicenseCommodity,
    LicenseEvent,
    LicenseParty,
    LicenseSite,
)
from registry.models.doubts import AREA_DIFFERS, OUTSIDE_AND_UNCLAIMED
from registry.sql import joined, literal
from registry.vocabularies import DepositType, LicenseKind, LicenseStatus
from registry.vocabularies.licenses import OVER, RESULTS

_OVER = joined(", ", (literal(status) for status in sorted(OVER))).text
_RESULTS = " ".join(f"WHEN '{kind}' THEN '{status}'" for kind, status in RESULTS.items())
#: What says which status a licence had, from the weakest to the strongest of one day.
_STATEMENTS = " UNION ALL ".join(
    (
        dated("applied", "'applied'", 1),
        dated("granted", "'granted'", 2),
        "SELECT registry_first_day(e.date), registry_last_day(e.date), x.status, NULL, 3, 'event', e.date"
        f" FROM registry_licenseevent e CROSS JOIN LATERAL (SELECT CASE e.kind {_RESULTS} END) x(status)"
        " WHERE e.license_id = {r}.id AND e.date IS NOT NULL AND x.status IS NOT NULL",
        dated("status_as_of", "{r}.status", 4, where="{r}.status <> 'unknown'"),
        "SELECT registry_last_day({r}.expires) + 1, registry_last_day({r}.expires) + 1, 'expired', NULL, 5, 'expires',"
        " {r}.expires WHERE {r}.expires IS NOT NULL AND {r}.ended IS NULL",
        dated("ended", f"CASE WHEN {{r}}.status IN ({_OVER}) THEN {{r}}.status END", 6, shift=1),
    )
)


class LicensePartyItem(Model):
    """Who holds, operates, owns or applied for a licence."""

    organization = Link(help_text="The organization; null for a private holder.")

    class Meta:
        model = LicenseParty
        fields = ("organization", "private_holder", "role", "share_pct", "start", "end", "as_of")


class SiteItem(serializers.Serializer):  # type: ignore[type-arg]
    """A deposit or prospecting object that a source links to the licence."""

    site = LinkOfOne("deposit", "prospecting_object", help_text="The site.")

    class Meta:
        list_serializer_class = PublishedList


class LicenseSummary(CitedSummary):
    """A licence as a list shows it."""

    country = Link(help_text="Country as stated.")
    authority = Link(help_text="Who issued it.")
    legal_basis = Link(help_text="The law it was issued under.")
    parties = LicensePartyItem(many=True, help_text="Its holders, operators, owners and applicants.")
    commodities = CommodityOf(many=True, help_text="The deposit or prospecting object.")
    sites = SiteItem(many=True, help_text="Deposits and prospecting objects that a source links to it.")
    computed_area_km2 = serializers.FloatField(
        allow_null=True, help_text="Area of the outline in square kilometres, on the ellipsoid; null without one."
    )
    warnings = OutlineWarnings(help_text="Doubts about the record.")
    disputed = Disputed(help_text="Whether sources disagree about it.")

    class Meta:
        model = License
        fields = (
            "slug",
            "uid",
            "name",
            "number",
            "count",
            "description",
            "country",
            "kind",
            "status",
            "status_as_stated",
            "status_as_of",
            "applied",
            "granted",
            "expires",
            "ended",
            "declared_area_km2",
            "computed_area_km2",
            "block_codes",
            "authority",
            "legal_basis",
            "parties",
            "commodities",
            "sites",
            "warnings",
            "version",
            "updated_at",
            "disputed",
        )


class LicenseLive(Model):
    """What of a licence depends on today's date."""

    expired_by_date = Passed("expires", help_text="Whether the stated expiry date has passed.")

    class Meta:
        model = License
        fields = ("expired_by_date",)


class LicenseEventItem(Model):
    """Something that happened to the licence."""

    external_ids = ExternalIdItem(many=True, help_text="Identifiers of the event in other registers.")
    citations = CitationItem(many=True, help_text="The sources of the event.")

    class Meta:
        model = LicenseEvent
        fields = ("date", "kind", "text", "external_ids", "citations")


@extend_schema_field(
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["slug", "name"],
            "properties": {"slug": {"type": "string"}, "name": {"type": "string"}},
        },
    }
)
class DepositsInside(Rendered):
    """Deposits whose geometry meets the outline: derived from geometry, not stated by a source. At most 100."""

    def sql(self, alias: str, model: Any) -> str:
        """Ask the spatial index."""
        return (
            "COALESCE((SELECT json_agg(row_to_json(o)) FROM (SELECT d.slug, d.name FROM registry_deposit d"
            f" WHERE d.record_status = 'published' AND ST_Intersects(d.geometry, {alias}.area)"
            " ORDER BY d.id LIMIT 100) o), '[]'::json)"
        )

    def to_representation(self, record: Any) -> Any:
        """Ask the same by the ORM."""
        from registry.models import Deposit

        if record.area is None:
            return []
        inside = Deposit.objects.published().filter(geometry__intersects=record.area).order_by("id")[:100]
        return [{"slug": d.slug, "name": d.name} for d in inside]


class LicenseDetail(Model):
    """What a single licence shows beyond the list."""

    located_in = LocatedIn(help_text="Countries whose shape contains the outline.")
    disputed_areas = DisputedAreas(help_text="Disputed areas in which the geometry lies, and who claims them.")
    names = NameItem(many=True, help_text="Every name.")
    events = LicenseEventItem(many=True, help_text="Its events.")
    deposits_inside = DepositsInside(help_text="Deposits whose geometry intersects its outline; computed.")
    external_ids = ExternalIdItem(many=True, help_text="Identifiers in other registers.")
    finding_links = FindingOf(many=True, help_text="Statements about it.")
    gap_links = GapOf(many=True, help_text="What was looked for about it and not found.")
    disagreement_links = DisagreementLinks(help_text="Disagreements between sources about it.")
    citations = CitationItem(many=True, help_text="The source of each fact.")

    class Meta:
        model = License
        fields = (
            "kind_as_stated",
            "located_in",
            "disputed_areas",
            "names",
            "events",
            "deposits_inside",
            "external_ids",
            "finding_links",
            "gap_links",
            "disagreement_links",
            "citations",
            "created_at",
            "published_at",
        )


class LicenseOnDate(Model):
    """What held of a licence on a day."""

    date = DayItself(help_text="The day.")
    status = StatusOnDay(_STATEMENTS, help_text="Its status on the day, as dated events and dates tell it.")
    parties = HoldingRows(
        "parties", "organization", ("organization",), ("role", "share_pct"), help_text="Who held which right on the day."
    )

    class Meta:
        model = License
        fields = ("date", "status", "parties")


def _party(text: str, **where: Any) -> ThroughFilter:
    return ThroughFilter(LicenseParty, "license", "organization", where=where, help=text)


_DEPOSITS = Way("deposit", LicenseSite, "license")


class LicenseFilters(CitedFilters):
    """What lists of licences can be asked for."""

    country = LinkFilter(help="Stated country by its ISO 3166-1 code.", example="KZ")
    region = RegionFilter()
    number = TextFilter()
    counted = NumberFilter("count", help="Number of licences that the record represents.")
    kind = CodeFilter(LicenseKind)
    status = CodeFilter(LicenseStatus)
    commodity = CommodityFilter(LicenseCommodity, "license")
    applied = DateFilter()
    granted = DateFilter(counted=True)
    expires = DateFilter(counted=True)
    ended = DateFilter()
    expired_by_date = PassedFilter("expires", help="Whether the stated expiry date has passed (UTC).")
    expires_within = EndsWithinFilter("expires", help="Expires within this many months from today.", example=24)
    declared_area_km2 = NumberFilter()
    computed_area_km2 = NumberFilter()
    authority = LinkFilter(help="Who issued it, by its slug.")
    legal_basis = LinkFilter(help="The law it was issued under, by its slug.")
    holder = _party("Holder, by its slug.", role="holder")
    organization = _party("Organization in any role, by its slug.")
    deposit = ThroughFilter(LicenseSite, "license", "deposit", help="Deposit that a source links to it, by its slug.")
    deposit__country = AcrossFilter("country", LinkFilter(help="Stated country by its ISO code."), _DEPOSITS, example="KZ")
    deposit__deposit_type = AcrossFilter("deposit_type", CodeFilter(DepositType), _DEPOSITS)
    deposit__commodity = AcrossFilter("commodity", CommodityFilter(DepositCommodity, "deposit"), _DEPOSITS, example="REE")
    deposit__has_estimate = AcrossFilter("has_estimate", DepositFilters.declared["has_estimate"], _DEPOSITS)
    warning = WarningFilter(
        {"outside_stated_country": OUTSIDE_AND_UNCLAIMED, "area_differs": AREA_DIFFERS},
        {"outside_stated_country": ("country", "area"), "area_differs": ("declared_area_km2", "area")},
        help="Warning: the outline is not in the stated country, or its area differs by over a tenth from the declared one.",
    )
    prospecting_object = ThroughFilter(
        LicenseSite, "license", "prospecting_object", help="Prospecting object that a source links to it, by its slug."
    )
    source = ThroughFilter(Citation, "license", "source", where={"license__isnull": False}, help="Cited source, by its slug.")
    disputed = DisputedFilter()
    possible_duplicate = PossibleDuplicateFilter()


register(
    Resource(
        name="licenses",
        kind="license",
        model=License,
        summary=LicenseSummary,
        live=LicenseLive,
        on_date=LicenseOnDate,
        detail=LicenseDetail,
        filters=LicenseFilters,
        orders=(
            "id",
            "name",
            "applied",
            "granted",
            "expires",
            "ended",
            "declared_area_km2",
            "computed_area_km2",
            "independent_sources",
            "updated_at",
        ),
        geometry="area",
        search=("names", "own", "parties.organization.names"),
        period=("granted", "expires"),
        coloured_by="status",
        example_slug="kutessay-ii-mining-licence",
        description="Licences, concessions, claims and contracts, with parties and events; an application is not a grant.",
        example="Kutessay",
    )
)
