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
from api.resources.concerns import is_public_chain, side_slug
from registry.derived.dispatch import ROW_OPTIONS
from registry.derived.objects import DerivedFunction
from registry.derived.rebuild import Rendering
from registry.derived.steps import WRITES, Layer, Moment, Operation
from registry.derived.steps import Step as TriggerStep
from registry.kinds import CONCERNED, SIDES, kind_named
from registry.models import Concern, DisagreementMember
from registry.models.concerns import PUBLIC, STEPS
from registry.public import LEAST_SIDES, is_side_seen
from registry.triggers import changed, pairs

_KEEP = "registry_keep_concerns"
_TABLE = Concern._meta.db_table
_MEMBERS = DisagreementMember._meta.db_table
#: The columns of a side by which its chains begin.
MEMBER_KEYS = ("disagreement_id", *(f"{kind}_id" for kind in SIDES))
#: The records that may be hidden while a chain over them is new; the disagreement is locked in any case.
_LOCKED = tuple(name for name in PUBLIC if name != "disagreement")
_COLUMNS = ("disagreement_id", "member_id", "about", "path", "citing_source_id", *(f"{kind}_id" for kind in CONCERNED))


@dataclass(frozen=True)
class ConcernStep:
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
def steps() -> tuple[ConcernStep, ...]:
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
            found.append(ConcernStep(start, kinds[link.model], name, table_of(holder), link.column, back))
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
        ), chains AS (
            SELECT DISTINCT disagreement_id, member_id, kind AS about, path, {chain}
            FROM walk WHERE kind <> 'citation'
        ), shown AS (
            SELECT m.disagreement_id FROM {_MEMBERS} m WHERE m.disagreement_id = ANY ({touched}) AND {is_side_seen("m")}
            GROUP BY 1 HAVING count(*) >= {LEAST_SIDES}
        ), found AS (
            SELECT x.*, {side_slug("x")} AS side_slug,
                x.disagreement_id IN (SELECT disagreement_id FROM shown) AND {is_public_chain("x")} AS is_public FROM chains x
        )"""


def keep_function() -> DerivedFunction:
    """Return the function that walks again from some disagreements, and writes what differs."""
    same = f"({_listed('f')}) IS NOT DISTINCT FROM ({_listed('c')})"
    new = f"NOT EXISTS (SELECT FROM {_TABLE} c WHERE c.disagreement_id = f.disagreement_id AND {same})"
    return DerivedFunction(
        name=_KEEP,
        purpose="Walk from the sides of some disagreements to the records that they are about, and keep the chains.",
        body=f"""
        DECLARE keys record;
        BEGIN
            -- Who hides a record at this moment does not see the chains that are new, so we wait for them.
            {_found("touched")} SELECT {_new_keys()} INTO keys FROM found f WHERE {new};
            {_lock_records()}
            -- One walk at a time for each disagreement: the next one begins where this has ended.
            PERFORM FROM registry_disagreement WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
            {_found("touched")}, gone AS (
                DELETE FROM {_TABLE} c WHERE c.disagreement_id = ANY (touched)
                AND NOT EXISTS (SELECT FROM found f WHERE {same})
            ), moved AS (
                UPDATE {_TABLE} c SET is_public = f.is_public, side_slug = f.side_slug FROM found f
                WHERE c.disagreement_id = f.disagreement_id AND {same}
                AND (c.is_public, c.side_slug) IS DISTINCT FROM (f.is_public, f.side_slug)
            )
            INSERT INTO {_TABLE} ({", ".join(_COLUMNS)}, side_slug, is_public)
            SELECT {_listed("f")}, f.side_slug, f.is_public FROM found f WHERE {new};
        END
        """,
        arguments="touched bigint[]",
        returns="void",
        options=ROW_OPTIONS,
        layer=Layer.CONCERNS,
    )


def _new_keys() -> str:
    return ", ".join(f"array_agg(DISTINCT f.{name}_id) FILTER (WHERE f.{name}_id IS NOT NULL) AS {name}" for name in _LOCKED)


def _lock_records() -> str:
    return "\n".join(
        f"IF keys.{name} IS NOT NULL THEN"
        f" PERFORM FROM {table_of(key_of(Concern, name).model)} WHERE id = ANY (keys.{name}) ORDER BY id FOR SHARE; END IF;"
        for name in _LOCKED
    )


def _way(step: ConcernStep) -> str:
    citing = "'citing_source', t.source_id, " if step.start == "citation" else ""
    return (
        f"SELECT '{step.end}', t.{step.key}, '{step.name}', jsonb_build_object({citing}'{step.end}', t.{step.key})"
        f" FROM {step.table} t WHERE w.kind = '{step.start}' AND t.{step.back} = w.id AND t.{step.key} IS NOT NULL"
    )


def derived() -> tuple[list[TriggerStep], list[DerivedFunction]]:
    """Return the steps of every table that a chain rests on, and of the sides themselves, and the function that they call."""
    return list(_watching()), [keep_function()]


#: Rows that are looked for among what is kept: the table and column that name them, and the column of the row itself.
Lookup = tuple[str, str, str]


def _lookups() -> dict[str, dict[Lookup, list[str]]]:
    """Return, by table, how to find the disagreements whose chains pass its rows, and the columns that move a chain."""
    found: dict[str, dict[Lookup, list[str]]] = defaultdict(lambda: defaultdict(list))
    for step in steps():
        kept = (_MEMBERS, "citation_id") if step.start == "citation" else (_TABLE, f"{step.start}_id")
        # The source of a citation is part of its chains as well.
        more = ["source_id"] if step.start == "citation" else []
        found[step.table][*kept, step.back] += [step.back, step.key, *more]
    for name in PUBLIC:
        found[table_of(key_of(Concern, name).model)][_TABLE, f"{name}_id", "id"].append("record_status")
    return found


def _watching() -> Iterator[TriggerStep]:
    for operation in WRITES:
        yield _watch(_MEMBERS, operation, [_changed(operation, "disagreement_id", MEMBER_KEYS)], MEMBER_KEYS)
        for table, lookups in _lookups().items():
            # What leads from a row itself ends with the row: its sides are deleted with it.
            those = {one: columns for one, columns in lookups.items() if operation is not Operation.DELETE or one[2] != "id"}
            selected = [
                f"SELECT disagreement_id FROM {kept} WHERE {column} IN ({_changed(operation, back, dict.fromkeys(columns))})"
                for (kept, column, back), columns in those.items()
            ]
            if selected:
                yield _watch(table, operation, selected, {column for columns in those.values() for column in columns})


def _changed(operation: Operation, column: str, compared: Iterable[str]) -> str:
    """Select a column of the rows that a statement added, removed, or changed in the columns compared."""
    if operation is Operation.UPDATE:
        return f"SELECT unnest(ARRAY[n.{column}, o.{column}]) FROM {pairs(changed(compared))}"
    (rows,) = operation.transition.values()
    return f"SELECT {column} FROM {rows}"


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
    walk_all(cursor)
    cursor.execute(f"SELECT count(*) FROM {_TABLE}")
    return int(cursor.fetchone()[0]), None


def walk_all(cursor: CursorWrapper) -> None:
    """Walk again from every disagreement."""
    cursor.execute(f"SELECT {_KEEP}(ARRAY(SELECT id FROM registry_disagreement))")


def _differing() -> int:
    every = _found("ARRAY(SELECT id FROM registry_disagreement)")
    kept = f"SELECT {_listed('c')}, c.side_slug, c.is_public FROM {_TABLE} c"
    found = f"SELECT {_listed('f')}, f.side_slug, f.is_public FROM found f"
    with connection.cursor() as cursor:
        cursor.execute(f"{every} SELECT count(*) FROM (({kept} EXCEPT {found}) UNION ALL ({found} EXCEPT {kept})) d")
        return int(cursor.fetchone()[0])
