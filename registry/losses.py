"""What readers would lose with some records, if these were withdrawn or deleted; nothing is written to find it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from django.db import connection

from registry.entries import uncovered_without
from registry.kinds import MUST_BE_CITED, PARTS_OF_RECORDS, TALLIED, RecordKind, kind_of_model
from registry.models import Disagreement, DisagreementMember, Finding, Source, Tally
from registry.public import LEAST_SIDES, is_side_seen, ways_to_hide
from registry.sql import Sql, compiled, identifier, sql
from registry.uses import Use, uses_of
from registry.vocabularies import RecordStatus

#: So many records of a kind are counted, so many of them compared with their other sources, and so many named.
MOST_COUNTED, MOST_COMPARED, MOST_NAMED = 1_000, 500, 10


class Effect(StrEnum):
    """What happens to a record; in the order in which pages list it."""

    #: It would state something that no other source covers: the database refuses that.
    BARE = "bare"
    #: Readers would not see it any more, as it is shown with the other.
    HIDDEN = "hidden"
    #: A disagreement has a side less.
    SIDE = "side"
    #: It keeps other sources that cover it.
    SOURCE = "source"
    #: Its link leads nowhere.
    LINK = "link"


@dataclass(frozen=True)
class Named:
    """A record that loses something: the entries that nothing covers any more, and for a disagreement whether it ends."""

    key: int
    entries: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True)
class Loss:
    """Records of one kind to which the same happens."""

    effect: Effect
    model: Any
    #: How many, up to `MOST_COUNTED`.
    number: int
    first: tuple[Named, ...]
    title: str = ""
    is_more: bool = False


def losses(model: Any, keys: Collection[int], *, public: bool = True) -> list[Loss]:
    """List what records lose, if some of a kind are withdrawn: those that readers see, or all that use them."""
    keys = sorted(keys)
    kind = kind_of_model(model)
    if kind is None or not keys:
        return []
    found = list(_of_source(keys)) if model is Source and public else []
    found += _sides(kind, keys)
    found += _uses(kind, keys, public=public)
    return sorted(found, key=lambda one: list(Effect).index(one.effect))


def refuses(found: Collection[Loss]) -> bool:
    """Return whether the database would refuse to withdraw what was looked at."""
    return any(one.effect is Effect.BARE for one in found)


def _uses(kind: RecordKind, keys: list[int], *, public: bool) -> Iterator[Loss]:
    grouped: dict[tuple[Effect, Any, str], set[int]] = {}
    for use in uses_of(kind.model):
        if use.key == "merged_into" or use.rows is DisagreementMember or (use.model is Finding and use.key == "source"):
            continue
        users = use.users(keys)
        if public:
            users = users.filter(record_status=RecordStatus.PUBLISHED)
        if use.model is kind.model:
            users = users.exclude(pk__in=keys)
        found = users.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1]
        # A record that uses another by several of its rows is listed once.
        grouped.setdefault((_effect(kind, use), use.model, use.title), set()).update(found)
    for (effect, model, title), using in grouped.items():
        if using:
            yield replace(_loss(effect, model, using), title=title)


def _effect(kind: RecordKind, use: Use) -> Effect:
    of = kind_of_model(use.model)
    return Effect.HIDDEN if use.rows is None and of is not None and use.key in of.shown_with else Effect.LINK


def _loss(effect: Effect, model: Any, keys: Collection[int]) -> Loss:
    counted = sorted(set(keys))
    return Loss(
        effect,
        model,
        min(len(counted), MOST_COUNTED),
        tuple(Named(key) for key in counted[:MOST_NAMED]),
        is_more=len(counted) > MOST_COUNTED,
    )


def _sides(kind: RecordKind, keys: list[int]) -> Iterator[Loss]:
    """Find the disagreements of which readers see a side less."""
    ways = [
        DisagreementMember.objects.filter(**{f"{way}__in": keys}, disagreement__record_status=RecordStatus.PUBLISHED)
        for way in ways_to_hide(kind)
    ]
    if not ways:
        return
    members = [way.order_by().values_list("pk")[: MOST_COUNTED + 1] for way in ways]
    lost = {key for (key,) in members[0].union(*members[1:])} if len(ways) > 1 else {key for (key,) in members[0]}
    if not lost:
        return
    query = sql(
        "SELECT m.disagreement_id, count(*) FILTER (WHERE m.id <> ALL ({lost})) FROM registry_disagreementmember m"
        " WHERE m.disagreement_id IN (SELECT d.disagreement_id FROM registry_disagreementmember d WHERE d.id = ANY ({lost}))"
        " AND {seen} GROUP BY 1 HAVING bool_or(m.id = ANY ({lost})) ORDER BY 1",
        lost=sorted(lost),
        seen=compiled(is_side_seen("m")),
    )
    rows = _rows(query)
    named = tuple(Named(key, ends=left < LEAST_SIDES) for key, left in rows[:MOST_NAMED])
    if rows:
        yield Loss(Effect.SIDE, Disagreement, min(len(rows), MOST_COUNTED), named, is_more=len(rows) > MOST_COUNTED)


def _of_source(keys: list[int]) -> Iterator[Loss]:
    """Find what sources support: what nothing else covers, and what keeps others."""
    cited = set(Tally.objects.filter(source__in=keys).values_list("kind", flat=True).distinct())
    for kind in TALLIED.values():
        if kind.name not in cited:
            continue
        citing, is_more = _citing(kind, keys)
        if kind.model is Finding:
            own = Finding.objects.filter(source__in=keys, record_status=RecordStatus.PUBLISHED).order_by()
            stated = list(own.values_list("pk", flat=True)[: MOST_COUNTED + 1])
            if stated:
                yield _loss(Effect.BARE, Finding, stated)
            citing -= set(stated)
        bare = _bare(kind, keys, sorted(citing)[:MOST_COMPARED]) if kind.name in MUST_BE_CITED else []
        if bare:
            yield Loss(Effect.BARE, kind.model, len(bare), tuple(bare[:MOST_NAMED]), is_more=len(citing) > MOST_COMPARED)
        if rest := citing - {one.key for one in bare}:
            yield replace(_loss(Effect.SOURCE, kind.model, rest), is_more=is_more)


def _citing(kind: RecordKind, keys: list[int]) -> tuple[set[int], bool]:
    """Return published records that cite sources, themselves or a part of them, and whether there are more."""
    own = sql("c.{own}", own=identifier(f"{kind.cited_as}_id")) if kind.cited_as else None
    ways = [_cited(own, kind, Sql(), keys)] if own else []
    for column, part in PARTS_OF_RECORDS.items():
        if part.part_of == kind.name and part.cited_as:
            rows = sql(" JOIN {part} e ON e.id = c.{column}", part=identifier(part.table), column=identifier(f"{column}_id"))
            ways.append(_cited(sql("e.{holder}", holder=identifier(f"{part.holder}_id")), kind, rows, keys))
    found = [_rows(way) for way in ways]
    return {key for rows in found for (key,) in rows}, any(len(rows) > MOST_COUNTED for rows in found)


def _cited(record: Sql, kind: RecordKind, rows: Sql, keys: list[int]) -> Sql:
    return sql(
        "SELECT {record} FROM registry_citation c{rows} JOIN {table} r ON r.id = {record} AND r.record_status = 'published'"
        " WHERE c.source_id = ANY ({keys}) LIMIT {most}",
        record=record,
        rows=rows,
        table=identifier(kind.table),
        keys=keys,
        most=MOST_COUNTED + 1,
    )


def _bare(kind: RecordKind, keys: list[int], records: list[int]) -> list[Named]:
    """Find the records that would state something that no other source covers, or would cite no source at all."""
    own = identifier(f"{kind.cited_as}_id")
    query = sql(
        "SELECT r.id, x.entries FROM {table} r CROSS JOIN LATERAL (SELECT {entries} AS entries OFFSET 0) u"
        " LEFT JOIN registry_uncovered k ON k.kind = {kind} AND k.record = r.id CROSS JOIN LATERAL (SELECT ARRAY("
        " SELECT e FROM unnest(u.entries) e WHERE e <> ALL (COALESCE(k.entries, '{{}}')) ORDER BY e) AS entries) x"
        " WHERE r.id = ANY ({records}) AND (x.entries <> '{{}}' OR NOT EXISTS (SELECT FROM registry_citation c"
        " JOIN registry_source s ON s.id = c.source_id AND s.record_status = 'published'"
        " WHERE c.{own} = r.id AND c.source_id <> ALL ({keys}))) ORDER BY r.id",
        table=identifier(kind.table),
        entries=compiled(uncovered_without(kind.model, "r", keys)),
        kind=kind.name,
        records=records,
        own=own,
        keys=keys,
    )
    return [Named(key, tuple(entries)) for key, entries in _rows(query)]


def _rows(query: Sql) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query.text, query.values)
        found: list[Any] = cursor.fetchall()
        return found
