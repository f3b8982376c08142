"""The status of licences and policy frameworks on a day, as their lists show it with `on`."""

from datetime import date

from api.resources.by_date import status_on_day
from api.resources.frameworks import FrameworkOnDate
from api.resources.licenses import LicenseOnDate
from registry.models import License, PolicyFramework
from registry.sql import Sql


def license_status(alias: str, day: date) -> Sql:
    """Compose the status of the licence `alias` on a day, as a JSON object with `status`, `since`, `basis` and `reason`.

    Give it as a column of a subquery with `OFFSET 0`, if it is read twice: else PostgreSQL composes it twice.
    """
    return status_on_day(LicenseOnDate().fields["status"], alias, License, day)  # type: ignore[arg-type]


def framework_status(alias: str, day: date) -> Sql:
    """Compose the same of a policy framework."""
    return status_on_day(FrameworkOnDate().fields["status"], alias, PolicyFramework, day)  # type: ignore[arg-type]
