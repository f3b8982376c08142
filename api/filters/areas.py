"""Filters by the area that a record is about, or in which it applies."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from api.database.bound import Bound
from api.filters import lookups
from api.filters.clauses import Clause, Parameter
from api.filters.columns import Filter
from api.filters.linked import in_regions, regions_of
from api.filters.parameters import several, today
from api.filters.queryables import DAY, Queryable
from registry.models import Country, FrameworkApplication, Region
from registry.sql import identifier, sql
from registry.vocabularies import RecordStatus


class AboutRegionFilter(Filter):
    """Records that name a region, or a country that is a member of it."""

    def __init__(self, back: str, regions: type[models.Model], countries: type[models.Model], **options: Any) -> None:
        """Name the key back to the record, the table of the rows that name regions, and that of those that name countries."""
        super().__init__(**options)
        self.back, self.regions, self.countries = f"{back}_id", regions, countries

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""

        def clause(given: str) -> Clause:
            codes = several(name, given)
            regions = sorted({lookups.id_of(Region, name, one) for one in codes})
            members = sorted({c for one in codes for c in lookups.countries_of_region(name, one)})
            about = _rows(self.regions).filter(region_id__any_of=Bound(name, "bigint[]")).values(self.back)
            among = _rows(self.countries).filter(country_id__any_of=Bound(f"{name}.members", "bigint[]")).values(self.back)
            values = {name: regions, f"{name}.members": members}
            return Clause(name, lambda rows: rows.filter(id__in=about.union(among)), values)

        yield Parameter(name, clause, self.help, {"type": "array", "items": {"type": "string"}}, "central-asia")
        yield self._has_none(name, model)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Hold the regions that the record names, and those in which the countries lie that it names."""
        keys = sql(
            "SELECT t.region_id FROM {regions} t WHERE t.{back} = {id} UNION SELECT up.id FROM {countries} t"
            " CROSS JOIN LATERAL ({above}) up WHERE t.{back} = {id}",
            regions=identifier(self.regions._meta.db_table),
            countries=identifier(self.countries._meta.db_table),
            back=identifier(self.back),
            id=F("id"),
            above=regions_of(identifier("t", "country_id")),
        )
        own = {self.back: OuterRef("id")}
        about = Exists(_rows(self.regions).filter(**own, region__record_status=RecordStatus.PUBLISHED))
        among = Exists(_rows(self.countries).filter(in_regions("country_id"), **own))
        return Queryable.of_slugs(name, Region, keys, self.help, known=Q(about) | Q(among))


class AppliesInFilter(Filter):
    """Frameworks that apply in a country: of its own, or of an organization of which it is a member on the day."""

    in_history = False

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition."""

        def on(given: str, day: date) -> Clause:
            countries = sorted({lookups.id_of(Country, name, one) for one in several(name, given)})
            groups = lookups.organizations_of(countries, day)
            applied = _rows(FrameworkApplication)
            own = applied.filter(country_id__any_of=Bound(f"{name}.countries", "bigint[]")).values("framework_id")
            common = applied.filter(organization_id__any_of=Bound(f"{name}.groups", "bigint[]")).values("framework_id")
            values = {f"{name}.countries": countries, f"{name}.groups": groups}
            return Clause(name, lambda rows: rows.filter(id__in=own.union(common)), values)

        text = (
            "Country by its ISO code: frameworks that apply there, as national measures or through an organization of which"
            " it is a member today (or on the day `on`)."
        )
        listed = {"type": "array", "items": {"type": "string"}}
        yield Parameter(name, lambda given: on(given, today()), text, listed, "SE", on=on)
        yield self._has_none(name, model, dated=True)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Hold the countries in which it applies on the day."""
        keys = sql(
            "WITH RECURSIVE below(id) AS (SELECT a.organization_id FROM registry_frameworkapplication a"
            " WHERE a.framework_id = {id} UNION SELECT m.organization_id FROM below"
            " JOIN registry_organizationmember m ON m.group_id = below.id AND {holds})"
            " SELECT a.country_id FROM registry_frameworkapplication a WHERE a.framework_id = {id} UNION SELECT m.country_id"
            " FROM below JOIN registry_organizationmember m ON m.group_id = below.id AND {holds}",
            id=F("id"),
            holds=sql('registry_holds_on(m.start, m."end", m.as_of, {day})', day=Bound(DAY, "date")),
        )
        text = "Countries in which it applies, as a national measure or through an organization of which they are members."
        return Queryable.of_slugs(name, Country, keys, text)


def _rows(model: type[models.Model]) -> "QuerySet[Any]":
    return model._default_manager.order_by()
