"""What statements can be asked for: each filter narrows citations `c`, and findings `r` with their own source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.errors import BadParameter
from api.filters import lookups
from api.filters.parameters import code_of, moment, nearest, several, word
from api.statements.columns import KINDS, RECORDED_BY
from api.statements.conditions import ByOwner, Narrowed
from api.statements.rows import by_whom, fields_known, recorded
from registry.entries import Rows, columns_of, rows_of
from registry.kinds import CITED, PARTS_OF_RECORDS, RECORD_KINDS, RecordKind, kind_named
from registry.models import Country, Deposit, Finding, Source
from registry.sql import Sql, compiled, identifier, sql
from registry.vocabularies import CitationRelation, Confidence

_ALL = sql("true")


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
        narrowed.add_ways([sql("c.{column} = {one}", column=identifier(column), one=one) for one in wanted], findings)

    return apply


def _source(narrowed: Narrowed, given: str) -> None:
    ids = [lookups.id_of(Source, "source", one) for one in several("source", given)]
    narrowed.add_ways([sql("c.source_id = {id}", id=one) for one in ids], sql("r.source_id = ANY ({ids})", ids=ids))


def _kind(narrowed: Narrowed, given: str) -> None:
    wanted = [code_of("kind", one, KINDS) for one in several("kind", given)]
    owners = [(KINDS[one], sql("c.{key} IS NOT NULL", key=_key(KINDS[one]))) for one in dict.fromkeys(wanted)]
    narrowed.add_owners(owners, _ALL if "finding" in wanted else None)


def _key(column: str) -> Sql:
    return identifier(f"{column}_id")


def _record(narrowed: Narrowed, given: str) -> None:
    owners: ByOwner = []
    own: list[int] = []
    slug = word("record", given)
    kinds = [kind for kind in RECORD_KINDS if kind.cited_as]
    for kind in kinds:
        key = lookups.find(kind.model, slug)
        if key is None:
            continue
        owners.append((kind.cited_as, sql("c.{key} = {id}", key=_key(kind.cited_as), id=key)))
        own += [key] if kind.name == "finding" else []
        for part in PARTS_OF_RECORDS.values():
            if part.part_of == kind.name:
                owners.append(_is_of(part, sql("{holder} = {id}", holder=_key(part.holder), id=key)))
    if not owners:
        for kind in kinds:
            lookups.refuse_merged(kind.model, "record", slug)
        raise BadParameter(f"There is no published record “{given[:60]}”.", "record")
    narrowed.add_owners(owners, sql("r.id = ANY ({own})", own=own) if own else None)


def _is_of(kind: RecordKind, condition: Sql, table: Sql | None = None, key: Sql | None = None) -> tuple[str, Sql]:
    """Return the condition that a citation is of records of a kind that fulfil a condition, or that rows between name."""
    return kind.cited_as, sql(
        "c.{owner} IN (SELECT {key} FROM {table} WHERE {condition})",
        owner=_key(kind.cited_as),
        key=key or identifier("id"),
        table=table or identifier(kind.table),
        condition=condition,
    )


def _field(narrowed: Narrowed, given: str) -> None:
    name, colon, key = (entry := word("field", given)).partition(":")
    if name not in fields_known():
        raise BadParameter(f"No kind of record has “{name[:60]}”.{nearest(name, fields_known())}", "field")
    has_rows = any(rows.name == name for kind in CITED.values() for rows in rows_of(kind.model))
    if not has_rows:
        narrowed.add(_names([name]), _finding_states(name))
        narrowed.rows.append(sql("field = {name}", name=name))
    elif colon:
        narrowed.add_ways(_ways_to_row(name, key), _finding_has(name, key))
        narrowed.rows.append(sql("field = {entry}", entry=entry))
    else:
        # The index has `names:` for a citation that names single rows of a list.
        narrowed.add(_names([name, f"{name}:"]), _finding_has(name))
        narrowed.rows.append(sql("split_part(field, ':', 1) = {name}", name=name))


def _names(entries: list[str]) -> Sql:
    return sql("registry_entries(c.fields) && {entries}::text[]", entries=entries)


def _ways_to_row(name: str, key: str) -> list[Sql]:
    """Return how citations carry a row of a list: by its name, or with the whole list of a record that has the row."""
    ways = [_names([f"{name}:{key}"])]
    for column, kind in CITED.items():
        for rows in rows_of(kind.model):
            if rows.name == name:
                held = (
                    "c.{owner} IN (SELECT x.{of} FROM {table} x WHERE {has_key} AND {needed}) AND c.fields @> {list}::text[]"
                    " AND (c.relation = 'supports' OR c.stated_value IS NULL)"
                )
                one = sql(
                    held,  # type: ignore[arg-type]
                    owner=_key(column),
                    of=identifier(rows.owner),
                    table=identifier(rows.model._meta.db_table),
                    has_key=_has_key(rows, key),
                    needed=compiled(rows.needed),
                    list=[name],
                )
                ways.append(one)
    return ways


def _finding_has(name: str, key: str = "") -> Sql | None:
    """Return the condition that a finding has a row of a list."""
    for rows in rows_of(Finding):
        if rows.name == name:
            return sql(
                "EXISTS (SELECT FROM {table} x WHERE x.{of} = r.id AND {has_key})",
                table=identifier(rows.model._meta.db_table),
                of=identifier(rows.owner),
                has_key=_has_key(rows, key) if key else _ALL,
            )
    return None


def _has_key(rows: Rows, key: str) -> Sql:
    return _bound(rows.is_key("x", "\x00").split("\x00"), key)


def _bound(pieces: list[str], value: str) -> Sql:
    """Put a value between pieces of SQL."""
    return Sql("%s::text".join(piece.replace("%", "%%") for piece in pieces), (value,) * (len(pieces) - 1))


def _finding_states(name: str) -> Sql | None:
    columns = {column.name: column for column in columns_of(Finding)}
    return Sql(columns[name].given("r").replace("%", "%%")) if name in columns else None


def _country(narrowed: Narrowed, given: str) -> None:
    ids = [lookups.id_of(Country, "country", one) for one in several("country", given)]
    here = sql("country_id = ANY ({ids})", ids=ids)
    owners: ByOwner = [("country", sql("c.country_id = ANY ({ids})", ids=ids))]
    owners += [
        _is_of(kind, here)
        for kind in CITED.values()
        if kind.is_record and any(f.name == "country" for f in kind.model._meta.concrete_fields)
    ]
    for one in ("deposit", "prospecting_object"):
        within = "{key} IN (SELECT id FROM {table} WHERE country_id = ANY ({ids}))"
        owned = sql(within, key=_key(one), table=identifier(kind_named(one).table), ids=ids)
        owners.append(_is_of(kind_named("estimate"), owned))
    parties = identifier("registry_frameworkparty")
    owners.append(_is_of(kind_named("policy_framework"), here, parties, identifier("framework_id")))
    _add_about(narrowed, owners, "country_id", ids)


def _deposit(narrowed: Narrowed, given: str) -> None:
    ids = [lookups.id_of(Deposit, "deposit", one) for one in several("deposit", given)]
    here = sql("deposit_id = ANY ({ids})", ids=ids)
    sites = identifier("registry_licensesite")
    owners: ByOwner = [
        ("deposit", sql("c.deposit_id = ANY ({ids})", ids=ids)),
        _is_of(kind_named("estimate"), here),
        _is_of(kind_named("license"), here, sites, identifier("license_id")),
    ]
    _add_about(narrowed, owners, "deposit_id", ids)


def _add_about(narrowed: Narrowed, owners: ByOwner, subject: str, ids: list[int]) -> None:
    """Add the findings about some records, which are cited and have sources of their own."""
    about = sql("{subject} = ANY ({ids})", subject=identifier(subject), ids=ids)
    table, key = identifier("registry_findingsubject"), identifier("finding_id")
    owners.append(_is_of(kind_named("finding"), about, table, key))
    own = sql("r.id IN (SELECT finding_id FROM registry_findingsubject WHERE {about})", about=about)
    narrowed.add_owners(owners, own)


_HISTORIES = (("registry_citationhistory", "c.id"), ("registry_findinghistory", "r.id"))


def _recorded_by(narrowed: Narrowed, given: str) -> None:
    """Keep what somebody wrote last, found among all that they ever wrote."""
    by = code_of("recorded_by", given, RECORDED_BY)
    some = "{key} IN (SELECT g.pgh_obj_id FROM {history} g WHERE {by_whom} = {by}) AND (SELECT h.by FROM ({last}) h) = {by}"
    citations, findings = (
        sql(
            some,  # type: ignore[arg-type]
            key=compiled(key),
            history=identifier(history),
            by_whom=compiled(by_whom("g")),
            by=by,
            last=compiled(recorded(history, key)),
        )
        for history, key in _HISTORIES
    )
    narrowed.add(citations, findings)


def _recorded_since(narrowed: Narrowed, given: str) -> None:
    """Keep what was written after a time: what was written last is, if anything was."""
    since = moment("recorded_since", given)
    some = "{key} IN (SELECT g.pgh_obj_id FROM {history} g WHERE g.pgh_created_at >= {since})"
    citations, findings = (
        sql(some, key=compiled(key), history=identifier(history), since=since)  # type: ignore[arg-type]
        for history, key in _HISTORIES
    )
    narrowed.add(citations, findings)


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
