"""Filters over links to other records: foreign keys, rows between, groups, regions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from api.database.bound import Bound, Condition
from api.filters import lookups
from api.filters.clauses import Clause, Parameter
from api.filters.columns import ColumnFilter, Filter
from api.filters.facets import Facet, Watched
from api.filters.parameters import boolean, several
from api.filters.queryables import Queryable, ids_of, with_slugs
from registry.models import Region, RegionMember
from registry.models.dated import Dated
from registry.sql import Sql, compiled, sql
from registry.vocabularies import RecordStatus

#: Each country with every region that it lies in.
_REGIONS = compiled(
    "WITH RECURSIVE inside(value, below) AS (SELECT id, id FROM registry_region WHERE record_status = 'published'"
    " UNION SELECT i.value, r.id FROM inside i JOIN registry_region r ON r.parent_id = i.below)"
    " SELECT DISTINCT m.country_id AS below, i.value FROM inside i JOIN registry_regionmember m ON m.region_id = i.below"
)
#: Each commodity with itself and every group above it.
_GROUPS = compiled(
    "WITH RECURSIVE pairs(value, below) AS (SELECT id, id FROM registry_commodity WHERE record_status = 'published'"
    " UNION SELECT p.value, m.member_id FROM pairs p JOIN registry_commoditymember m ON m.group_id = p.below)"
    " SELECT below, value FROM pairs"
)


def regions_of(country: Any) -> Sql:
    """Select the ids of the regions that a country lies in; `country` is an expression or SQL."""
    return sql(
        "WITH RECURSIVE up(id) AS (SELECT m.region_id FROM registry_regionmember m WHERE m.country_id = {country}"
        " UNION SELECT r.parent_id FROM up JOIN registry_region r ON r.id = up.id) SELECT id FROM up",
        country=country,
    )


def in_regions(country: str) -> Exists:
    """Return whether the country whose id is in a column is in a region that readers see."""
    return Exists(RegionMember.objects.filter(country_id=OuterRef(country), region__record_status=RecordStatus.PUBLISHED))


def _groups_of(commodities: Any) -> Sql:
    """Select the ids of commodities and of the groups above them; `commodities` is a query of ids."""
    return sql(
        "WITH RECURSIVE up(id) AS (({commodities}) UNION SELECT m.group_id FROM up"
        " JOIN registry_commoditymember m ON m.member_id = up.id) SELECT id FROM up",
        commodities=commodities,
    )


class LinkFilter(ColumnFilter):
    """A foreign key to another record, asked for by its slug."""

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return any of, none of, unknown."""
        other = self.column(name, model).related_model

        def read(parameter: str, given: str) -> int:
            return lookups.id_of(other, parameter, given)

        yield from self._choices(name, model, read, {"type": "string"}, cast="bigint[]")

    def _unknown(self, name: str, model: type[models.Model]) -> Parameter:
        """Return `name__isnull`; a link to a record that readers do not see is unknown to them."""
        plain = super()._unknown(name, model)
        path, other = self.path or name, self.column(name, model).related_model

        def clause(given: str) -> Clause:
            wanted, hidden = boolean(plain.name, given), lookups.hidden_of(other)
            if not hidden:
                return plain.clause(given)
            unseen = Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__any_of": Bound(plain.name, "bigint[]")})
            return Clause(
                (plain.name, wanted, "hidden"),
                lambda rows: rows.filter(unseen) if wanted else rows.exclude(unseen),
                {plain.name: hidden},
            )

        return replace(plain, clause=clause)

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by the linked record."""
        return Facet.of_column(self.path or name, target=self.column(name, model).related_model)


class RegionFilter(Filter):
    """The stated country lies in a region, or in a region inside it."""

    def __init__(self, path: str = "country_id", **options: Any) -> None:
        """Name the column that holds the id of the country."""
        super().__init__(path, **options)

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return the one condition, by region code or M49."""

        def clause(given: str) -> Clause:
            countries = sorted({c for one in several(name, given) for c in lookups.countries_of_region(name, one)})
            return Clause(
                name,
                lambda rows: rows.filter(**{f"{self.path}__any_of": Bound(name, "bigint[]")}),
                {name: countries},
            )

        text = (
            "Region by its code or M49 number: records whose *stated* country is one of its members, with or"
            " without a location."
        )
        yield Parameter(name, clause, text, {"type": "array", "items": {"type": "string"}}, "central-asia")
        yield self._has_none(name, model)

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by every region that the stated country lies in."""
        return Facet.of_column(self.path, target=Region, above=_REGIONS)

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Hold every region that the stated country lies in."""

        def holders(codes: Any) -> Any:
            return ids_of(with_slugs(model._default_manager.all(), self.path, Region, codes, _REGIONS), "id")

        text = "Regions that the stated country lies in."
        return Queryable.of_slugs(name, Region, regions_of(F(self.path)), text, holders=holders, known=in_regions(self.path))


def _holds_on(key: str) -> Condition:
    """Keep rows that are known to hold on a day."""
    return Condition("registry_holds_on(%s, %s, %s, %s)", F("start"), F("end"), F("as_of"), Bound(key, "date"))


