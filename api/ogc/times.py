"""The `datetime` parameter: records whose period meets an instant or an interval; those without any date are kept."""

from datetime import date

from django.db.models import F

from api.database.bound import Bound, Condition
from api.errors import BadParameter
from api.filters.clauses import Clause
from api.filters.parameters import moment
from api.resources.resource import Resource

#: A period that a record has no end (or no beginning) of is open there; one without both says nothing of time.
_MEETS = (
    "((%s IS NULL AND %s IS NULL)"
    " OR (COALESCE(registry_first_day(%s), '-infinity'::date) <= %s"
    " AND COALESCE(registry_last_day(%s), 'infinity'::date) >= %s))"
)


def read_datetime(resource: Resource, given: str) -> Clause | None:
    """Read an instant, or two joined by a slash, open or not; None if nothing here has a time; raises BadParameter."""
    parts = given.split("/")
    if len(parts) > 2 or not given.strip():
        raise BadParameter("The value must be an instant, or an interval start/end, with “..” for an open end.", "datetime")
    start, end = _day(parts[0]), _day(parts[-1])
    if len(parts) == 2 and start is None and end is None:
        return None
    if len(parts) == 1 and start is None:
        raise BadParameter("The value must be an instant; only the end of an interval can be open.", "datetime")
    if start is not None and end is not None and start > end:
        raise BadParameter("The interval ends before it begins.", "datetime")
    if resource.period is None:
        return None
    first, last = resource.period
    # Dates here are days at best; what falls on a day of the interval meets it.
    values = {"datetime.start": start or date.min, "datetime.end": end or date.max}
    condition = Condition(
        _MEETS,
        F(first),
        F(last),
        F(first),
        Bound("datetime.end", "date"),
        F(last),
        Bound("datetime.start", "date"),
    )
    return Clause("datetime", lambda rows: rows.filter(condition), values)


def _day(text: str) -> date | None:
    """Return the day of one end; None if it is open."""
    return None if text.strip() in ("", "..") else moment("datetime", text).date()
