"""What a complete record would have: the conditions under which one lacks it, kept in `registry_lacking`.

A condition of absence cannot be looked up: where few records lack something, a list that asks for it walks through all. So
what each record lacks is written down when the record or one of the rows that are asked for is written, and a list is a walk
along the index of what is lacking. Rows hold their record first (`TouchParent`), so two writers of one do not miss each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import connection

from registry.derived.rebuild import Rendering
from registry.derived.steps import WRITES, Layer, Operation, Step, after, if_given
from registry.kinds import NAMED, RecordKind, kind_named

TABLE = "registry_lacking"
#: A variable, for a query that names none keeps the plan that was made for the rows of its first statement.
_NO_LACK = "no_lack text := '';"


@dataclass(frozen=True)
class Lack:
    """A condition over a record `r`: on its own columns, or that it has no row of a table, or one that lacks something."""

    sql: str
    rows: str = ""
    key: str = ""
    #: Whether rows that come may begin it, and those that go may end it; else the other way round.
    is_of_row: bool = False


def _null(*columns: str) -> Lack:
    return Lack(" AND ".join(f"r.{column} IS NULL" for column in columns))


def _empty(column: str, *unknown: str) -> Lack:
    codes = ", ".join(f"'{code}'" for code in ("", *unknown))
    return Lack(f"(r.{column} IS NULL OR r.{column} IN ({codes}))")


def _none(table: str, key: str, where: str = "true") -> Lack:
    table, key = f"registry_{table}", f"{key}_id"
    return Lack(f"NOT EXISTS (SELECT FROM {table} x WHERE x.{key} = r.id AND {where})", table, key)


def _some(table: str, key: str, where: str) -> Lack:
    table, key = f"registry_{table}", f"{key}_id"
    return Lack(f"EXISTS (SELECT FROM {table} x WHERE x.{key} = r.id AND {where})", table, key, is_of_row=True)


_NOWHERE = _null("location", "footprint").sql
_PLACED = {
    "no_country": _null("country_id"),
    "no_place": Lack(f"{_NOWHERE} AND r.location_kind IS DISTINCT FROM 'withheld'"),
    "no_uncertainty": Lack(f"NOT ({_NOWHERE}) AND r.location_uncertainty_m IS NULL"),
}
_TONNES = (f"{of}_tonnes{end}" for of in ("ore", "contained") for end in ("", "_low", "_high"))

_OWN: dict[str, dict[str, Lack]] = {
    "deposit": {
        **_PLACED,
        "no_commodity": _none("depositcommodity", "deposit"),
        "no_type": _empty("deposit_type", "unknown"),
        "no_status": _empty("development_status", "unknown"),
        "no_other_name": _none("name", "deposit", "x.kind <> 'preferred'"),
        "no_description": _empty("description"),
    },
    "estimate": {
        "no_commodity": _null("commodity_id"),
        "no_tonnage": _null(*_TONNES),
        "no_grade": _none("grade", "estimate"),
        "no_code": _empty("reporting_code", "unspecified"),
        "no_date": _null("effective"),
        "no_text": _null("text_as_printed"),
    },
    "prospecting_object": {
        "no_country": _PLACED["no_country"],
        "no_place": _PLACED["no_place"],
        "no_commodity": _none("prospectingcommodity", "prospecting_object"),
        "no_stage": _empty("stage", "unknown"),
        "no_funding": _empty("funding", "unknown"),
        "no_begin": _null('"start"'),
    },
    "license": {
        "no_country": _null("country_id"),
        "no_area": _null("area"),
        "no_kind": _empty("kind", "other"),
        "no_status": _empty("status", "unknown"),
        "no_grant": _null("granted"),
        "no_party": _none("licenseparty", "license"),
        "no_commodity": _none("licensecommodity", "license"),
    },
    "policy_framework": {
        "no_status": _null("status"),
        "no_jurisdiction": _null("jurisdiction"),
        "no_party": _none("frameworkparty", "framework"),
        "no_url": _null("url"),
        "no_summary": _empty("summary"),
    },
    "organization": {
        "no_country": _null("country_id"),
        "no_kind": _empty("kind", "unknown"),
        "no_url": _null("url"),
    },
    "source": {
        "no_kind": _null("kind"),
        "no_title": _empty("title"),
        "no_publisher": _empty("publisher"),
        "no_date": _null("published", "published_earliest"),
        "no_language": _null("language"),
        "no_url": _null("url", "copy_url"),
        "no_rights": _empty("rights", "not stated"),
    },
    "finding": {
        "no_subject": _none("findingsubject", "finding"),
        "no_locator": _empty("locator"),
        "no_date": _null("as_of"),
    },
    "disagreement": {"no_note": _empty("note")},
    "country": {"no_boundary": _null("boundary")},
    "region": {"no_member": _none("regionmember", "region")},
}
_OF_NAMES = {
    name: {"name_without_language": _some("name", name, "x.language = '' AND x.kind <> 'preferred'")} for name in NAMED
}
#: Kind of record → name of the check → the condition over a row `r`.
LACKS: dict[str, dict[str, Lack]] = {
    kind: {**_OWN.get(kind, {}), **_OF_NAMES.get(kind, {})} for kind in dict.fromkeys((*_OWN, *_OF_NAMES))
}


def declared() -> tuple[list[Step], list[Any]]:
    """Return the steps; nothing is checked at commit."""
    of_records = [step for name in LACKS for step in _steps(kind_named(name))]
    of_rows = [
        step
        for kind, lacks in LACKS.items()
        for name, lack in lacks.items()
        if lack.rows
        for step in _steps_of_rows(kind_named(kind), name, lack)
    ]
    return of_records + of_rows, []


def lacks_sql(kind: RecordKind) -> str:
    """Return the expression of what a record `r` lacks, as an array of the names of checks."""
    cases = ", ".join(f"CASE WHEN {lack.sql} THEN '{name}' END" for name, lack in LACKS[kind.name].items())
    return f"array_remove(ARRAY[{cases}]::text[], NULL)"


def _steps(kind: RecordKind) -> Iterator[Step]:
    bodies = {
        Operation.INSERT: _add(kind, "new_rows r", "no_lack"),
        Operation.UPDATE: _remove(kind, "new_rows r", lacks_sql(kind)) + _add(kind, "new_rows r", "no_lack"),
        Operation.DELETE: _remove(kind, "old_rows r", "'{}'::text[]"),
    }
    reads = tuple(sorted(LACKS[kind.name]))
    yield from after(
        kind.table, Layer.TALLIES, "note_lacking", "note what the record lacks", bodies, reads=reads, variables=_NO_LACK
    )


def _steps_of_rows(kind: RecordKind, name: str, lack: Lack) -> Iterator[Step]:
    bodies = {operation: _follow(kind, name, lack, operation) for operation in WRITES}
    purpose = f"note whether a {kind.name.replace('_', ' ')} has such a row"
    step = f"note_{kind.name}_{name}"
    yield from after(lack.rows, Layer.TALLIES, step, purpose, bodies, reads=(lack.key,), asks=(lack.key,), variables=_NO_LACK)


def _follow(kind: RecordKind, name: str, lack: Lack, operation: Operation) -> str:
    """Look at the records of the rows of a statement: what came may end it and what went begin it, or the reverse."""
    records = {
        side: f"(SELECT DISTINCT {lack.key} AS id FROM {rows} WHERE {lack.key} IS NOT NULL OFFSET 0) r"
        for side, rows in operation.transition.items()
    }
    ends, begins = ("OLD", "NEW") if lack.is_of_row else ("NEW", "OLD")
    body = ""
    if ends in records:
        body += f"""
            DELETE FROM {TABLE} WHERE ctid = ANY (ARRAY(SELECT y.place FROM {records[ends]} CROSS JOIN LATERAL (
                SELECT k.ctid AS place FROM {TABLE} k WHERE k.kind = '{kind.name}' AND k.lacks = '{name}' AND k.record = r.id
                AND k.lacks <> no_lack OFFSET 0) y WHERE NOT ({lack.sql})));
        """
    if begins in records:
        body += f"""
            INSERT INTO {TABLE} (kind, lacks, record) SELECT '{kind.name}', '{name}', r.id FROM {records[begins]}
            WHERE '{name}' <> no_lack AND {lack.sql} AND EXISTS (SELECT FROM {kind.table} e WHERE e.id = r.id)
            ON CONFLICT DO NOTHING;
        """
    return if_given(lack.key, body)


def _add(kind: RecordKind, rows: str, no_lack: str = "''") -> str:
    return f"""
        INSERT INTO {TABLE} (kind, lacks, record) SELECT '{kind.name}', u.lacks, r.id
        FROM {rows} CROSS JOIN LATERAL unnest({lacks_sql(kind)}) u (lacks) WHERE u.lacks <> {no_lack}
        ON CONFLICT DO NOTHING;
    """


def _remove(kind: RecordKind, rows: str, lacks: str) -> str:
    """Remove what is not lacking any more: each check is looked up by the whole key, whose last column is the record."""
    names = "{" + ",".join(LACKS[kind.name]) + "}"
    return f"""
        DELETE FROM {TABLE} WHERE ctid = ANY (ARRAY(
            SELECT x.place FROM (SELECT r.id, {lacks} AS lacks FROM {rows} OFFSET 0) u
            CROSS JOIN unnest('{names}'::text[]) n (lacks) CROSS JOIN LATERAL (
                SELECT k.ctid AS place FROM {TABLE} k WHERE k.kind = '{kind.name}' AND k.lacks = n.lacks AND k.record = u.id
                OFFSET 0) x
            WHERE n.lacks <> ALL (u.lacks) AND n.lacks <> no_lack));
    """


def renderings() -> Iterator[Rendering]:
    """Return what is kept for each kind of record."""
    for name in LACKS:
        kind = kind_named(name)
        yield Rendering(
            name=f"lacking:{name}",
            table=kind.table,
            digest=sha256(lacks_sql(kind).encode()).hexdigest()[:32],
            batch=lambda cursor, after, most, kind=kind: _batch(cursor, kind, after, most),  # type: ignore[misc]
            differing=lambda kind=kind: _differing(kind),  # type: ignore[misc]
        )


def _batch(cursor: Any, kind: RecordKind, after: int, most: int) -> tuple[int, int | None]:
    cursor.execute(
        f'SELECT count(*), max(id) FROM (SELECT id FROM "{kind.table}" WHERE id > %s ORDER BY id LIMIT %s) p', [after, most]
    )
    number, last = cursor.fetchone()
    until = last if number == most else 2**63 - 1
    rows = f'(SELECT * FROM "{kind.table}" WHERE id BETWEEN %s AND %s) r'
    cursor.execute(f"DELETE FROM {TABLE} WHERE kind = '{kind.name}' AND record BETWEEN %s AND %s", [after + 1, until])
    cursor.execute(_add(kind, rows), [after + 1, until])
    return int(number), last if number == most else None


def _differing(kind: RecordKind) -> int:
    kept = f"SELECT lacks, record FROM {TABLE} WHERE kind = '{kind.name}'"
    now = f'SELECT u.lacks, r.id FROM "{kind.table}" r CROSS JOIN LATERAL unnest({lacks_sql(kind)}) u (lacks)'
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (({kept} EXCEPT {now}) UNION ALL ({now} EXCEPT {kept})) d")
        return int(cursor.fetchone()[0])
