"""What the roles of an account are limited to: records of some countries, or of some kinds.

The limit holds for whatever an account writes: forms, steps, proposals, merges, steps with many records, imports. Who has no
row of settings, or an empty one, has no limit.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from registry.kinds import kind_of_model
from registry.models import Country, Curator


@dataclass(frozen=True)
class Limits:
    """The countries (by key) and the kinds of record that an account may write; empty for all."""

    countries: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Return whether there is a limit."""
        return bool(self.countries or self.kinds)

    def has_kind(self, model: type[Any]) -> bool:
        """Return whether records of a model, or parts of them, may be written."""
        kind = kind_of_model(model)
        if not self.kinds or kind is None:
            return True
        return (kind.part_of or kind.name) in self.kinds

    def holds(self, record: Any) -> bool:
        """Return whether a record may be written, as it is."""
        if not self.has_kind(type(record)):
            return False
        if not self.countries:
            return True
        of = country_of(record)
        return of == () or any(country in self.countries for country in of)


def limits_of(user: Any) -> Limits:
    """Return the limits of an account, asked for once per request."""
    held = getattr(user, "_registry_limits", None)
    if held is None:
        row = Curator.objects.filter(account=user.pk).prefetch_related("countries").first() if user.pk else None
        countries = frozenset(country.pk for country in row.countries.all()) if row else frozenset()
        held = Limits(countries, frozenset(row.kinds) if row else frozenset())
        user._registry_limits = held
    found: Limits = held
    return found


def limit_problem(user: Any, *written: Any) -> str:
    """Return why somebody may not write records; "" if they may."""
    limits = limits_of(user) if user is not None else Limits()
    record = next((one for one in written if not limits.holds(one)), None) if limits else None
    if record is None:
        return ""
    return gettext("“%(record)s” is outside the countries or kinds of record that your account is limited to.") % {
        "record": record
    }


def country_of(record: Any) -> tuple[int | None, ...]:
    """Return the country of a record, or of the record that it is a part or an estimate of; nothing for kinds without one."""
    if isinstance(record, Country):
        return (record.pk,)
    if hasattr(record, "country_id"):
        return (record.country_id,)
    kind = kind_of_model(type(record))
    for key in (kind.holder, *kind.shown_with) if kind else ():
        if (whole := getattr(record, key, None) if key else None) is not None:
            return country_of(whole)
    return ()
