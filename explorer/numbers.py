"""How much the registry holds, counted in one query and remembered until the data change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import translation
from django.utils.translation import ngettext

from api.database.bound import shape_of
from api.database.connection import fetch
from api.database.version import VersionedCache
from api.query.composed import records
from api.query.facets import counted, unlocated_of
from api.query.list_query import read_query
from api.resources.resource import Resource, all_resources, resource_named
from registry.models import CommodityMember, Deposit, Source, Tally
from registry.sql import Sql, identifier, joined, sql
from registry.vocabularies import DevelopmentStatus

_cache = VersionedCache(1)
_STATUS, _COMMODITY = "development_status", "commodity"

#: How the map groups the statuses of development: code of the group → its words and the statuses in it.
STATUS_GROUPS: dict[str, tuple[str, tuple[DevelopmentStatus, ...]]] = {
    "operating": ("Operating", (DevelopmentStatus.OPERATING,)),
    "planned": (
        "Being built, studied or approved",
        (DevelopmentStatus.CONSTRUCTION, DevelopmentStatus.FEASIBILITY, DevelopmentStatus.PENDING_APPROVAL),
    ),
    "exploration": ("Exploration", (DevelopmentStatus.EXPLORATION,)),
    "undeveloped": ("Undeveloped", (DevelopmentStatus.UNDEVELOPED,)),
    "past": (
        "Closed, idle or historic",
        (
            DevelopmentStatus.CARE_AND_MAINTENANCE,
            DevelopmentStatus.CLOSED,
            DevelopmentStatus.ABANDONED,
            DevelopmentStatus.HISTORIC,
        ),
    ),
    "unknown": ("Status unknown", (DevelopmentStatus.UNKNOWN,)),
}


def kind_words(model: type[Model]) -> tuple[str, str]:
    """Name the records of a kind, one and several, as the British spell it."""
    names = model._meta
    with translation.override(None):  # Messages, which are counted in the language of the page.
        one, several = (str(name).replace("license", "licence") for name in (names.verbose_name, names.verbose_name_plural))
    return one, several


@dataclass(frozen=True)
class ResourceCount:
    """How many records of a resource there are, how many of them have a place, and how many sources they rest on.

    Of sources themselves, `sources` are those that are no copy, translation or paraphrase of another.
    """

    resource: Resource
    records: int
    located: int
    sources: int

    @property
    def words(self) -> str:
        """Name the kind as people do."""
        return ngettext(*kind_words(self.resource.model), self.records)

    @property
    def unlocated(self) -> int:
        """Count the records that no map can show."""
        return self.records - self.located


@dataclass(frozen=True)
class Deposits:
    """How many deposits have a commodity that is a rare earth, and how many are others; and those on the map."""

    rare: int
    rare_located: int
    others: int
    others_located: int

    @property
    def unlocated(self) -> int:
        """Count the deposits that no map can show."""
        return self.rare + self.others - self.rare_located - self.others_located


@dataclass(frozen=True)
class Status:
    """How many deposits a group of statuses has, and how many of them are on the map."""

    code: str
    words: str
    statuses: tuple[str, ...]
    deposits: int
    located: int


@dataclass(frozen=True)
class Element:
    """A rare-earth element, and how many deposits are filed with it by name."""

    symbol: str
    name: str
    atomic_number: int
    deposits: int


@dataclass(frozen=True)
class Numbers:
    """The numbers on the front page."""

    kinds: Mapping[str, ResourceCount]
    deposits: Deposits
    statuses: tuple[Status, ...]
    elements: tuple[Element, ...]


def numbers() -> Numbers:
    """Return the numbers as of the present data version."""
    return _cache.get("numbers", _count)


def _published(resource: Resource, **conditions: Any) -> Sql:
    """Give the SQL of the ids of what the public may see of a resource."""
    return shape_of(records(resource).filter(**conditions).order_by().values("id"))


def _sources(resource: Resource) -> Sql:
    """Give the SQL of the number of sources that the records of a resource rest on."""
    if resource.model is Source:
        # Copies of one root are one source; so a source rests on itself unless it is derived from another.
        return sql("(SELECT count(*) FROM ({roots}) a)", roots=_published(resource, derived_from__isnull=True))
    return sql(
        "(SELECT count(DISTINCT t.source_id) FROM (SELECT source_id FROM {tallies} WHERE kind = {kind}"
        " GROUP BY source_id, relation HAVING sum(records) > 0) t WHERE t.source_id IN ({sources}))",
        tallies=identifier(Tally._meta.db_table),
        kind=resource.kind,
        sources=_published(resource_named("sources")),
    )


def _count() -> Numbers:
    """Count everything: the deposits by the facets that are kept of them, the other kinds in one statement."""
    every, rare = _Deposits.of({}), _Deposits.of({"commodity": ",".join(_rare_earths())})
    deposits = Deposits(rare.records, rare.located, every.records - rare.records, every.located - rare.located)
    statuses = []
    for code, (words, group) in STATUS_GROUPS.items():
        codes = tuple(str(status.value) for status in group)
        found = [sum(counts.get(one, 0) for one in codes) for counts in (every.statuses, every.unlocated)]
        statuses.append(Status(code, words, codes, found[0], found[0] - found[1]))
    return Numbers(_kinds(every), deposits, tuple(statuses), _elements(every))


@dataclass(frozen=True)
class _Deposits:
    """Deposits counted: by status, those of them without a location by status, and by commodity."""

    records: int
    located: int
    statuses: Mapping[str, int]
    unlocated: Mapping[str, int]
    commodities: Mapping[str, int]

    @classmethod
    def of(cls, given: dict[str, str]) -> "_Deposits":
        """Count the deposits of some filters; none of a filter without a value."""
        if "" in given.values():
            return cls(0, 0, {}, {}, {})
        query = read_query(resource_named("deposits"), given)
        every, elsewhere = counted(query, (_STATUS, _COMMODITY)), counted(unlocated_of(query), (_STATUS,))
        statuses, unlocated, commodities = (
            {str(one.value): one.count for one in facet.values}
            for facet in (every.facets[_STATUS], elsewhere.facets[_STATUS], every.facets[_COMMODITY])
        )
        return cls(every.records, every.records - elsewhere.records, statuses, unlocated, commodities)


def _rare_earths() -> list[str]:
    """List the rare earths that are in no group of them: a group also finds what is in it."""
    inside = CommodityMember.objects.filter(group__ree=True).order_by().values("member_id")
    rows = records(resource_named("commodities")).filter(ree=True).exclude(id__in=inside)
    return [slug for (slug,) in fetch(shape_of(rows.values_list("slug")))]


def _kinds(deposits: _Deposits) -> dict[str, ResourceCount]:
    """Count the records of each kind, those on a map, and their sources; of deposits, the first two are known."""
    parts = []
    for resource in all_resources():
        place = {f"{resource.geometry}__isnull": False} if resource.located else {"id__lt": 0}
        every, located = (
            (sql("{n}::bigint", n=deposits.records), sql("{n}::bigint", n=deposits.located))
            if resource.model is Deposit
            else (_number(_published(resource)), _number(_published(resource, **place)))
        )
        parts.append(
            sql(
                "(SELECT {name}::text, {every}, {located}, {sources})",
                name=resource.name,
                every=every,
                located=located,
                sources=_sources(resource),
            )
        )
    rows = fetch(joined(" UNION ALL ", parts))
    return {name: ResourceCount(resource_named(name), *counts) for name, *counts in rows}


def _number(rows: Sql) -> Sql:
    return sql("(SELECT count(*) FROM ({rows}) a)", rows=rows)


def _elements(deposits: _Deposits) -> tuple[Element, ...]:
    rows = records(resource_named("commodities")).filter(ree=True, kind="element").order_by("atomic_number")
    return tuple(
        Element(slug, name, number, deposits.commodities.get(slug, 0))
        for slug, name, number in fetch(shape_of(rows.values_list("slug", "name", "atomic_number")))
    )
