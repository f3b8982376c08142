"""How much the registry holds, counted in one query and remembered until the data change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import ngettext

from api.database.bound import shape_of
from api.database.connection import fetch
from api.database.version import VersionedCache
from api.query.rows import records
from api.resources.resource import Resource, all_resources, resource_named
from registry.kinds import CITED
from registry.models import Citation, DepositCommodity, Finding, Source
from registry.sql import Sql, identifier, joined, sql
from registry.vocabularies import DevelopmentStatus, RecordStatus

_cache = VersionedCache(1)

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
    """Give the SQL of the ids of the sources that the records of a resource rest on."""
    if resource.model is Source:
        # Copies of one root are one source; so a source rests on itself unless it is derived from another.
        return _published(resource, derived_from__isnull=True)
    of_these = {f"{resource.kind}__in": records(resource).order_by().values("id")}
    public = {"source__record_status": RecordStatus.PUBLISHED}
    parts: list[QuerySet[Any]] = []
    if resource.kind in CITED:
        parts.append(Citation.objects.filter(**of_these, **public))
    if resource.model is Finding:
        parts.append(records(resource).filter(**public))
    composed = [shape_of(part.order_by().values("source_id")) for part in parts]
    return joined(" UNION ", composed) or sql("SELECT NULL::bigint WHERE false")


def _count() -> Numbers:
    """Count everything in one statement: rows of (what, key, name, three numbers)."""
    parts = []
    for resource in all_resources():
        place = {f"{resource.geometry}__isnull": False} if resource.located else {"id__lt": 0}
        parts.append(
            sql(
                "(SELECT 'kind', {name}, NULL, (SELECT count(*) FROM ({every}) a), (SELECT count(*) FROM ({located}) b),"
                " (SELECT count(DISTINCT c.source_id) FROM ({sources}) c(source_id)))",
                name=resource.name,
                every=_published(resource),
                located=_published(resource, **place),
                sources=_sources(resource),
            )
        )
    deposits = _published(resource_named("deposits"))
    filed = identifier(DepositCommodity._meta.db_table)
    parts.append(
        sql(
            "(SELECT 'rare', 'deposits', NULL, count(*), count(geometry), 0 FROM registry_deposit WHERE id IN ({deposits})"
            " AND id IN (SELECT f.deposit_id FROM {filed} f JOIN registry_commodity e ON e.id = f.commodity_id WHERE e.ree))",
            deposits=deposits,
            filed=filed,
        )
    )
    parts.append(
        sql(
            "(SELECT 'status', development_status, NULL, count(*), count(geometry), 0 FROM registry_deposit"
            " WHERE id IN ({deposits}) GROUP BY 2)",
            deposits=deposits,
        )
    )
    parts.append(
        sql(
            "(SELECT 'element', e.slug, e.name, (SELECT count(DISTINCT dc.deposit_id) FROM {filed} dc"
            " WHERE dc.commodity_id = e.id AND dc.deposit_id IN ({deposits})), e.atomic_number::bigint, 0"
            " FROM registry_commodity e WHERE e.id IN ({commodities}))",
            filed=filed,
            deposits=deposits,
            commodities=_published(resource_named("commodities"), ree=True, kind="element"),
        )
    )
    return _numbers(fetch(joined(" UNION ALL ", parts)))


def _numbers(rows: list[tuple[Any, ...]]) -> Numbers:
    kinds = {key: ResourceCount(resource_named(key), *counts) for what, key, _, *counts in rows if what == "kind"}
    every, [(rare, located)] = kinds["deposits"], [(n, on_map) for what, _, _, n, on_map, _ in rows if what == "rare"]
    deposits = Deposits(rare, located, every.records - rare, every.located - located)
    by_status = {key: counts for what, key, _, *counts in rows if what == "status"}
    statuses = []
    for code, (words, group) in STATUS_GROUPS.items():
        found = [by_status.get(status.value, (0, 0, 0)) for status in group]
        codes = tuple(str(status.value) for status in group)
        statuses.append(Status(code, words, codes, sum(n[0] for n in found), sum(n[1] for n in found)))
    elements = [Element(key, name, number, count) for what, key, name, count, number, _ in rows if what == "element"]
    return Numbers(kinds, deposits, tuple(statuses), tuple(sorted(elements, key=lambda e: e.atomic_number)))
