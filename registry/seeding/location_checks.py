"""Places that do not lie where their records say: a warning, never a refusal, for borders are disputed."""

from collections.abc import Iterator

from django.db.models import Model, Q

from registry import models as m
from registry.homes import at_home

#: Kinds of records with a stated country and a place, and the column of the place.
PLACED: tuple[tuple[type[Model], str], ...] = (
    (m.Deposit, "geometry"),
    (m.ProspectingObject, "geometry"),
    (m.License, "area"),
)


def outside_stated_country() -> Iterator[str]:
    """Name each record whose place lies outside the country that its sources state and what this claims.

    A country without a shape is left out: nothing can be said of it.
    """
    countries = dict(m.Country.objects.values_list("pk", "slug"))
    for model, column in PLACED:
        placed = model._base_manager.filter(country__boundary__isnull=False, **{f"{column}__isnull": False})
        elsewhere = placed.filter(~Q(at_home())).order_by("slug")
        for slug, stated, located_in in elsewhere.values_list("slug", "country__slug", "located_in"):
            found = ", ".join(countries[key] for key in located_in) or "no country's shape"
            yield f"{model._meta.verbose_name} “{slug}”: its location is in {found}, not in {stated} as stated"
