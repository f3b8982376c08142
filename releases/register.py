"""The register of ids of a release: what each id means, since when, and what became of it; and what changed since the last.

What is registered is public, or was in an earlier release. A release is compared with the register of the one before it, not
with the log of changes, of which old rows may be gone; the log adds the names of the fields that differ.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, LiteralString

from django.db import connection

from api.changes.record_steps import visible
from api.resources.resource import all_resources
from registry.kinds import IDENTIFIED
from registry.sql import Sql, compiled, identifier, literal, sql
from releases.snapshot import Snapshot

IDS, CHANGES, BRIDGES, RIGHTS = "ids.csv", "changelog.csv", "bridges.csv", "rights.csv"
_TIME = '\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\''
_NOW = """
CREATE TEMP TABLE release_now (kind text, id bigint, uid uuid, slug text, status text, merged_into text, version integer,
    updated_at text, digest text) ON COMMIT DROP;
CREATE TEMP TABLE release_before (kind text, uid uuid, slug text, status text, merged_into text, first_release text,
    last_release text, version integer, updated_at text, digest text) ON COMMIT DROP;
CREATE TEMP TABLE release_fields (kind text, id bigint, fields text) ON COMMIT DROP;
"""
_COLUMNS = "kind, uid, slug, status, merged_into, first_release, last_release, version, updated_at, digest"
#: What was in a release and is public no longer keeps its row, with the last release that had it.
_REGISTER: LiteralString = """
CREATE TEMP TABLE release_register ON COMMIT DROP AS
SELECT COALESCE(n.kind, b.kind) AS kind, COALESCE(n.uid, b.uid) AS uid, COALESCE(n.slug, b.slug) AS slug,
    COALESCE(n.status, CASE b.status WHEN 'merged' THEN 'merged' ELSE 'withdrawn' END) AS status,
    CASE WHEN n.kind IS NULL THEN b.merged_into ELSE n.merged_into END AS merged_into,
    CASE WHEN n.status = 'published' THEN COALESCE(b.first_release, {name}) ELSE b.first_release END AS first_release,
    CASE WHEN n.status = 'published' THEN {name} ELSE b.last_release END AS last_release,
    COALESCE(n.version, b.version) AS version, COALESCE(n.updated_at, b.updated_at) AS updated_at,
    COALESCE(n.digest, b.digest) AS digest
FROM release_now n FULL JOIN release_before b ON b.kind = n.kind AND b.uid = n.uid
"""
_CHANGED = """
CREATE TEMP TABLE release_changed ON COMMIT DROP AS
SELECT r.kind, r.uid, r.slug, CASE
        WHEN r.status = 'published' AND b.uid IS NULL THEN 'added'
        WHEN r.status = 'published' AND b.status <> 'published' THEN 'restored'
        WHEN r.status = 'published' THEN 'changed'
        ELSE r.status END AS change,
    b.version AS version_before, r.version, r.merged_into,
    CASE WHEN r.status = 'published' AND b.status = 'published' THEN f.fields END AS fields
FROM release_register r LEFT JOIN release_before b ON b.kind = r.kind AND b.uid = r.uid
LEFT JOIN release_now n ON n.kind = r.kind AND n.uid = r.uid LEFT JOIN release_fields f ON f.kind = n.kind AND f.id = n.id
WHERE CASE WHEN r.status <> 'published' THEN b.status = 'published'
    ELSE b.uid IS NULL OR b.status <> 'published' OR (b.version, b.digest) <> (r.version, r.digest) END
