"""What is missing from a record, and what is odd about it: one list per kind, asked of the database as conditions."""

from dataclasses import dataclass
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Abs, Cast, Now
from django.db.models.lookups import GreaterThan, LessThan

from curation.conditions import Condition, LastDay, empty, none, null, outside, some, there_is
from registry.models import (
    Citation,
    Commodity,
    CommodityMember,
    Country,
    Deposit,
    DepositCommodity,
    Disagreement,
    DisagreementMember,
    Finding,
    FindingSubject,
    FrameworkParty,
    Grade,
    License,
    LicenseCommodity,
    LicenseParty,
    Name,
    Organization,
    PolicyFramework,
    ProspectingCommodity,
    ProspectingObject,
    Region,
    RegionMember,
    ResourceEstimate,
    Source,
)
from registry.vocabularies import LocationKind, RecordStatus


@dataclass(frozen=True)
class Check:
    """One condition on a record: a gap, or a warning."""

    name: str
    #: What a complete record has, or in a word what the warning is.
    title: str
    #: What to tell the curator where the condition holds.
    says: str
    holds: Condition
    is_warning: bool = False


def gap(name: str, title: str, says: str, holds: Condition) -> Check:
    """Declare something that a complete record would have."""
    return Check(name, title, says, holds)


def warning(name: str, title: str, says: str, holds: Condition) -> Check:
    """Declare something that a curator should look at."""
    return Check(name, title, says, holds, is_warning=True)


def _sourced(column: str) -> tuple[Check, ...]:
    """Give the checks on citations that every kind of record shares."""
    return (
        gap("no_citation", "A source", "No citation says where this is known from.", none(Citation, column)),
        warning(
            "unpublished_source",
            "Unpublished source",
            "A source it cites is not published, so readers do not see that citation.",
            lambda: (
                Q(record_status=RecordStatus.PUBLISHED)
                & Q(Exists(Citation.objects.filter(~Q(source__record_status="published"), **{column: OuterRef("pk")})))
            ),
        ),
        warning(
            "contradicted",
            "Contradicted",
            "A source contradicts it; see its citations.",
            some(Citation, column, relation="contradicts"),
        ),
    )


def _named(column: str) -> tuple[Check, ...]:
    return (
        warning(
            "name_without_language",
            "Name without a language",
            "A name has no language.",
            lambda: Exists(Name.objects.filter(**{column: OuterRef("pk")}, language="").exclude(kind="preferred")),
        ),
    )


def _placed(column: str) -> tuple[Check, ...]:
    nowhere = Q(location__isnull=True, footprint__isnull=True)
    return (
        gap("no_country", "A country", "No country is stated.", null("country")),
        gap(
            "no_place",
            "A place",
            "No coordinates are recorded.",
            lambda: nowhere & ~Q(location_kind=LocationKind.WITHHELD),
        ),
        gap(
            "no_uncertainty",
            "Uncertainty of the place",
            "Nothing says how surely the place is known.",
            lambda: ~nowhere & Q(location_uncertainty_m__isnull=True),
        ),
        warning(
            "outside_country",
            "Outside its country",
            "The place lies outside the stated country, by the boundaries that the registry holds.",
            outside("geometry"),
        ),
        warning(
            "doubtful_place",
            "Doubtful place",
            "A citation of the place has low confidence.",
            some(Citation, column, field__in=["location", "footprint"], confidence="low"),
        ),
    )


_TODAY = Cast(Now(), DateField())

