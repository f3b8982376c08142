"""How many independent sources support a record, of which kinds they are, and how new: three columns of what is cited.

They follow from the citations of a record that support it, and for a finding from its own source
too; only sources that readers see count, and not one that says no more than which province a location lies in: the maker of a
map of provinces need not know the record. A record counts when it is written: a citation that comes, changes or goes writes
its record again. A source that is published, hidden, given another kind or another original writes again the records that it
supports, and that its copies support. Who cites a source holds it, so that neither misses the other.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db import connection

from registry.derived.rebuild import Rendering
from registry.derived.steps import WRITES, Layer, Moment, Operation, Step
from registry.kinds import CITED, RecordKind
from registry.triggers.base import changed, pairs

_CITATION = "registry_citation"
_FINDING = "registry_finding"
_SOURCE = "registry_source"
#: The fields that a map of provinces supports.
PROVINCE = ("admin_area", "admin_code")
#: Whether a citation `c` counts.
COUNTS = f"c.relation = 'supports' AND (c.fields = '{{}}' OR NOT c.fields <@ '{{{','.join(PROVINCE)}}}')"
#: What a source of unknown kind counts as.
UNKNOWN_KIND = "unknown"
#: The columns of a source on which the counts rest.
_READ = ("record_status", "kind", "derived_from_id", "published", "published_earliest")

#: The kinds of record that have the three columns.
SUPPORTED = {column: kind for column, kind in CITED.items() if kind.is_record}

_ROOT = "CASE WHEN s.derived_from_id IS NULL THEN s.id ELSE registry_root(s.id) END"
#: Column → the aggregate that it holds, over the sources `s` that support a record.
COUNTED = {
    "independent_sources": f"count(DISTINCT {_ROOT})::int",
    "source_kinds": f"COALESCE(array_agg(DISTINCT COALESCE(s.kind, '{UNKNOWN_KIND}')::varchar), '{{}}')",
    # Both are texts that begin with the year.
    "newest_source_year": "max(left(COALESCE(s.published, s.published_earliest), 4))::smallint",
}


def supporting_sql(kind: RecordKind, record: str, citations: str = _CITATION) -> str:
    """Return what stands after FROM to read the sources `s` that support the record of an alias."""
    cited = f"SELECT c.source_id FROM {citations} c WHERE c.{kind.cited_as}_id = {record}.id AND {COUNTS}"
    own = f" UNION SELECT {record}.source_id" if kind.name == "finding" else ""
    return f"({cited}{own}) k JOIN {_SOURCE} s ON s.id = k.source_id AND s.record_status = 'published'"


def declared() -> tuple[list[Step], list[Any]]:
    """Return the steps; nothing is checked at commit."""
    return list(_steps()), []


def _steps() -> Iterator[Step]:
    for kind in SUPPORTED.values():
        yield _count(kind)
    for operation in WRITES[:2]:
        for table in (_CITATION, _FINDING):
            yield _hold_sources(table, operation)
        yield _count_again(operation)


def _count(kind: RecordKind) -> Step:
    return Step(
        layer=Layer.PLACES,
        name="count_sources",
        purpose="count the independent sources that support the record, and note their kinds and the newest year",
        table=kind.table,
        moment=Moment.BEFORE_ROW,
        operations=WRITES[:2],
        reads=frozenset(
            (f"{_CITATION}.{kind.cited_as}_id", f"{_CITATION}.fields", *(f"{_SOURCE}.{column}" for column in _READ))
        ),
        body=f"SELECT {', '.join(COUNTED.values())} INTO {', '.join(f'NEW.{column}' for column in COUNTED)}"
        f" FROM {supporting_sql(kind, 'NEW')};",
    )


def _hold_sources(table: str, operation: Operation) -> Step:
    """Hold what is cited, and its originals, until the end of the transaction: nobody changes how they count meanwhile."""
    rows = "new_rows" if operation is Operation.INSERT else f"(SELECT n.* FROM {pairs(changed(('source_id',)))}) n"
    return Step(
        layer=Layer.RULES,
        name="hold_sources",
        purpose="hold the sources that are cited, and their originals",
        table=table,
        moment=Moment.AFTER_STATEMENT,
        operations=(operation,),
        reads=frozenset(("source_id",)),
        body=f"""
            PERFORM FROM {_SOURCE} WHERE id IN (WITH RECURSIVE line(id) AS (
                SELECT DISTINCT source_id FROM {rows} UNION
                SELECT s.derived_from_id FROM line JOIN {_SOURCE} s ON s.id = line.id WHERE s.derived_from_id IS NOT NULL)
                SELECT id FROM line) ORDER BY id FOR SHARE;
        """,
    )


def _count_again(operation: Operation) -> Step:
    """Write again the records that changed sources and their copies support, where the counts are others now."""
    started = "SELECT id FROM new_rows" if operation is Operation.INSERT else f"SELECT n.id FROM {pairs(changed(_READ))}"
    again = "\n".join(_write_again(kind) for kind in SUPPORTED.values())
    return Step(
        layer=Layer.TALLIES,
        name="count_sources",
        purpose="count again the independent sources of the records that a source or its copies support",
        table=_SOURCE,
        moment=Moment.AFTER_STATEMENT,
        operations=(operation,),
        reads=frozenset(_READ),
        variables="family bigint[];",
        body=f"""
            family := ARRAY(WITH RECURSIVE copies(id) AS (({started}) UNION
                SELECT s.id FROM copies JOIN {_SOURCE} s ON s.derived_from_id = copies.id) SELECT id FROM copies);
            IF cardinality(family) = 0 OR NOT EXISTS (SELECT FROM {_CITATION} WHERE source_id = ANY (family))
            AND NOT EXISTS (SELECT FROM {_FINDING} WHERE source_id = ANY (family)) THEN EXIT count_sources; END IF;
            {again}
        """,
    )


def _write_again(kind: RecordKind) -> str:
    cited = (
        f"SELECT c.{kind.cited_as}_id FROM {_CITATION} c WHERE c.source_id = ANY (family) AND c.{kind.cited_as}_id IS NOT NULL"
    )
    own = f" UNION SELECT f.id FROM {_FINDING} f WHERE f.source_id = ANY (family)" if kind.name == "finding" else ""
    return (
        f"UPDATE {kind.table} r SET independent_sources = r.independent_sources WHERE r.id IN ({cited}{own})"
        f" AND {_differs(kind, 'r')};"
    )


def _differs(kind: RecordKind, record: str) -> str:
    kept = ", ".join(f"{record}.{column}" for column in COUNTED)
    counted = ", ".join(COUNTED.values())
    return f"(SELECT ({kept}) IS DISTINCT FROM ({counted}) FROM {supporting_sql(kind, record)})"


def renderings() -> Iterator[Rendering]:
    """Return what is kept: the columns of each kind."""
    for kind in SUPPORTED.values():
        digest = sha256(f"{COUNTED} {supporting_sql(kind, 'r')}".encode()).hexdigest()[:32]
        yield Rendering(
            name=f"support:{kind.name}",
            table=kind.table,
            digest=digest,
            batch=lambda cursor, after, most, kind=kind: _count_batch(cursor, kind, after, most),  # type: ignore[misc]
            differing=lambda kind=kind: _differing(kind),  # type: ignore[misc]
        )


def _count_batch(cursor: Any, kind: RecordKind, after: int, most: int) -> tuple[int, int | None]:
    cursor.execute(
        f'WITH part AS (SELECT id FROM "{kind.table}" WHERE id > %s ORDER BY id LIMIT %s), counted AS ('
        f' UPDATE "{kind.table}" r SET independent_sources = r.independent_sources'
        f" FROM part WHERE r.id = part.id AND {_differs(kind, 'r')})"
        " SELECT count(*), max(id) FROM part",
        [after, most],
    )
    number, highest = cursor.fetchone()
    return int(number), highest


def _differing(kind: RecordKind) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{kind.table}" r WHERE {_differs(kind, "r")}')
        return int(cursor.fetchone()[0])
