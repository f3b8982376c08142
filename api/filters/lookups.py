"""From the codes people write to the ids that queries compare, remembered until the data change."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from api.database.connection import fetch
from api.database.version import VersionedCache
from api.errors import BadParameter
from api.filters.aliases import aliased
from api.filters.memberships import memberships
from api.filters.merged import survivor
from api.filters.parameters import nearest, uid_of
from registry.kinds import PARTS_OF_RECORDS, RecordKind, kind_named
from registry.models import Commodity, Country, DisputedArea, Name, Region
from registry.models.base import Record
from registry.public import is_seen
from registry.sql import Sql, compiled, identifier, joined, sql

_cache = VersionedCache(5_000)
#: Tables small enough to keep all their codes at hand.
_SMALL: tuple[type[Record], ...] = (Country, Region, Commodity, DisputedArea)


def _codes(model: type[Record]) -> dict[str, int]:
    """Return every published code of a small table, in lower case: slugs, uids, and the other codes that its records show."""

    def read() -> dict[str, int]:
        columns = ("slug", "uid", *model.codes)
        rows = fetch(
            sql(
                "SELECT id, {columns} FROM {table} WHERE record_status = 'published'",
                columns=joined(", ", (sql("lower({column}::text)", column=identifier(column)) for column in columns)),
                table=identifier(model._meta.db_table),
            )
        )
        return {code: key for key, *codes in rows for code in codes if code}

    return _cache.get(model, read)


def find(model: Any, given: str) -> int | None:
    """Return the id of the published record with this slug, uid, code or alias, in any letter case; None if there is none."""
    code, is_small = given.lower(), model in _SMALL
    if is_small and (key := _codes(model).get(code)):
        return key

    def read() -> int | None:
        found = None if is_small else _row_of(model, given)
        found = found or aliased(model, given)
        return found[0] if found else None

    return _cache.get((model, code), read)


def _row_of(model: Any, given: str) -> tuple[Any, ...] | None:
    uid = uid_of(given)
    this = sql("uid = {uid}", uid=uid) if uid else sql("lower(slug) = {slug}", slug=given.lower())
    table = identifier(model._meta.db_table)
    rows = fetch(sql("SELECT id FROM {table} WHERE {this} AND record_status = 'published'", table=table, this=this))
    return rows[0] if rows else None


def id_of(model: Any, parameter: str, given: str) -> int:
    """Return the same; raises BadParameter, with what was probably meant, if there is none."""
    key = find(model, given)
    if key is None:
        refuse_merged(model, parameter, given)
        meant = _meant(model, given, _codes(model) if model in _SMALL else ())
        raise BadParameter(f"There is no {model._meta.verbose_name} “{given[:60]}”.{meant}", parameter)
    return key


def _meant(model: Any, given: str, codes: Iterable[str] = ()) -> str:
    """Suggest what was probably meant: the record of that name, in any script, or else the nearest code."""
    holder = next((f for f in Name._meta.concrete_fields if f.related_model is model), None)
    if holder is not None and "\x00" not in given:
        rows = fetch(
            sql(
                "SELECT r.slug FROM registry_name n JOIN {table} r ON r.id = n.{holder}"
                " WHERE n.folded = registry_fold_name({name}) AND r.record_status = 'published' ORDER BY r.id LIMIT 1",
                table=identifier(model._meta.db_table),
                holder=identifier(str(holder.column)),
                name=given[:200],
            )
        )
        if rows:
            return f" A record with that name has the slug “{rows[0][0]}”."
    return nearest(given.lower(), codes, 600)


def hidden_of(model: type[Record]) -> list[int]:
    """Return the ids of the records of a model that readers do not see."""

    def read() -> list[int]:
        rows = fetch(sql("SELECT id FROM {table} WHERE record_status <> 'published'", table=identifier(model._meta.db_table)))
        return [key for (key,) in rows]

    return _cache.get(("hidden", model), read)


def refuse_merged(model: Any, parameter: str, given: str) -> None:
    """Describe which record to ask for instead of one that was merged into it; raises BadParameter."""
    if slug := survivor(model, given):
        raise BadParameter(f"“{given[:60]}” was merged into “{slug}”. Use the new slug.", parameter, [slug])


def countries_of_region(parameter: str, given: str) -> list[int]:
    """Return the ids of the countries of a region and the regions in it, by its code or M49 number; raises BadParameter."""
    region = id_of(Region, parameter, given)

    def read() -> list[int]:
        rows = fetch(
            "WITH RECURSIVE inside(id) AS (SELECT %s::bigint UNION SELECT r.id FROM registry_region r"
            " JOIN inside ON r.parent_id = inside.id)"
            " SELECT DISTINCT m.country_id FROM registry_regionmember m JOIN inside ON inside.id = m.region_id ORDER BY 1",
            (region,),
        )
        return [country for (country,) in rows]

    return _cache.get(("members", region), read)


def organizations_of(countries: list[int], day: date) -> list[int]:
    """Return the ids of the organizations of which a country is known to be a member on a day, also through others."""

    def read() -> list[int]:
        rows = fetch(
            sql(
                "{memberships} SELECT DISTINCT id FROM memberships WHERE holds ORDER BY 1",
                memberships=memberships(countries, day),
            )
        )
        return [key for (key,) in rows]

    return _cache.get(("organizations", tuple(countries), day), read)


def countries_of_area(parameter: str, given: str) -> list[int]:
    """Return the ids of the countries that a country or region code stands for; raises BadParameter."""
    if (country := find(Country, given)) is not None:
        return [country]
    if find(Region, given) is not None:
        return countries_of_region(parameter, given)
    meant = _meant(Country, given) or _meant(Region, given, [*_codes(Region), *_codes(Country)])
    raise BadParameter(f"There is no country or region “{given[:60]}”.{meant}", parameter)


def commodities_of(parameter: str, given: str) -> list[int]:
    """Return the ids of a commodity and, of a group, of its members, subgroups and their members; raises BadParameter."""
    commodity = id_of(Commodity, parameter, given)

    def read() -> list[int]:
        rows = fetch(
            "WITH RECURSIVE below(id) AS (SELECT %s::bigint UNION SELECT m.member_id FROM registry_commoditymember m"
            " JOIN below ON m.group_id = below.id) SELECT id FROM below ORDER BY 1",
            (commodity,),
        )
        return [key for (key,) in rows]

    return _cache.get(("below", commodity), read)


def rare_earths() -> list[int]:
    """Return the ids of the published commodities that are rare earths, as tiles count them."""

    def read() -> list[int]:
        rows = fetch("SELECT id FROM registry_commodity WHERE ree AND record_status = 'published' ORDER BY 1")
        return [key for (key,) in rows]

    return _cache.get(("rare earths",), read)


def records_with_external_id(kind: RecordKind, scheme: str, value: str) -> list[int]:
    """Give the ids of the records of a kind that carry an external id themselves, or in a citation or a part of theirs."""
    this = sql("e.scheme = {scheme} AND e.value = {value}", scheme=scheme, value=value)
    own = sql("SELECT e.{key} FROM registry_externalid e WHERE {this}", key=identifier(f"{kind.name}_id"), this=this)
    parts = [
        sql(
            "SELECT t.{back} FROM registry_externalid e JOIN {table} t ON t.id = e.{key} WHERE {this} AND {seen}",
            back=identifier(f"{back}_id"),
            table=identifier(row.table),
            key=identifier(f"{row.name}_id"),
            this=this,
            seen=compiled(is_seen(row, "t.id")),
        )
        for row, back in _carriers(kind)
    ]
    rows = fetch(joined(" UNION ", [own, *parts]))
    return [key for (key,) in rows if key is not None]


def having_external_ids(kind: RecordKind) -> Sql:
    """Select the ids of the records of a kind that carry an external id themselves, or in a citation or a part of theirs."""
    key = identifier(f"{kind.name}_id")
    own = sql("SELECT e.{key} FROM registry_externalid e WHERE e.{key} IS NOT NULL", key=key)
    parts = (
        sql(
            "SELECT t.{back} FROM registry_externalid e JOIN {table} t ON t.id = e.{key} WHERE t.{back} IS NOT NULL AND {seen}",
            back=identifier(f"{back}_id"),
            table=identifier(row.table),
            key=identifier(f"{row.name}_id"),
            seen=compiled(is_seen(row, "t.id")),
        )
        for row, back in _carriers(kind)
    )
    return joined(" UNION ALL ", (own, *parts))


def external_ids(kind: RecordKind, record: Any) -> Sql:
    """Select scheme and value of each external id of a record, of its citations and parts; `record` is an expression."""
    own = sql(
        "SELECT e.scheme, e.value FROM registry_externalid e WHERE e.{key} = {record}",
        key=identifier(f"{kind.name}_id"),
        record=record,
    )
    parts = [
        sql(
            "SELECT e.scheme, e.value FROM {table} t JOIN registry_externalid e ON e.{key} = t.id WHERE t.{back} = {record}"
            " AND {seen}",
            table=identifier(row.table),
            key=identifier(f"{row.name}_id"),
            back=identifier(f"{back}_id"),
            record=record,
            seen=compiled(is_seen(row, "t.id")),
        )
        for row, back in _carriers(kind)
    ]
    return joined(" UNION ", [own, *parts])


def _carriers(kind: RecordKind) -> list[tuple[RecordKind, str]]:
    """List what of a kind of record has external ids of its own, with the key that leads to the record."""
    via = [(kind_named("citation"), kind.cited_as)] if kind.cited_as else []
    return via + [(part, part.holder) for part in PARTS_OF_RECORDS.values() if part.part_of == kind.name]