CHECKS: dict[Any, tuple[Check, ...]] = {
    Deposit: (
        *_sourced("deposit"),
        *_placed("deposit"),
        gap("no_commodity", "Commodities", "No commodity is listed.", none(DepositCommodity, "deposit")),
        gap("no_type", "A deposit type", "Its type is unknown.", empty("deposit_type", "unknown")),
        gap("no_status", "A development status", "Its development status is unknown.", empty("development_status", "unknown")),
        gap(
            "no_other_name",
            "A name in another script",
            "No name in another language or script is recorded.",
            lambda: ~Exists(Name.objects.filter(deposit=OuterRef("pk")).exclude(kind="preferred")),
        ),
        gap("no_description", "A description", "Nothing is described in our words.", empty("description")),
        *_named("deposit"),
    ),
    ResourceEstimate: (
        *_sourced("estimate"),
        gap("no_commodity", "A commodity", "What is estimated is not stated.", null("commodity")),
        gap(
            "no_tonnage",
            "A tonnage",
            "It holds no tonnage.",
            lambda: Q(
                **{f"{kind}_tonnes{end}__isnull": True for kind in ("ore", "contained") for end in ("", "_low", "_high")}
            ),
        ),
        gap("no_grade", "A grade", "It holds no grade.", none(Grade, "estimate")),
        gap("no_code", "A reporting code", "The reporting code is not stated.", empty("reporting_code", "unspecified")),
        gap("no_date", "An effective date", "It has no effective date.", null("effective")),
        gap("no_text", "The figures as printed", "The figures are not kept as printed.", null("text_as_printed")),
        warning(
            "hidden_parent",
            "Hidden from readers",
            "It is published, and what it is for is not: readers see it without its deposit.",
            lambda: (
                Q(record_status="published")
                & (
                    Q(deposit__isnull=False) & ~Q(deposit__record_status="published")
                    | Q(prospecting_object__isnull=False) & ~Q(prospecting_object__record_status="published")
                )
            ),
        ),
    ),
    ProspectingObject: (
        *_sourced("prospecting_object"),
        *(check for check in _placed("prospecting_object") if check.name not in ("no_uncertainty",)),
        gap("no_commodity", "Commodities", "No commodity is listed.", none(ProspectingCommodity, "prospecting_object")),
        gap("no_stage", "A stage", "Its stage is unknown.", empty("stage", "unknown")),
        gap("no_funding", "Who pays", "Who pays for the work is unknown.", empty("funding", "unknown")),
        gap("no_begin", "A begin", "Nobody says when the work began.", null("start")),
        *_named("prospecting_object"),
    ),
    License: (
        *_sourced("license"),
        gap("no_country", "A country", "No country is stated.", null("country")),
        gap("no_area", "An outline", "It has no outline.", null("area")),
        gap("no_kind", "A kind", "Its kind is not known.", empty("kind", "other")),
        gap("no_status", "A status", "Its status is unknown.", empty("status", "unknown")),
        gap("no_grant", "A date of grant", "It has no date of grant.", null("granted")),
        gap("no_party", "A holder", "Nobody holds it or applied for it.", none(LicenseParty, "license")),
        gap("no_commodity", "Commodities", "No commodity is listed.", none(LicenseCommodity, "license")),
        warning(
            "expired_by_date",
            "Expired by date",
            "It has expired by its date, while its status as stated says otherwise.",
            lambda: Q(status__in=["granted", "active", "suspended"]) & Q(LessThan(LastDay("expires"), _TODAY)),
        ),
        warning("outside_country", "Outside its country", "Its outline lies outside the stated country.", outside("area")),
        warning(
            "area_differs",
            "Areas differ",
            "The outline measures over 20 % more or less than the declared area.",
            lambda: Q(GreaterThan(Abs(F("computed_area_km2") - F("declared_area_km2")), Value(0.2) * F("declared_area_km2"))),
        ),
        *_named("license"),
    ),
    PolicyFramework: (
        *_sourced("policy_framework"),
        gap("no_status", "A status", "Where it stands is not known.", null("status")),
        gap("no_jurisdiction", "A jurisdiction", "How far it reaches is not known.", null("jurisdiction")),
        gap("no_party", "Parties", "No country or organization takes part.", none(FrameworkParty, "framework")),
        gap("no_url", "Its text", "The address of its text is missing.", null("url")),
        gap("no_summary", "A summary", "Nothing is summarised in our words.", empty("summary")),
        *_named("policy_framework"),
    ),
    Organization: (
        *_sourced("organization"),
        gap("no_country", "A country", "No country is stated.", null("country")),
        gap("no_kind", "A kind", "What it is is unknown.", empty("kind", "unknown")),
        gap("no_url", "A web site", "Its web site is missing.", null("url")),
        *_named("organization"),
    ),
    Source: (
        gap("no_kind", "A kind", "What it is is not known.", null("kind")),
        gap("no_title", "A title", "It has no title.", empty("title")),
        gap("no_publisher", "A publisher", "Its publisher is not known.", empty("publisher")),
        gap(
            "no_date",
            "A date",
            "It has no date of publication.",
            lambda: Q(published__isnull=True, published_earliest__isnull=True),
        ),
        gap("no_language", "A language", "Its language is not stated.", null("language")),
        gap("no_url", "An address", "It has no address.", lambda: Q(url__isnull=True, copy_url__isnull=True)),
        gap(
            "unused",
            "Use",
            "Nothing cites it yet.",
            lambda: ~there_is(Citation, "source") & ~there_is(Finding, "source"),
        ),
    ),
    Finding: (
        gap("no_subject", "A subject", "Nothing links it to what it is about.", none(FindingSubject, "finding")),
        gap("no_locator", "Where in the source", "Nothing says where in the source it stands.", empty("locator")),
        gap("no_date", "An as-of date", "It has no date for which it holds.", null("as_of")),
        warning(
            "no_speaker",
            "Reported from nobody",
            "It is reported from a speaker, and names none.",
            lambda: Q(modality="reported", speaker__isnull=True, speaker_organization__isnull=True),
        ),
        warning(
            "unpublished_source",
            "Unpublished source",
            "It is published and its source is not: readers see it without a source.",
            lambda: Q(record_status="published") & ~Q(source__record_status="published"),
        ),
    ),
    Disagreement: (
        gap("no_note", "A note", "Nothing says how the sides differ.", empty("note")),
        warning(
            "no_sides",
            "No sides",
            "It names no sides; it needs two before it can be published.",
            none(DisagreementMember, "disagreement"),
        ),
    ),
    Country: (
        gap("no_boundary", "A boundary", "It has no boundary, so no record is found in it by place.", null("boundary")),
        warning(
            "whose_border",
            "Whose border",
            "Nothing says whose view of the border this is, and as of when.",
            lambda: Q(boundary__isnull=False) & (Q(boundary_source__isnull=True) | Q(boundary_date__isnull=True)),
        ),
        *_named("country"),
    ),
    Region: (gap("no_member", "Members", "No country belongs to it.", none(RegionMember, "region")),),
    Commodity: (
        warning(
            "no_member", "Empty group", "This group has no members.", lambda: Q(kind="group") & none(CommodityMember, "group")()
        ),
    ),
}
