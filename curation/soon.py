"""What ends soon."""

from datetime import timedelta
from typing import Any

from django.db.models import DateField, F, Value
from django.utils import timezone

from registry.models.dated import LastDay

#: The spans of time, in days, by which licences are listed.
ENDS_WITHIN = (30, 90, 365)
_DAY: Any = {"output_field": DateField()}


def ending(days: int, rows: Any) -> Any:
    """Keep the licences that are valid and end within some days."""
    today = timezone.now().date()
    last = today + timedelta(days=days)
    soon = rows.filter(status__in=["granted", "active", "suspended"])
    return soon.alias(ends=LastDay(F("expires"))).filter(ends__range=(Value(today, **_DAY), Value(last, **_DAY)))
