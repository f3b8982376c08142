"""What statements can be asked for: each filter narrows citations `c`, and findings `r` with their own source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from api.errors import BadParameter
from api.filters import lookups
from api.filters.parameters import code_of, moment, nearest, several, word
from api.statements.columns import KINDS, RECORDED_BY
from api.statements.rows import fields_known, recorded
from registry.entries import columns_of, rows_of
from registry.kinds import CITED, PARTS_OF_RECORDS, RECORD_KINDS, RecordKind, kind_named
from registry.models import Country, Deposit, Finding, Source
from registry.sql import Sql, identifier, joined, sql
from registry.vocabularies import CitationRelation, Confidence

_ALL = sql("true")


@dataclass
class Narrowed:
    """The conditions on each part of the answer; None leaves a part out."""

    citations: list[Sql] = field(default_factory=list)
    findings: list[Sql] | None = field(default_factory=list)
    #: The conditions on single rows: a citation has an entry for each.
    rows: list[Sql] = field(default_factory=list)

    def add(self, citations: Sql, findings: Sql | None) -> None:
        """Narrow both parts."""
        self.citations.append(citations)
        if findings is None or self.findings is None:
            self.findings = None
        else:
            self.findings.append(findings)


@dataclass(frozen=True)
class StatementFilter:
    """A filter: how it narrows, and what OpenAPI says of it."""

    apply: Callable[[Narrowed, str], None]
    help: str
    example: str
    codes: tuple[str, ...] = ()
    #: Whether it takes several values, of which any may match.
    takes_several: bool = True


def _codes(column: str, codes: tuple[str, ...], own: bool) -> Callable[[Narrowed, str], None]:
    """Narrow by a code of the citation; `own` findings have the column too."""

    def apply(narrowed: Narrowed, given: str) -> None:
        wanted = [code_of(column, one, codes) for one in several(column, given)]
        findings = sql("r.{column} = ANY ({wanted})", column=identifier(column), wanted=wanted) if own else None
        if column == "relation" and "supports" in wanted:
            findings = _ALL
        narrowed.add(sql("c.{column} = ANY ({wanted})", column=identifier(column), wanted=wanted), findings)

    return apply


def _source(narrowed: Narrowed, given: str) -> None:
    ids = [lookups.id_of(Source, "source", one) for one in several("source", given)]
    narrowed.add(sql("c.source_id = ANY ({ids})", ids=ids), sql("r.source_id = ANY ({ids})", ids=ids))


def _kind(narrowed: Narrowed, given: str) -> None:
    wanted = [code_of("kind", one, KINDS) for one in several("kind", given)]
    owners = joined(" OR ", (sql("c.{key} IS NOT NULL", key=identifier(f"{KINDS[one]}_id")) for one in wanted))
    narrowed.add(sql("({owners})", owners=owners), _ALL if "finding" in wanted else None)


def _record(narrowed: Narrowed, given: str) -> None:
    found: list[tuple[RecordKind, int]] = []
    for kind in RECORD_KINDS:
        if kind.cited_as:
            key = _id(kind.model, word("record", given))
            found += [(kind, key)] if key is not None else []
    if not found:
        raise BadParameter(f"There is no published record “{given[:60]}”.", "record")
    owners = [sql("c.{key} = {id}", key=identifier(f"{kind.cited_as}_id"), id=key) for kind, key in found]
    owners += [
        sql(
            "c.{cited} IN (SELECT id FROM {table} WHERE {holder} = {id})",
            cited=identifier(f"{part.cited_as}_id"),
            table=identifier(part.table),
            holder=identifier(f"{part.holder}_id"),
            id=key,
        )
        for kind, key in found
        for part in PARTS_OF_RECORDS.values()
        if part.part_of == kind.name
    ]
    own = [key for kind, key in found if kind.name == "finding"]
    narrowed.add(sql("({owners})", owners=joined(" OR ", owners)), sql("r.id = ANY ({own})", own=own) if own else None)


def _id(model: type[models.Model], slug: str) -> int | None:
    try:
        return lookups.id_of(model, "record", slug)
    except BadParameter:
        return None


def _field(narrowed: Narrowed, given: str) -> None:
    name, colon, _ = (entry := word("field", given)).partition(":")
    if name not in fields_known():
        raise BadParameter(f"No kind of record has “{name[:60]}”.{nearest(name, fields_known())}", "field")
    has_rows = any(rows.name == name for kind in CITED.values() for rows in rows_of(kind.model))
    if colon or not has_rows:
        narrowed.add(sql("c.fields @> {entries}::text[]", entries=[entry]), _finding_states(name))
        narrowed.rows.append(sql("field = {entry}", entry=entry))
    else:
        some = "EXISTS (SELECT FROM unnest(c.fields) e WHERE split_part(e, ':', 1) = {name})"
        narrowed.add(sql(some, name=name), _finding_states(name))  # type: ignore[arg-type]
        narrowed.rows.append(sql("split_part(field, ':', 1) = {name}", name=name))


def _finding_states(name: str) -> Sql | None:
    columns = {column.name: column for column in columns_of(Finding)}
    return Sql(columns[name].given("r").replace("%", "%%")) if name in columns else None


def _country(narrowed: Narrowed, given: str) -> None:
    ids = [lookups.id_of(Country, "country", one) for one in several("country", given)]
    parts = [sql("SELECT id FROM registry_citation WHERE country_id = ANY ({ids})", ids=ids)]
    located = "SELECT id FROM {table} WHERE country_id = ANY ({ids})"
    parts += [
        _of_records(kind, sql(located, table=identifier(kind.table), ids=ids))  # type: ignore[arg-type]
        for kind in CITED.values()
        if kind.is_record and any(f.name == "country" for f in kind.model._meta.concrete_fields)
    ]
    parts.append(
        _of_records(
            kind_named("estimate"),
            sql(
                "SELECT e.id FROM registry_resourceestimate e LEFT JOIN registry_deposit d ON d.id = e.deposit_id"
                " LEFT JOIN registry_prospectingobject p ON p.id = e.prospecting_object_id"
                " WHERE d.country_id = ANY ({ids}) OR p.country_id = ANY ({ids})",
                ids=ids,
            ),
        )
    )
    parties = sql("SELECT framework_id FROM registry_frameworkparty WHERE country_id = ANY ({ids})", ids=ids)
    parts.append(_of_records(kind_named("policy_framework"), parties))
    _add(narrowed, parts, "country_id", ids)


def _deposit(narrowed: Narrowed, given: str) -> None:
    ids = [lookups.id_of(Deposit, "deposit", one) for one in several("deposit", given)]
    parts = [sql("SELECT id FROM registry_citation WHERE deposit_id = ANY ({ids})", ids=ids)]
    estimates = sql("SELECT id FROM registry_resourceestimate WHERE deposit_id = ANY ({ids})", ids=ids)
    parts.append(_of_records(kind_named("estimate"), estimates))
    sites = sql("SELECT license_id FROM registry_licensesite WHERE deposit_id = ANY ({ids})", ids=ids)
    parts.append(_of_records(kind_named("license"), sites))
    _add(narrowed, parts, "deposit_id", ids)


def _of_records(kind: RecordKind, keys: Sql) -> Sql:
    owner = identifier(f"{kind.cited_as}_id")
    return sql("SELECT id FROM registry_citation WHERE {owner} IN ({keys})", owner=owner, keys=keys)


def _add(narrowed: Narrowed, parts: list[Sql], subject: str, ids: list[int]) -> None:
    about = sql(
        "SELECT finding_id FROM registry_findingsubject WHERE {subject} = ANY ({ids})", subject=identifier(subject), ids=ids
    )
    parts.append(_of_records(kind_named("finding"), about))
    every = joined(" UNION ALL ", parts)
    narrowed.add(sql("c.id IN ({every})", every=every), sql("r.id IN ({about})", about=about))


def _recorded(condition: str) -> Callable[[Narrowed, Any], None]:
    def apply(narrowed: Narrowed, value: Any) -> None:
        parts = [
            (narrowed.citations, "registry_citationhistory", "c.id"),
            (narrowed.findings, "registry_findinghistory", "r.id"),
        ]
        for part, history, key in parts:
            if part is not None:
                text = f"EXISTS (SELECT FROM ({recorded(history, key)}) h WHERE {condition})"
                part.append(Sql(text.replace("%", "%%").replace("{value}", "%s"), (value,)))

    return apply


def _recorded_by(narrowed: Narrowed, given: str) -> None:
    _recorded("h.by = {value}")(narrowed, code_of("recorded_by", given, RECORDED_BY))


def _recorded_since(narrowed: Narrowed, given: str) -> None:
    _recorded("h.at >= {value}")(narrowed, moment("recorded_since", given))


FILTERS: dict[str, StatementFilter] = {
    "kind": StatementFilter(_kind, "Kind of the record.", "deposit", tuple(sorted(KINDS))),
    "record": StatementFilter(
        _record, "Slug of the record, of any kind; a licence finds its events too.", "kutessay-ii", takes_several=False
    ),
    "field": StatementFilter(
        _field, "A field, a list with its rows (`parties`), or one row (`parties:lynas`).", "location", takes_several=False
    ),
    "source": StatementFilter(_source, "Slug of the source.", "usgs-mrds"),
    "relation": StatementFilter(
        _codes("relation", tuple(map(str, CitationRelation.values)), own=False),
        "Relation of the source to the value.",
        "contradicts",
        tuple(map(str, CitationRelation.values)),
    ),
    "confidence": StatementFilter(
        _codes("confidence", tuple(map(str, Confidence.values)), own=True),
        "Confidence in the statement or the match.",
        "low",
        tuple(map(str, Confidence.values)),
    ),
    "country": StatementFilter(_country, "Records stated to be in a country, or about it, by its ISO 3166-1 code.", "KG"),
    "deposit": StatementFilter(_deposit, "A deposit with its estimates, licences and findings, by its slug.", "kutessay-ii"),
    "recorded_by": StatementFilter(_recorded_by, "Who wrote the citation last.", "curator", RECORDED_BY, takes_several=False),
    "recorded_since": StatementFilter(_recorded_since, "Written at or after this time.", "2024-01-01", takes_several=False),
}


#: The filters that take several values.
LISTS = frozenset(name for name, one in FILTERS.items() if one.takes_several)


def narrowed_by(given: Mapping[str, str]) -> Narrowed:
    """Read the filters; raises BadParameter for one that is unknown or wrong."""
    narrowed = Narrowed()
    for name, value in given.items():
        if name not in FILTERS:
            raise BadParameter(f"Statements have no such parameter.{nearest(name, FILTERS)}", name[:80], list(FILTERS))
        FILTERS[name].apply(narrowed, value)
    return narrowed
