"""Refusals of the database, as text: which rule was broken, at which field, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import DataError, IntegrityError, models
from django.db.models.constraints import BaseConstraint

_TWICE = "The same row is listed twice."


@dataclass(frozen=True)
class Refusal:
    """One rule that the database kept: its name, the field it is about if there is one, and what to tell the person."""

    rule: str
    message: str
    field: str | None = None

    @classmethod
    def of(cls, error: Exception) -> "Refusal":
        """Read a refusal from what the database raised."""
        diagnosis = getattr(error.__cause__, "diag", None)
        rule = (diagnosis and diagnosis.constraint_name) or ""
        if isinstance(error, DataError):
            return cls(rule, "A text or number is too long, too large, or contains a forbidden character.")
        if not isinstance(error, IntegrityError) or diagnosis is None:
            return cls(rule, str(error))
        if diagnosis.sqlstate == "23502":
            return cls("not_null", f"“{diagnosis.column_name}” is needed.", diagnosis.column_name)
        if diagnosis.sqlstate == "23503":
            return cls(rule, "Another record still refers to this one, or the record referred to is gone.")
        field, message = words_for(rule)
        # A rule that a trigger keeps comes with its field and its message.
        field = field or diagnosis.column_name
        if not message and "violates" not in (diagnosis.message_primary or "violates"):
            message = _sentence(diagnosis.message_primary)
        if not message and diagnosis.sqlstate in ("23505", "23P01"):
            message = _duplicate(diagnosis.message_detail or "")
        return cls(rule, message or f"The database keeps the rule “{rule}”, which this would break.", field)


def words_for(rule: str) -> tuple[str | None, str]:
    """Return the field and the message of a constraint by its name; the message is empty if nobody wrote one."""
    constraint = _constraints().get(rule)
    if constraint is None:
        return None, ""
    field = getattr(constraint, "field", None)
    if constraint.violation_error_message != BaseConstraint.default_violation_error_message:
        return field, str(constraint.violation_error_message)
    return field, _TWICE if isinstance(constraint, models.UniqueConstraint) else ""


@cache
def _constraints() -> dict[str, BaseConstraint]:
    return {constraint.name: constraint for model in _models() for constraint in model._meta.constraints}


def _models() -> Iterator[type[models.Model]]:
    yield from apps.get_app_config("registry").get_models()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


def _duplicate(detail: str) -> str:
    """Turn “Key (iso3)=(KAZ) already exists.” into a sentence."""
    columns, _, rest = detail.removeprefix("Key (").partition(")=(")
    values = rest.partition(")")[0]
    return f"Another record has this {columns} already: {values}." if values else _TWICE