"""


def write_register(folder: Path, name: str, snapshot: Snapshot, before: Mapping[str, Any] | None, earlier: Path | None) -> None:
    """Write the register, the changes, the bridges and the rights; `before` and `earlier` are the release before this one."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        for resource in all_resources():
            for rows in _present(resource):
                _run(cursor, rows)
        if before and earlier:
            _read_before(cursor, earlier / IDS)
            _read_fields(cursor, snapshot, before)
        _run(cursor, sql(_REGISTER, name=name))
        cursor.execute(_CHANGED)
    ordered = 'ORDER BY kind COLLATE "C", slug COLLATE "C"'
    _copy(folder / IDS, f"SELECT {_COLUMNS} FROM release_register {ordered}")  # noqa: S608 - both are texts of ours
    _copy(folder / CHANGES, f"SELECT * FROM release_changed {ordered}")  # noqa: S608
    _copy(folder / BRIDGES, f"{' UNION ALL '.join(_bridges())} ORDER BY 1, 3, 4, 5")
    _copy(
        folder / RIGHTS,
        "SELECT s.slug AS source, s.title, s.publisher, s.url, s.rights, s.attribution FROM registry_source s"
        " WHERE s.record_status = 'published' ORDER BY s.slug COLLATE \"C\"",
    )


def counts() -> dict[str, dict[str, int]]:
    """Count the changes by kind of record, once they are written."""
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, change, count(*) FROM release_changed GROUP BY 1, 2 ORDER BY 1, 2")
        for kind, change, number in cursor.fetchall():
            found.setdefault(kind, {})[change] = number
    return found


def records() -> dict[str, int]:
    """Count the public records by kind, once they are written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM release_now WHERE status = 'published' GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())


def _present(resource: Any) -> tuple[Sql, Sql]:
    """Return the statements that note the public records of a kind, and those merged into one that readers may know."""
    kind, table = literal(resource.kind), identifier(resource.table)
    digest = compiled(
        "left(encode(sha256(convert_to(r.document::text || COALESCE(r.geometry_document::text, ''), 'UTF8')), 'hex'), 16)"
    )
    updated = compiled(f"to_char(r.updated_at AT TIME ZONE 'UTC', {_TIME})")
    public = sql(
        "INSERT INTO release_now SELECT {kind}, r.id, r.uid, r.slug, 'published', NULL, r.version, {updated}, {digest}"
        " FROM {table} r WHERE {visible}",
        kind=kind,
        updated=updated,
        digest=digest,
        table=table,
        visible=compiled(visible(resource, "r")),
    )
    merged = sql(
        "INSERT INTO release_now SELECT {kind}, r.id, r.uid, r.slug, 'merged', t.slug, r.version, {updated}, NULL"
        " FROM {table} r JOIN {table} t ON t.id = r.merged_into_id"
        " WHERE r.record_status = 'merged' AND r.published_at IS NOT NULL AND ({visible} OR t.record_status = 'merged')",
        kind=kind,
        updated=updated,
        table=table,
        visible=compiled(visible(resource, "t")),
    )
    return public, merged


def _read_before(cursor: Any, register: Path) -> None:
    with (
        register.open("rb") as file,
        cursor.connection.cursor().copy("COPY release_before FROM STDIN (FORMAT csv, HEADER)") as rows,
    ):
        while block := file.read(1 << 16):
            rows.write(block)


def _read_fields(cursor: Any, snapshot: Snapshot, before: Mapping[str, Any]) -> None:
    """Note which fields the log says to have changed; of before a restoration it says nothing."""
    era, _, number = str(before["position"]).rpartition("-")
    if era == snapshot.era:
        cursor.execute(
            "INSERT INTO release_fields SELECT kind, record, string_agg(DISTINCT f, ';' ORDER BY f)"
            " FROM registry_change, unnest(fields) f WHERE transaction >= %s AND operation = 'update' GROUP BY 1, 2",
            (int(number),),
        )


def _bridges() -> list[str]:
    """Return the queries for what other registers call the public records of each kind."""
    return [
        f"SELECT n.kind, n.uid, n.slug, x.scheme, x.value FROM registry_externalid x JOIN release_now n"  # noqa: S608
        f" ON n.kind = '{resource.kind}' AND n.id = x.{resource.kind}_id AND n.status = 'published'"
        for resource in all_resources()
        if resource.kind in IDENTIFIED
    ]


def _run(cursor: Any, statement: Sql) -> None:
    cursor.execute(statement.text, statement.values)


def _copy(path: Path, query: str) -> None:
    query = f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)"
    with connection.cursor() as cursor, path.open("wb") as file, cursor.connection.cursor().copy(query) as rows:
        for block in rows:
            file.write(block)
