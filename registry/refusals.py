"""Refusals of the database, as text: which rule was broken, at which field, and what to do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import DataError, IntegrityError, models
from django.db.models.constraints import BaseConstraint
from django.utils.translation import gettext, gettext_lazy, gettext_noop

_TWICE = gettext_lazy("The same row is listed twice.")


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
            return cls(rule, gettext("A text or number is too long, too large, or contains a forbidden character."))
        if not isinstance(error, IntegrityError) or diagnosis is None:
            return cls(rule, str(error))
        if diagnosis.sqlstate == "23502":
            return cls("not_null", gettext("“%(field)s” is needed.") % {"field": diagnosis.column_name}, diagnosis.column_name)
        if diagnosis.sqlstate == "23503":
            return cls(rule, gettext("Another record still refers to this one, or the record referred to is gone."))
        field, message = words_for(rule)
        # A rule that a trigger keeps comes with its field and its message.
        field = field or diagnosis.column_name
        if not message and "violates" not in (diagnosis.message_primary or "violates"):
            message = _translated(diagnosis.message_primary)
        if not message and diagnosis.sqlstate in ("23505", "23P01"):
            message = _duplicate(diagnosis.message_detail or "")
        return cls(
            rule, message or gettext("The database keeps the rule “%(rule)s”, which this would break.") % {"rule": rule}, field
        )


def words_for(rule: str) -> tuple[str | None, str]:
    """Return the field and the message of a constraint by its name; the message is empty if nobody wrote one."""
    constraint = _constraints().get(rule)
    if constraint is None:
        return None, ""
    field = getattr(constraint, "field", None)
    if constraint.violation_error_message != BaseConstraint.default_violation_error_message:
        return field, str(constraint.violation_error_message)
    return field, str(_TWICE) if isinstance(constraint, models.UniqueConstraint) else ""


@cache
def _constraints() -> dict[str, BaseConstraint]:
    return {constraint.name: constraint for model in _models() for constraint in model._meta.constraints}


def _models() -> Iterator[type[models.Model]]:
    yield from apps.get_app_config("registry").get_models()


#: Messages of triggers in which the database fills places in → the sentence for it.
FILLED = (
    (
        r"(?:.+) “(?P<record>.*)” cannot be published without a citation",
        gettext_noop("“%(record)s” cannot be published without a citation."),
    ),
    (
        r"(?:.+) “(?P<record>.*)” cites no published source, so readers would see no citation;"
        r" publish a source of it first",
        gettext_noop("“%(record)s” cites no published source, so readers would see no citation; publish a source of it first."),
    ),
    (
        r"finding “(?P<record>.*)” cannot be published: its source is not published; publish the source first",
        gettext_noop("“%(record)s” cannot be published: its source is not published; publish the source first."),
    ),
    (
        r"readers would see no source any more of (?P<number>.+) published record\(s\): (?P<records>.*);"
        r" withdraw these, or cite another published source first",
        gettext_noop(
            "Readers would see no source any more of published records (%(number)s): %(records)s;"
            " withdraw these, or cite another published source first."
        ),
    ),
    (
        r"nobody publishes their own change of a .+; propose it, and let somebody else publish it",
        gettext_noop("Nobody publishes their own change of such a record; propose it, and let somebody else publish it."),
    ),
    (
        r"nobody publishes their own .+; let somebody else publish it",
        gettext_noop("Nobody publishes their own record of this kind; let somebody else publish it."),
    ),
)


def _translated(text: str) -> str:
    """Say a message of a trigger in the language of the page; in English it stands as the database wrote it."""
    for pattern, said in FILLED if gettext(FILLED[0][1]) != FILLED[0][1] else ():
        if found := re.fullmatch(pattern, text, re.S):
            return gettext(said) % found.groupdict()
    return gettext(sentence(text))


def sentence(text: str) -> str:
    """Write the message of a trigger as a sentence."""
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


def _duplicate(detail: str) -> str:
    """Turn “Key (iso3)=(KAZ) already exists.” into a sentence."""
    columns, _, rest = detail.removeprefix("Key (").partition(")=(")
    values = rest.partition(")")[0]
    if not values:
        return str(_TWICE)
    return gettext("Another record has this %(columns)s already: %(values)s.") % {"columns": columns, "values": values}
