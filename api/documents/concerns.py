"""The function and triggers that keep `Concern`: which records a disagreement is about, walked from its sides step by step.

All of it follows from `STEPS`. Whatever a step rests on (a foreign key, a row between) has a trigger that walks anew from
the disagreements whose chains pass the rows that changed; which those are, the chains themselves say. Rows may be written
in any order: a chain that ends at a row which is not there yet goes on when it is.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from api.documents.install import Piece, put
from registry.models import Concern, DisagreementMember
from registry.models.concerns import CHAIN, STEPS
from registry.models.disagreements import MEMBERS
from registry.triggers.plans import PAIRS

_KEEP = "registry_keep_concerns"
_TABLE = Concern._meta.db_table
_MEMBERS = DisagreementMember._meta.db_table
_COLUMNS = ("disagreement_id", "member_id", "about", "path", "citing_source_id", *(f"{kind}_id" for kind in CHAIN))


@dataclass(frozen=True)
class Step:
    """From a row of the kind `start` to a record of the kind `end`: the table and key it rests on, and its way back."""

    start: str
    end: str
    name: str
    table: str
    key: str
    back: str

    @property
    def own(self) -> bool:
        """Tell whether it is a foreign key of the row itself."""
        return self.back == "id"


@cache
def _model(kind: str) -> Any:
    return apps.get_model("registry", {"citation": "Citation", **CHAIN}[kind])


@cache
def steps() -> tuple[Step, ...]:
    """Read the declared steps from the models."""
    kinds = {_model(kind): kind for kind in CHAIN}
    found = []
    for start, names in STEPS.items():
        for name in names:
            rows, _, key = name.rpartition(".")
            holder, back = _model(start), "id"
            if rows:
                relation = next(r for r in holder._meta.related_objects if r.get_accessor_name() == rows)
                holder, back = relation.related_model, relation.field.column
            column = holder._meta.get_field(key)
            found.append(Step(start, kinds[column.related_model], name, holder._meta.db_table, column.column, back))
    return tuple(found)


def keep_piece() -> Piece:
    """Give the function that walks anew from some disagreements, and writes what differs."""
    sides = ", ".join(f"('{kind}', m.{kind}_id)" for kind in MEMBERS)
    ways = " UNION ALL ".join(_way(step) for step in steps())
    listed = ", ".join(_COLUMNS)
    chain = ", ".join(f"(chain->>'{name.removesuffix('_id')}')::bigint AS {name}" for name in _COLUMNS[4:])
    mine, theirs = (", ".join(f"{alias}.{name}" for name in _COLUMNS) for alias in ("c", "f"))
    function = f"""
        CREATE OR REPLACE FUNCTION {_KEEP}(touched bigint[]) RETURNS void LANGUAGE plpgsql
        SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $keep$
        BEGIN
            -- One walk at a time for each disagreement: the next one begins where this has ended.
            PERFORM FROM registry_disagreement WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
            WITH RECURSIVE walk AS (
                SELECT m.disagreement_id, m.id AS member_id, s.kind, s.id, s.kind AS path,
                    jsonb_build_object(s.kind, s.id) AS chain
                FROM {_MEMBERS} m CROSS JOIN LATERAL (VALUES {sides}) s(kind, id)
                WHERE m.disagreement_id = ANY (touched) AND s.id IS NOT NULL
                UNION ALL
                SELECT w.disagreement_id, w.member_id, e.kind, e.id, w.path || '.' || e.name, w.chain || e.chain
                FROM walk w CROSS JOIN LATERAL ({ways}) e(kind, id, name, chain)
            ), found AS (
                SELECT DISTINCT disagreement_id, member_id, kind AS about, path, {chain}
                FROM walk WHERE kind <> 'citation'
            ), gone AS (
                DELETE FROM {_TABLE} c WHERE c.disagreement_id = ANY (touched)
                AND NOT EXISTS (SELECT FROM found f WHERE ({theirs}) IS NOT DISTINCT FROM ({mine}))
            )
            INSERT INTO {_TABLE} ({listed}) SELECT {theirs} FROM found f WHERE NOT EXISTS (SELECT FROM {_TABLE} c
                WHERE c.disagreement_id = f.disagreement_id AND ({mine}) IS NOT DISTINCT FROM ({theirs}));
        END $keep$
    """
    return Piece(_KEEP, function, arguments="(bigint[])")


def _way(step: Step) -> str:
    citing = "'citing_source', t.source_id, " if step.start == "citation" else ""
    return (
        f"SELECT '{step.end}', t.{step.key}, '{step.name}', jsonb_build_object({citing}'{step.end}', t.{step.key})"
        f" FROM {step.table} t WHERE w.kind = '{step.start}' AND t.{step.back} = w.id AND t.{step.key} IS NOT NULL"
    )


def trigger_pieces() -> Iterator[Piece]:
    """Give the triggers of every table that a step rests on, and of the sides themselves."""
    by_table: dict[str, list[Step]] = defaultdict(list)
    for step in steps():
        by_table[step.table].append(step)
    for operation in ("insert", "update", "delete"):
        yield _trigger(_MEMBERS, operation, [_changed(operation, "disagreement_id", ("*",))])
        for table, those in by_table.items():
            # What leads from a row itself ends with the row: its sides are deleted with it.
            if operation == "delete":
                those = [step for step in those if not step.own]
            selected = [_through(start, back, operation, own) for start, back, own in _starts(those)]
            if selected:
                yield _trigger(table, operation, selected)


def _starts(those: list[Step]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    keys: dict[tuple[str, str], list[str]] = defaultdict(list)
    for step in those:
        keys[step.start, step.back].append(step.key)
    for (start, back), own in keys.items():
        # The source of a citation is part of its chains as well.
        more = ("source_id",) if start == "citation" else ()
        yield start, back, (back, *own, *more)


def _changed(operation: str, column: str, compared: tuple[str, ...]) -> str:
    """Select a column of the rows that a statement added, removed, or changed in the columns compared."""
    if operation == "insert":
        return f"SELECT {column} FROM new_rows"
    if operation == "delete":
        return f"SELECT {column} FROM old_rows"
    new, old = (", ".join(f"{alias}.{name}" for name in compared) for alias in ("n", "o"))
    return f"SELECT unnest(ARRAY[n.{column}, o.{column}]) FROM {PAIRS} WHERE ({new}) IS DISTINCT FROM ({old})"


def _through(start: str, back: str, operation: str, compared: tuple[str, ...]) -> str:
    """Select the disagreements whose chains pass the rows of the kind `start` that a statement has touched."""
    table, column = (_MEMBERS, "citation_id") if start == "citation" else (_TABLE, f"{start}_id")
    return f"SELECT disagreement_id FROM {table} WHERE {column} IN ({_changed(operation, back, compared)})"


def _trigger(table: str, operation: str, selected: list[str]) -> Piece:
    name = f"{_KEEP}_{table.removeprefix('registry_')}_{operation}"
    tables = {
        "insert": "NEW TABLE AS new_rows",
        "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "OLD TABLE AS old_rows",
    }[operation]
    function = f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
        SET plan_cache_mode = force_custom_plan AS $touch$
        DECLARE touched bigint[] := ARRAY({" UNION ".join(selected)});
        BEGIN
            IF cardinality(touched) > 0 THEN PERFORM {_KEEP}(touched); END IF;
            RETURN NULL;
        END $touch$
    """
    trigger = f"""
        CREATE OR REPLACE TRIGGER keep_concerns_{operation} AFTER {operation.upper()} ON {table}
        REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}()
    """
    return Piece(name, function, trigger)


def install() -> None:
    """Bring function and triggers up to date; where they had changed, walk anew from every disagreement."""
    with transaction.atomic(), connection.cursor() as cursor:
        changed = [put(cursor, piece) for piece in (keep_piece(), *trigger_pieces())]
        if any(changed):
            cursor.execute(f"SELECT {_KEEP}(ARRAY(SELECT id FROM registry_disagreement))")
