"""The checks that kinds of record share: on their citations, their names and their places."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from curation.conditions import Condition, never, none, outside, some
from registry.absences import LACKS
from registry.kinds import RecordKind
from registry.models import Citation, Lacking, Source, Uncovered
from registry.vocabularies import RecordStatus


@dataclass(frozen=True)
class Check:
    """One condition on a record: a gap, or a warning."""

    name: str
    #: What a complete record has, or in a word what the warning is.
    title: Any
    #: What to tell the curator where the condition holds.
    says: Any
    holds: Condition
    is_warning: bool = False


def gap(name: str, title: str, says: str, holds: Condition = never) -> Check:
    """Declare something that a complete record would have; its condition, if none is given, is that of `registry.absences`."""
    return Check(name, gettext_lazy(title), gettext_lazy(says), holds)


def kept(kind: RecordKind, check: Check) -> Check:
    """Return a check with its condition: one that is not given is read from what the database keeps."""
    if check.holds is not never:
        return check
    if check.name not in LACKS[kind.name]:
        raise LookupError(f"registry.absences does not declare {check.name} of {kind.name}")
    return replace(check, holds=some(Lacking, "record", kind=kind.name, lacks=check.name))


def warning(name: str, title: str, says: str, holds: Condition = never) -> Check:
    """Declare something that a curator should look at; its condition, if none is given, is that of `registry.absences`."""
    return Check(name, gettext_lazy(title), gettext_lazy(says), holds, is_warning=True)


def _hidden_sources() -> QuerySet[Source]:
    """Return the sources that readers do not see: few, and found by an index."""
    return Source.objects.filter(~Q(record_status=RecordStatus.PUBLISHED)).values("pk")  # type: ignore[no-any-return]


def sourced_checks(kind: RecordKind) -> tuple[Check, ...]:
    """Return the checks on citations that every kind of record shares whose values need sources."""
    column = kind.cited_as
    listed = some(Uncovered, "record", kind=kind.name)
    return (
        warning("uncovered", "Values without a source", "It states a value or row that no citation covers.", listed),
        # The database lets nothing be public without one: only the others are looked at.
        gap(
            "no_citation",
            "A source",
            "The record has no citation.",
            lambda: ~Q(record_status=RecordStatus.PUBLISHED) & Q(none(Citation, column)()),
        ),
        warning(
            "unpublished_source",
            "Unpublished source",
            "A cited source is not published, so readers cannot see that citation.",
            lambda: (
                Q(record_status=RecordStatus.PUBLISHED)
                & Q(Exists(Citation.objects.filter(source__in=_hidden_sources(), **{column: OuterRef("pk")})))
            ),
        ),
        warning(
            "contradicted",
            "Contradicted",
            "A source contradicts it; see its citations.",
            some(Citation, column, relation="contradicts"),
        ),
    )


def named_checks() -> tuple[Check, ...]:
    """Return the checks on the names of a kind of record."""
    return (warning("name_without_language", "Name without a language", "A name has no language."),)


def placed_checks(column: str) -> tuple[Check, ...]:
    """Return the checks on the place of a kind of record."""
    return (
        gap("no_country", "A country", "No country is stated."),
        gap("no_place", "A place", "No coordinates are recorded."),
        gap("no_uncertainty", "Uncertainty of the location", "The uncertainty of the location is not recorded."),
        warning(
            "outside_country",
            "Outside its country",
            "The location is outside the stated country, according to the boundaries in the registry.",
            outside("geometry"),
        ),
        warning(
            "doubtful_place",
            "Doubtful place",
            "A citation of the location has low confidence.",
            some(Citation, column, fields__overlap=["location", "footprint"], confidence="low"),
        ),
    )
