"""Rows that hold for a time: since when, until when, and for which date a source states them."""

from typing import Any

from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.models import F, Func

from registry.constraints import Range, SQLCheck, partial_dates
from registry.fields import PartialDateField


class Period(Func):
    """The days from the first of one partial date to the last of another; open where a date is unknown."""

    function = "registry_period"
    output_field: Any = models.Field()


class LastDay(Func):
    """The last day of a partial date."""

    function = "registry_last_day"
    output_field: Any = models.DateField()


class Dated(models.Model):
    """A row that holds from a start to an end, as far as they are known.

    `registry_holds_on` says whether it holds on a day: yes, no, or null where the dates do not tell.
    """

    start = PartialDateField(help_text="Date from which it holds; null if unknown.")
    end = PartialDateField(help_text="Last date on which it holds; null if it goes on or is unknown.")
    as_of = PartialDateField(help_text="Date for which the source states it, where the start is unknown or long ago.")

    class Meta:
        abstract = True


class Shared(models.Model):
    """A row that may state a share."""

    share_pct = models.DecimalField(
        max_digits=7, decimal_places=4, null=True, blank=True, help_text="Share in per cent, above 0 and up to 100."
    )

    class Meta:
        abstract = True


def dated_constraints(table: str) -> list[models.BaseConstraint]:
    """Require dates of the calendar, in order: start, the date of the statement, end."""
    return [
        partial_dates(f"{table}_dates", "start", '"end"', "as_of"),
        SQLCheck(
            name=f"{table}_order",
            sql='registry_first_day(start) <= registry_last_day("end")'
            " AND registry_first_day(start) <= registry_last_day(as_of)"
            ' AND registry_first_day(as_of) <= registry_last_day("end")',
            field="end",
            violation_error_message="The end must not be before the start, nor the date of the statement outside of both.",
        ),
    ]


SHARE = Range("A share must be above 0 and at most 100 per cent.", above=0, most=100)


def share_constraint(table: str) -> SQLCheck:
    """Require a share above nothing and up to the whole, or null."""
    return SHARE.check(f"{table}_share", "share_pct")


def once_at_a_time(name: str, *columns: str, message: str) -> ExclusionConstraint:
    """Refuse two rows that are alike in these columns at one time; those of different times are separate."""
    alike = [(F(column), "=") for column in columns]
    return ExclusionConstraint(name=name, expressions=[*alike, (Period("start", "end"), "&&")], violation_error_message=message)
