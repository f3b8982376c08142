"""The function and steps that keep `Concern`: which records a disagreement is about, walked from its sides step by step.

All of it follows from `STEPS`. Whatever such a step rests on (a foreign key, a row between) is watched: when it is written,
the disagreements whose chains pass the rows are walked again; which those are, the chains themselves say. Rows may be
written in any order: a chain that ends at a row which is not there yet goes on when it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from api.documents.models import children_under, key_of, table_of
from api.resources.concerns import IS_PUBLIC_CHAIN, is_public_chain
from registry.derived.dispatch import ROW_OPTIONS
from registry.derived.objects import DerivedFunction
from registry.derived.rebuild import Rendering
from registry.derived.steps import WRITES, Layer, Moment, Operation
from registry.derived.steps import Step as TriggerStep
from registry.kinds import CONCERNED, SIDES, kind_named
from registry.models import Concern, DisagreementMember
from registry.models.concerns import PUBLIC, STEPS
from registry.triggers import changed, pairs

_KEEP = "registry_keep_concerns"
_TABLE = Concern._meta.db_table
_MEMBERS = DisagreementMember._meta.db_table
#: The columns of a side by which its chains begin.
MEMBER_KEYS = ("disagreement_id", *(f"{kind}_id" for kind in SIDES))
_COLUMNS = ("disagreement_id", "member_id", "about", "path", "citing_source_id", *(f"{kind}_id" for kind in CONCERNED))


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
        """Return whether it is a foreign key of the row itself."""
        return self.back == "id"


@cache
def steps() -> tuple[Step, ...]:
    """Read the declared steps from the models."""
    kinds: dict[type[models.Model], str] = {kind.model: name for name, kind in CONCERNED.items()}
    found = []
    for start, names in STEPS.items():
        for name in names:
            rows, _, key = name.rpartition(".")
            holder: type[models.Model] = kind_named(start).model
            back = "id"
            if rows:
                children = children_under(holder, rows)
                holder, back = children.model, children.column
            link = key_of(holder, key)
            found.append(Step(start, kinds[link.model], name, table_of(holder), link.column, back))
    return tuple(found)


def _listed(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in _COLUMNS)


def _found(touched: str) -> str:
    """Return the chains of some disagreements as they should be, as the expressions `walk` and `found` of a query."""
    sides = ", ".join(f"('{kind}', m.{kind}_id)" for kind in SIDES)
    ways = " UNION ALL ".join(_way(step) for step in steps())
    chain = ", ".join(f"(chain->>'{name.removesuffix('_id')}')::bigint AS {name}" for name in _COLUMNS[4:])
    return f"""
        WITH RECURSIVE walk AS (
            SELECT m.disagreement_id, m.id AS member_id, s.kind, s.id, s.kind AS path,
                jsonb_build_object(s.kind, s.id) AS chain
            FROM {_MEMBERS} m CROSS JOIN LATERAL (VALUES {sides}) s(kind, id)
            WHERE m.disagreement_id = ANY ({touched}) AND s.id IS NOT NULL
            UNION ALL
            SELECT w.disagreement_id, w.member_id, e.kind, e.id, w.path || '.' || e.name, w.chain || e.chain
            FROM walk w CROSS JOIN LATERAL ({ways}) e(kind, id, name, chain)
        ), found AS (
            SELECT DISTINCT disagreement_id, member_id, kind AS about, path, {chain}
            FROM walk WHERE kind <> 'citation'
        )"""


def keep_function() -> DerivedFunction:
    """Return the function that walks again from some disagreements, and writes what differs."""
    return DerivedFunction(
        name=_KEEP,
        purpose="Walk from the sides of some disagreements to the records that they are about, and keep the chains.",
        body=f"""
        BEGIN
            -- One walk at a time for each disagreement: the next one begins where this has ended.
            PERFORM FROM registry_disagreement WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
            {_found("touched")}, gone AS (
                DELETE FROM {_TABLE} c WHERE c.disagreement_id = ANY (touched)
                AND NOT EXISTS (SELECT FROM found f WHERE ({_listed("f")}) IS NOT DISTINCT FROM ({_listed("c")}))
            )
            INSERT INTO {_TABLE} ({", ".join(_COLUMNS)}) SELECT {_listed("f")} FROM found f
            WHERE NOT EXISTS (SELECT FROM {_TABLE} c WHERE c.disagreement_id = f.disagreement_id
                AND ({_listed("c")}) IS NOT DISTINCT FROM ({_listed("f")}));
        END
        """,
        arguments="touched bigint[]",
        returns="void",
        options=ROW_OPTIONS,
        layer=Layer.CONCERNS,
    )


def _way(step: Step) -> str:
    citing = "'citing_source', t.source_id, " if step.start == "citation" else ""
    return (
        f"SELECT '{step.end}', t.{step.key}, '{step.name}', jsonb_build_object({citing}'{step.end}', t.{step.key})"
        f" FROM {step.table} t WHERE w.kind = '{step.start}' AND t.{step.back} = w.id AND t.{step.key} IS NOT NULL"
    )


def public_function() -> DerivedFunction:
    """Return the function that tells whether each record of a chain is public, by their keys."""
    condition = is_public_chain(f"chain[{number}]" for number in range(1, len(PUBLIC) + 1))
    return DerivedFunction(
        name=IS_PUBLIC_CHAIN,
        purpose="Whether the disagreement of a chain and all records on it are public.",
        body=f"BEGIN RETURN {condition}; END",
        arguments="chain bigint[]",
        returns="boolean",
        options=f"STABLE {ROW_OPTIONS}",
        layer=Layer.CONCERNS,
    )


def derived() -> tuple[list[TriggerStep], list[DerivedFunction]]:
    """Return the steps of every table that a way rests on, and of the sides themselves, and the function that they call."""
    return list(_watching()), [keep_function(), public_function()]


def _watching() -> Iterator[TriggerStep]:
    by_table: dict[str, list[Step]] = defaultdict(list)
    for step in steps():
        by_table[step.table].append(step)
    for operation in WRITES:
        yield _watch(_MEMBERS, operation, [_changed(operation, "disagreement_id", MEMBER_KEYS)], MEMBER_KEYS)
        for table, those in by_table.items():
            # What leads from a row itself ends with the row: its sides are deleted with it.
            if operation is Operation.DELETE:
                those = [step for step in those if not step.own]
            selected = [_through(start, back, operation, own) for start, back, own in _starts(those)]
            if selected:
                yield _watch(table, operation, selected, [step.key for step in those])


def _starts(those: list[Step]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    keys: dict[tuple[str, str], list[str]] = defaultdict(list)
    for step in those:
        keys[step.start, step.back].append(step.key)
    for (start, back), own in keys.items():
        # The source of a citation is part of its chains as well.
        more = ("source_id",) if start == "citation" else ()
        yield start, back, (back, *own, *more)


def _changed(operation: Operation, column: str, compared: Iterable[str]) -> str:
    """Select a column of the rows that a statement added, removed, or changed in the columns compared."""
    if operation is Operation.UPDATE:
        return f"SELECT unnest(ARRAY[n.{column}, o.{column}]) FROM {pairs(changed(compared))}"
    (rows,) = operation.transition.values()
    return f"SELECT {column} FROM {rows}"


def _through(start: str, back: str, operation: Operation, compared: tuple[str, ...]) -> str:
    """Select the disagreements whose chains pass the rows of the kind `start` that a statement has touched."""
    table, column = (_MEMBERS, "citation_id") if start == "citation" else (_TABLE, f"{start}_id")
    return f"SELECT disagreement_id FROM {table} WHERE {column} IN ({_changed(operation, back, compared)})"


def _watch(table: str, operation: Operation, selected: list[str], reads: Iterable[str]) -> TriggerStep:
    return TriggerStep(
        layer=Layer.CONCERNS,
        name="keep_concerns",
        purpose="walk again from the disagreements whose chains pass the rows",
        table=table,
        moment=Moment.AFTER_STATEMENT,
        operations=(operation,),
        reads=frozenset(reads),
        variables=f"touched bigint[] := ARRAY({' UNION '.join(f'({one})' for one in selected)});",
        body=f"IF cardinality(touched) > 0 THEN PERFORM {_KEEP}(touched); END IF;",
    )


def renderings() -> list[Rendering]:
    """Return what is kept: the chains of all disagreements, which are few and walked at once."""
    return [
        Rendering(name="concerns:disagreement", table=_TABLE, digest=keep_function().digest, batch=_walk, differing=_differing)
    ]


def _walk(cursor: CursorWrapper, after: int, most: int) -> tuple[int, int | None]:
    cursor.execute(f"SELECT {_KEEP}(ARRAY(SELECT id FROM registry_disagreement))")
    cursor.execute(f"SELECT count(*) FROM {_TABLE}")
    return int(cursor.fetchone()[0]), None


def _differing() -> int:
    every = _found("ARRAY(SELECT id FROM registry_disagreement)")
    kept, found = f"SELECT {_listed('c')} FROM {_TABLE} c", f"SELECT {_listed('f')} FROM found f"
    with connection.cursor() as cursor:
        cursor.execute(f"{every} SELECT count(*) FROM (({kept} EXCEPT {found}) UNION ALL ({found} EXCEPT {kept})) d")
        return int(cursor.fetchone()[0])
