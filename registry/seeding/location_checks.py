"""Places that do not lie where their records say: a warning, never a refusal, for borders are disputed."""

from collections.abc import Iterator

from django.db.models import F, Model

from registry import models as m

#: Kinds of records with a stated country and a place, and the column of the place.
PLACED: tuple[tuple[type[Model], str], ...] = (
    (m.Deposit, "geometry"),
    (m.ProspectingObject, "geometry"),
    (m.License, "area"),
)


def outside_stated_country() -> Iterator[str]:
    """Name each record whose place lies outside the country that its sources state, by the shapes the registry holds.

    A country without a shape is left out: nothing can be said of it.
    """
    countries = dict(m.Country.objects.values_list("pk", "slug"))
    for model, column in PLACED:
        placed = model._base_manager.filter(country__boundary__isnull=False, **{f"{column}__isnull": False})
        elsewhere = placed.exclude(located_in__contains=[F("country_id")]).order_by("slug")
        for slug, stated, located_in in elsewhere.values_list("slug", "country__slug", "located_in"):
            found = ", ".join(countries[key] for key in located_in) or "no country's shape"
            yield f"{model._meta.verbose_name} “{slug}”: its location is in {found}, not in {stated} as stated"
