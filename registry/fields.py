"""Field types of this domain: dates known to a year, a month or a day, and rendered documents."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext

PARTIAL_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"


def partial_date_is_real(text: str) -> bool:
    """Return whether `text` (YYYY, YYYY-MM or YYYY-MM-DD) names a year, month or day that exists."""
    import datetime

    year, _, rest = text.partition("-")
    month, _, day = rest.partition("-")
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True


class PartialDateField(models.CharField):  # type: ignore[type-arg]
    """A date as ISO 8601 text of the precision that is known: `2009`, `2009-12` or `2009-12-21`; null if unknown.

    Texts of one precision sort as dates do, and a shorter text sorts before what it contains. The database checks the
    form and the calendar (`registry_is_partial_date`), see `PartialDateCheck`.
    """

    description = "Date known to a year, a month or a day"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fix length, collation and nullability."""
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        kwargs["max_length"] = 10
        kwargs["db_collation"] = "C"
        super().__init__(*args, **kwargs)
        self.validators.append(
            RegexValidator(PARTIAL_DATE, "Enter the date as YYYY, YYYY-MM or YYYY-MM-DD, as precisely as it is known.")
        )

    def deconstruct(self) -> Any:
        """Leave out what the class itself fixes."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "db_collation"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Reject a day that no calendar has."""
        super().validate(value, model_instance)
        if value and not partial_date_is_real(value):
            raise ValidationError(gettext("This day does not exist: %(value)s."), params={"value": value})

    def get_prep_value(self, value: Any) -> Any:
        """Store an empty text as null: unknown is never ""."""
        return super().get_prep_value(value) or None


class DocumentField(models.Field):  # type: ignore[type-arg]
    """A piece of JSON rendered by the database for readers; never written by hand, never part of the history."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make it invisible to forms."""
        kwargs.update(null=True, editable=False)
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        """Store text that is known to be JSON, in the order in which it was written."""
        return "json"
