"""What findings and gaps are about."""

from collections.abc import Iterator

from django.db import models
from django.db.models import Q
from rest_framework import serializers

from api.database.bound import Bound
from api.filters import lookups
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.parameters import several
from api.resources.children import LinkOfOne
from api.resources.fields import PublishedList
from registry.kinds import SUBJECTS
from registry.models import Region


class SubjectItem(serializers.Serializer):  # type: ignore[type-arg]
    """What a finding or a gap is about."""

    about = LinkOfOne(*SUBJECTS, help_text="The record.")

    class Meta:
        list_serializer_class = PublishedList


class AboutRegionFilter(Filter):
    """Records about a region, or about a country that is a member of it."""

    def __init__(self, rows: type[models.Model], back: str) -> None:
        """Name the table of the subjects and its foreign key back."""
        super().__init__()
        self.rows, self.back = rows, back

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""

        def clause(given: str) -> Clause:
            codes = several(name, given)
            regions = sorted({lookups.id_of(Region, name, one) for one in codes})
            countries = sorted({c for one in codes for c in lookups.countries_of_region(name, one)})
            about = self.rows._default_manager.filter(
                Q(region_id__any_of=Bound("region", "bigint[]")) | Q(country_id__any_of=Bound("region.members", "bigint[]"))
            )
            values = {"region": regions, "region.members": countries}
            return Clause(name, lambda rows: rows.filter(id__in=about.values(f"{self.back}_id")), values)

        text = f"Region by its code or M49 number: {model._meta.verbose_name_plural} about it, or about one of its countries."
        yield Parameter(name, clause, text, {"type": "array", "items": {"type": "string"}}, "central-asia")