class ThroughFilter(Filter):
    """A link through a table of rows between: keep records that have such a row."""

    def __init__(
        self, rows: type[models.Model], back: str, target: str, where: dict[str, Any] | None = None, **options: Any
    ) -> None:
        """Name the table between, its foreign key back to the record, and the one to the target."""
        super().__init__(**options)
        self.rows, self.back, self.target, self.where = rows, back, target, where or {}

    def between(self) -> QuerySet[Any]:
        """Return the rows between that count."""
        return self.rows._default_manager.filter(**self.where)

    def ids(self, parameter: str, given: str) -> list[int]:
        """Resolve one value into the ids of the targets it stands for."""
        return [lookups.id_of(self.rows._meta.get_field(self.target).related_model, parameter, given)]

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Return has any of, and has none of."""
        listed = {"type": "array", "items": {"type": "string"}}

        dated = issubclass(self.rows, Dated)

        def linked(parameter: str, on: bool = False) -> QuerySet[Any]:
            rows = self.between().filter(**{f"{self.target}_id__any_of": Bound(parameter, "bigint[]")})
            return (rows.filter(_holds_on(f"{parameter}.on")) if on else rows).values(f"{self.back}_id")

        def values(parameter: str, given: str) -> dict[str, list[int]]:
            return {parameter: sorted({i for one in several(parameter, given) for i in self.ids(parameter, one)})}

        def on(given: str, day: date) -> Clause:
            bound = {**values(name, given), f"{name}.on": day}
            return Clause((name, "on"), lambda rows: rows.filter(id__in=linked(name, on=True)), bound)

        yield Parameter(
            name,
            lambda given: Clause(name, lambda rows: rows.filter(id__in=linked(name)), values(name, given)),
            f"{self.help} Several values, separated by commas, match any of them."
            + (" With `on`, only what is known to hold on that day." if dated else ""),
            listed,
            self.example,
            on=on if dated else None,
        )
        other = f"{name}__not"
        yield Parameter(
            other,
            # NOT EXISTS and not NOT IN, which would read every link before the first record.
            lambda given: Clause(
                other,
                lambda rows: rows.exclude(Exists(linked(other).filter(**{self.back: OuterRef("id")}))),
                values(other, given),
            ),
            f"Has none of these values of `{name}`.",
            listed,
        )

        every = f"{name}__all"

        def each(given: str, day: date | None = None) -> Clause:
            found = [self.ids(every, one) for one in several(every, given)]
            keys = [f"{every}.{position}" for position in range(len(found))]
            bound = dict(zip(keys, found, strict=True)) | {f"{key}.on": day for key in keys if day}

            def apply(rows: QuerySet[Any]) -> QuerySet[Any]:
                for key in keys:
                    rows = rows.filter(id__in=linked(key, on=day is not None))
                return rows

            return Clause((every, len(keys), day is not None), apply, bound)

        yield Parameter(
            every,
            each,
            f"Has all of these values of `{name}`, separated by commas.",
            listed,
            on=each if dated else None,
        )
        yield self._has_none(name, model)

    #: Pairs of a target and every wider one that the filter finds it by.
    above: Sql | None = None

    def facet(self, name: str, model: type[models.Model]) -> Facet:
        """Count by every record that a row leads to."""
        pairs = (f"{self.back}_id", f"{self.target}_id")
        target = self.rows._meta.get_field(self.target).related_model
        return Facet(
            rows=lambda: self.between().filter(**{f"{one}__isnull": False for one in pairs}).order_by().values_list(*pairs),
            target=target,  # type: ignore[arg-type]
            above=self.above,
            watched=(Watched(self.rows._meta.db_table, pairs[0]),),
        )

    def queryable(self, name: str, model: type[models.Model]) -> Queryable:
        """Hold every record that a row leads to, and every wider one."""
        back, key = f"{self.back}_id", f"{self.target}_id"
        target = self.rows._meta.get_field(self.target).related_model

        def holders(slugs: Any) -> Any:
            return ids_of(with_slugs(self.between(), key, target, slugs, self.above), back)

        rows = self.between().filter(**{back: OuterRef("id")})
        known = Exists(rows.filter(**{f"{self.target}__record_status": RecordStatus.PUBLISHED}))
        return Queryable.of_slugs(name, target, self.widened(ids_of(rows, key)), self.help, holders=holders, known=known)

    def widened(self, keys: Any) -> Any:
        """Add the ids of the wider records to a query of ids."""
        return keys


class CommodityFilter(ThroughFilter):
    """Commodities of a record; a group finds its members and subgroups."""

    above = _GROUPS

    def __init__(self, rows: type[models.Model], back: str) -> None:
        """Name the table between and its foreign key back."""
        text = "Commodity by its symbol; a group such as REE also finds its members and subgroups."
        super().__init__(rows, back, "commodity", help=text, example="REE")

    def ids(self, parameter: str, given: str) -> list[int]:
        """Expand a group."""
        return lookups.commodities_of(parameter, given)

    def widened(self, keys: Any) -> Any:
        """Add the groups."""
        return _groups_of(keys)

    def parameters(self, name: str, model: type[models.Model]) -> Iterator[Parameter]:
        """Add the exact commodity, unexpanded."""
        yield from super().parameters(name, model)
        exact = ThroughFilter(self.rows, self.back, "commodity", help="Exactly this commodity, without the members of a group.")
        yield next(exact.parameters(f"{name}__exact", model))
