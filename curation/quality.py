"""How complete a record is, and what a curator should look at."""

from dataclasses import dataclass
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.translation import gettext

from curation.checks import CHECKS
from curation.shared_checks import Check
from registry.kinds import kind_of_model
from registry.models import Uncovered
from registry.models.base import CitedRecord

__all__ = ["CHECKS", "Quality", "quality_of", "warnings_expression", "with_warning"]


@dataclass(frozen=True)
class Quality:
    """The gaps and warnings of one record."""

    warnings: tuple[str, ...]
    gaps: tuple[str, ...]
    present: tuple[str, ...]
    #: The gaps, and what no citation covers, by the names of their checks.
    named: tuple[tuple[str, str], ...] = ()

    @property
    def wanted(self) -> int:
        """Count what a complete record would have."""
        return len(self.gaps) + len(self.present)


def _condition(check: Check) -> Any:
    return ExpressionWrapper(Q(check.holds()), output_field=BooleanField())


def quality_of(record: Any) -> Quality:
    """Ask the database about one record: one query for its checks, one for its sources, one for its place."""
    model = type(record)
    checks = CHECKS.get(model, ())
    warnings, present = [], []
    named: list[tuple[str, str]] = []
    if checks:
        annotated = model._base_manager.filter(pk=record.pk).annotate(**{f"q_{c.name}": _condition(c) for c in checks})
        answers = annotated.values(*(f"q_{c.name}" for c in checks)).first() or {}
        for check in checks:
            holds = answers.get(f"q_{check.name}")
            if check.is_warning:
                warnings += [str(check.says)] if holds else []
            elif holds:
                named.append((check.name, str(check.says)))
            else:
                present.append(str(check.title))
    if issubclass(model, CitedRecord):
        supporting = model._base_manager.values_list("independent_sources", flat=True).get(pk=record.pk)
        if supporting == 1:
            named.append(("one_source", gettext("Only one independent source supports it; copies of one original count once.")))
        elif supporting > 1:
            present.append(gettext("Independent sources"))
    if hint := _swapped(record):
        warnings.append(hint)
    gaps = tuple(says for _, says in named)
    return Quality(tuple(warnings), gaps, tuple(present), (*_uncovered(record), *named))


def _uncovered(record: Any) -> list[tuple[str, str]]:
    """Name what no citation covers."""
    kind = kind_of_model(type(record))
    entries: Any = kind and Uncovered.objects.filter(kind=kind.name, record=record.pk).values_list("entries", flat=True).first()
    return (
        [
            (
                "uncovered",
                gettext("No citation covers %(entries)s.")
                % {"entries": ", ".join(entries[:6]) + (" …" if len(entries) > 6 else "")},
            )
        ]
        if entries
        else []
    )


def _swapped(record: Any) -> str:
    """Say so if a point outside its country would lie inside with latitude and longitude exchanged."""
    point, country = getattr(record, "location", None), getattr(record, "country_id", None)
    if point is None or country is None or country in record.located_in or abs(point.x) > 90:
        return ""
    if country in countries_at(point.y, point.x):
        return gettext("With latitude and longitude exchanged the point would be in its country.")
    return ""


def countries_at(longitude: float, latitude: float) -> list[int]:
    """Return the ids of the countries in which a point lies, by the boundaries that the registry holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_countries_at(ST_SetSRID(ST_MakePoint(%s::float8, %s::float8), 4326))", [longitude, latitude]
        )
        (found,) = cursor.fetchone()
    return list(found)


def warnings_of(model: type[Model]) -> list[Check]:
    """List the checks of a kind of record that are warnings."""
    return [check for check in CHECKS.get(model, ()) if check.is_warning]


def gaps_of(model: type[Model]) -> list[Check]:
    """List the checks of a kind of record that are gaps."""
    return [check for check in CHECKS.get(model, ()) if not check.is_warning]


def warnings_expression(model: type[Model]) -> Any:
    """Return the number of warnings of a record as a part of its row; None where there are no checks."""
    terms = [
        Case(When(Q(check.holds()), then=Value(1)), default=Value(0), output_field=IntegerField())
        for check in warnings_of(model)
    ]
    total: Any = None
    for term in terms:
        total = term if total is None else total + term
    return total


def with_warning(rows: "QuerySet[Any]", name: str) -> "QuerySet[Any]":
    """Keep the records with the warning `name`, or with any."""
    chosen = [check for check in warnings_of(rows.model) if name in ("any", check.name)]
    if not chosen:
        raise IncorrectLookupParameters(f"there is no warning {name[:40]}")
    # Each condition is a query of its own, so that each begins at the few rows that make it true.
    ways = [rows.model._base_manager.filter(Q(check.holds())).order_by().values_list("pk") for check in chosen]
    return rows.filter(pk__in=ways[0].union(*ways[1:], all=True)) if len(ways) > 1 else rows.filter(Q(chosen[0].holds()))


def with_gap(rows: "QuerySet[Any]", name: str) -> "QuerySet[Any]":
    """Keep the records that lack what a complete record would have."""
    kind = kind_of_model(rows.model)
    if name == "uncovered" and kind:
        return rows.filter(Exists(Uncovered.objects.filter(kind=kind.name, record=OuterRef("pk"))))
    if name == "one_source" and issubclass(rows.model, CitedRecord):
        return rows.filter(independent_sources=1)
    check = next((one for one in gaps_of(rows.model) if one.name == name), None)
    if check is None:
        raise IncorrectLookupParameters(f"there is no check {name[:40]}")
    return rows.filter(Q(check.holds()))
