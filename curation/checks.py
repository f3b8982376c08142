"""What is missing from a record, and what is odd about it: one list per kind, asked of the database as conditions."""

from typing import Any

from django.db.models import DateField, F, Model, Q, Value
from django.db.models.functions import Abs, Cast, Now
from django.db.models.lookups import GreaterThan, LessThan

from curation.conditions import none, outside, there_is
from curation.shared_checks import Check, gap, kept, named_checks, placed_checks, sourced_checks, warning
from registry.kinds import RECORD_KINDS, RecordKind
from registry.models import (
    Citation,
    Commodity,
    CommodityMember,
    Country,
    Deposit,
    Disagreement,
    DisagreementMember,
    Finding,
    License,
    Organization,
    PolicyFramework,
    ProspectingObject,
    Region,
    ResourceEstimate,
    Source,
)
from registry.models.dated import LastDay
from registry.vocabularies import RecordStatus

_TODAY = Cast(Now(), DateField())

#: The checks of one kind of record alone.
_OWN: dict[Any, tuple[Check, ...]] = {
    Deposit: (
        *placed_checks("deposit"),
        gap("no_commodity", "Commodities", "No commodity is listed."),
        gap("no_type", "A deposit type", "Its type is unknown."),
        gap("no_status", "A development status", "Its development status is unknown."),
        gap("no_other_name", "A name in another script", "No name in another language or script is recorded."),
        gap("no_description", "A description", "The description is empty."),
    ),
    ResourceEstimate: (
        gap("no_commodity", "A commodity", "The estimated commodity is not stated."),
        gap("no_tonnage", "A tonnage", "It has no tonnage."),
        gap("no_grade", "A grade", "It has no grade."),
        gap("no_code", "A reporting code", "The reporting code is not stated."),
        gap("no_date", "An effective date", "It has no effective date."),
        gap("no_text", "The figures as printed", "The figures as printed are not recorded."),
        warning(
            "hidden_parent",
            "Hidden from readers",
            "It is published, but its deposit is not, so readers see it without the deposit.",
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
        *(check for check in placed_checks("prospecting_object") if check.name not in ("no_uncertainty",)),
        gap("no_commodity", "Commodities", "No commodity is listed."),
        gap("no_stage", "A stage", "Its stage is unknown."),
        gap("no_funding", "Who pays", "The funding of the work is unknown."),
        gap("no_begin", "A begin", "The start of the work is unknown."),
    ),
    License: (
        gap("no_country", "A country", "No country is stated."),
        gap("no_area", "An outline", "It has no outline."),
        gap("no_kind", "A kind", "Its kind is not known."),
        gap("no_status", "A status", "Its status is unknown."),
        gap("no_grant", "A date of grant", "It has no date of grant."),
        gap("no_party", "A holder", "It has no holder or applicant."),
        gap("no_commodity", "Commodities", "No commodity is listed."),
        warning(
            "expired_by_date",
            "Expired by date",
            "Its expiry date has passed, but its stated status does not say so.",
            lambda: Q(status__in=["granted", "active", "suspended"]) & Q(LessThan(LastDay("expires"), _TODAY)),
        ),
        warning("outside_country", "Outside its country", "Its outline is outside the stated country.", outside("area")),
        warning(
            "area_differs",
            "Areas differ",
            "The area of the outline differs from the declared area by more than 20 %.",
            lambda: Q(GreaterThan(Abs(F("computed_area_km2") - F("declared_area_km2")), Value(0.2) * F("declared_area_km2"))),
        ),
    ),
    PolicyFramework: (
        gap("no_status", "A status", "Its status is unknown."),
        gap("no_jurisdiction", "A jurisdiction", "Its jurisdiction is unknown."),
        gap("no_party", "Parties", "It has no parties."),
        gap("no_url", "Its text", "The URL of its text is missing."),
        gap("no_summary", "A summary", "The summary is empty."),
    ),
    Organization: (
        gap("no_country", "A country", "No country is stated."),
        gap("no_kind", "A kind", "Its kind is unknown."),
        gap("no_url", "A web site", "Its web site is missing."),
    ),
    Source: (
        gap("no_kind", "A kind", "Its kind is unknown."),
        gap("no_title", "A title", "It has no title."),
        gap("no_publisher", "A publisher", "Its publisher is not known."),
        gap("no_date", "A date", "It has no date of publication."),
        gap("no_language", "A language", "Its language is not stated."),
        gap("no_url", "An address", "It has no address."),
        gap(
            "unused",
            "Use",
            "No record cites it yet.",
            lambda: ~there_is(Citation, "source") & ~there_is(Finding, "source"),
        ),
        gap("no_rights", "Rights", "Its rights are not stated."),
        warning(
            "past_edition",
            "Past its next edition",
            "Its next edition should have appeared, and the registry has none.",
            lambda: (
                Q(LessThan(LastDay(F("next_edition")), Cast(Now(), DateField())))
                & ~there_is(Source, "updates", record_status=RecordStatus.PUBLISHED)
            ),
        ),
    ),
    Finding: (
        gap("no_subject", "A subject", "It has no subjects."),
        gap("no_locator", "Where in the source", "The location within the source is not recorded."),
        gap("no_date", "An as-of date", "It has no date for which it holds."),
        warning(
            "no_speaker",
            "No speaker",
            "It is reported from a speaker, but names no speaker.",
            lambda: Q(modality="reported", speaker__isnull=True, speaker_organization__isnull=True),
        ),
        warning(
            "unpublished_source",
            "Unpublished source",
            "It is published, but its source is not, so readers see it without a source.",
            lambda: Q(record_status="published") & ~Q(source__record_status="published"),
        ),
    ),
    Disagreement: (
        gap("no_note", "A note", "The difference between the sides is not described."),
        warning(
            "no_sides",
            "No sides",
            "It has no sides; it needs at least two before it can be published.",
            none(DisagreementMember, "disagreement"),
        ),
    ),
    Country: (
        gap("no_boundary", "A boundary", "It has no boundary, so searches by location find no records in it."),
        warning(
            "whose_border",
            "Whose border",
            "The source and date of the border are not recorded.",
            lambda: Q(boundary__isnull=False) & (Q(boundary_source__isnull=True) | Q(boundary_date__isnull=True)),
        ),
    ),
    Region: (gap("no_member", "Members", "It has no countries."),),
    Commodity: (
        warning(
            "no_member", "Empty group", "This group has no members.", lambda: Q(kind="group") & none(CommodityMember, "group")()
        ),
    ),
}


def _checks(kind: RecordKind) -> tuple[Check, ...]:
    """Return the checks of a kind: those that its citations need, its own, and those that its names need."""
    sourced = sourced_checks(kind) if kind.must_be_cited else ()
    own = (*sourced, *_OWN.get(kind.model, ()), *(named_checks() if kind.named else ()))
    return tuple(kept(kind, check) for check in own)


CHECKS: dict[type[Model], tuple[Check, ...]] = {kind.model: _checks(kind) for kind in RECORD_KINDS}
