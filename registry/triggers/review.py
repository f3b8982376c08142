"""A person's change of what is public has a reason; where a kind asks for four eyes, another person publishes it.

The rules look at the context of the history: who writes, why, and by which proposal, import or merge. What runs without a
person (the seed, a migration, psql) has no user in its context and is not asked.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from registry.derived.objects import DerivedFunction
from registry.derived.steps import WRITES, Layer, Moment, Operation, Step
from registry.kinds import APP, RECORD_KINDS, RecordKind
from registry.targets import belongs_to
from registry.trial import TRIAL
from registry.triggers.base import changed, pairs, triggers_of
from registry.triggers.children import TouchParent
from registry.triggers.refusals import curated_columns

FUNCTION, PUBLISHING = "registry_check_change", "registry_check_publication"
_CONTEXT = "NULLIF(current_setting('pghistory.context_metadata', true), '')::jsonb"
_BY_A_PERSON = "current_setting('pghistory.context_metadata', true) LIKE '%\"user\":%'"


def functions() -> Iterator[DerivedFunction]:
    """Return the rule about what is public already, and the rule about what becomes public."""
    yield DerivedFunction(
        name=FUNCTION,
        purpose="A person's change of published records has a reason and, where the kind asks for it, a second person.",
        arguments="kind text, records bigint[]",
        returns="void",
        body=f"""
        DECLARE
            given jsonb := {_CONTEXT};
            who bigint := CASE WHEN jsonb_typeof(given->'user') = 'number' THEN (given->>'user')::bigint END;
        BEGIN
            IF who IS NULL OR cardinality(records) = 0 OR given ? '{TRIAL}' THEN RETURN; END IF;
            IF NULLIF(given->>'reason', '') IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registry_' || kind || '_reason',
                    MESSAGE = 'a change of a published record needs a reason';
            END IF;
            IF NOT EXISTS (SELECT FROM registry_reviewrule r WHERE r.kind = $1 AND r.four_eyes)
                OR given ?| ARRAY['merge', 'take_back', 'import_undo'] THEN RETURN; END IF;
            IF given ? 'import_run' THEN
                IF EXISTS (SELECT FROM registry_importrun i WHERE i.id = (given->>'import_run')::bigint AND i.user_id <> who)
                THEN RETURN; END IF;
            ELSIF EXISTS (SELECT FROM registry_proposal p WHERE p.id = (given->>'proposal')::bigint AND p.author_id <> who
                AND (p.kind <> $1 OR p.record_id = ALL (records))) THEN
                RETURN;
            END IF;
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registry_' || kind || '_four_eyes',
                MESSAGE = 'nobody publishes their own change of a ' || replace(kind, '_', ' ')
                    || '; propose it, and let somebody else publish it';
        END
        """,
    )
    yield DerivedFunction(
        name=PUBLISHING,
        purpose="Where the kind asks for a second person, nobody publishes what they wrote themselves.",
        arguments="kind text, own boolean",
        returns="void",
        body=f"""
        DECLARE given jsonb := {_CONTEXT};
        BEGIN
            IF given->>'user' IS NULL OR NOT own THEN RETURN; END IF;
            IF given ?| ARRAY['{TRIAL}', 'merge', 'take_back', 'import_undo'] THEN RETURN; END IF;
            RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'registry_' || kind || '_four_eyes',
                MESSAGE = 'nobody publishes their own ' || replace(kind, '_', ' ') || '; let somebody else publish it';
        END
        """,
    )


def steps() -> Iterator[Step]:
    """Return the steps on records and on their rows."""
    for kind in RECORD_KINDS:
        yield from _of_records(kind)
    for model in apps.get_app_config(APP).get_models():
        yield from _of_rows(model)


def _of_records(kind: RecordKind) -> Iterator[Step]:
    """Check published records of which a column changes, and records that become public."""
    columns = tuple(column for column in curated_columns(kind.model) if column != "record_status")
    stays = "o.record_status = 'published' AND n.record_status = 'published'"
    different = f"ARRAY(SELECT n.id FROM {pairs(f'{stays} AND {changed(columns)}')})"
    published = {
        Operation.INSERT: "SELECT n.id FROM new_rows n WHERE n.record_status = 'published'",
        Operation.UPDATE: f"SELECT n.id FROM {pairs('n.record_status = $$published$$ AND o.record_status <> $$published$$')}",
    }
    for operation, ids in published.items():
        body = f"PERFORM {FUNCTION}('{kind.name}', {different});" if operation is Operation.UPDATE else ""
        yield Step(
            layer=Layer.RULES,
            name="review",
            purpose="refuse a person's change of what is public without a reason, or without a second person if need be",
            table=kind.table,
            moment=Moment.AFTER_STATEMENT,
            operations=(operation,),
            reads=frozenset(("record_status", *columns)),
            body=f"""
                IF {_BY_A_PERSON} THEN
                    {body}
                    IF EXISTS (SELECT FROM registry_reviewrule r WHERE r.kind = '{kind.name}' AND r.four_eyes)
                        AND EXISTS ({ids}) THEN
                        PERFORM {PUBLISHING}('{kind.name}', {_own(kind, ids, operation)});
                    END IF;
                END IF;
            """,
        )


def _own(kind: RecordKind, ids: str, operation: Operation) -> str:
    """Return whether the person wrote some of what becomes public; a step of review is no writing."""
    who, run = f"({_CONTEXT})->>'user'", f"(({_CONTEXT})->>'import_run')::bigint"
    if operation is Operation.INSERT:
        return f"NOT EXISTS (SELECT FROM registry_importrun i WHERE i.id = {run} AND i.user_id::text <> {who})"
    history = f"{kind.table}history"
    return f"""EXISTS (SELECT FROM (
        SELECT h.pgh_obj_id, h.pgh_id, h.record_status, h.pgh_context->>'user' AS who,
            lag(h.record_status) OVER (PARTITION BY h.pgh_obj_id ORDER BY h.pgh_id) AS before,
            max(h.pgh_id) FILTER (WHERE h.record_status = 'published') OVER (PARTITION BY h.pgh_obj_id) AS shown
        FROM {history} h WHERE h.pgh_obj_id IN ({ids})) e
        WHERE e.who = {who} AND e.pgh_id > COALESCE(e.shown, 0) AND (e.before IS NULL OR e.before = e.record_status))"""


def owners(model: type[models.Model]) -> dict[str, str]:
    """Return the columns by which a row belongs to a record, with its table; not those by which it points at others."""
    touched = [trigger for trigger in triggers_of(model) if isinstance(trigger, TouchParent)]
    parents = {column: trigger for trigger in touched for column in trigger.parents}
    mine = [column for column in parents if column in belongs_to(model)] or list(parents)[:1]
    return {column: parents[column].record_table(column) for column in mine}


def _of_rows(model: type[models.Model]) -> Iterator[Step]:
    """Check published records that get, change or lose a row."""
    kinds = {kind.table: kind for kind in RECORD_KINDS}
    if model._meta.db_table in kinds:
        return
    for column, table in owners(model).items():
        trigger = next(t for t in triggers_of(model) if isinstance(t, TouchParent) and column in t.parents)
        for operation in WRITES:
            # The name that the database keeps beside the record's own is no change of its own.
            counted = f" WHERE {trigger.where}" if trigger.where else ""
            rows = " UNION ".join(f"SELECT x.{column}_id FROM {name} x{counted}" for name in operation.transition.values())
            if operation is Operation.UPDATE:
                different = changed(curated_columns(model))
                rows = f"SELECT unnest(ARRAY[n.{column}_id, o.{column}_id]) FROM {pairs(different)}"
            ids = trigger.records(column, rows)
            published = f"SELECT r.id FROM \"{table}\" r WHERE r.record_status = 'published' AND r.id IN ({ids})"
            called = kinds[table].name.replace("_", " ")
            yield Step(
                layer=Layer.RULES,
                name=f"review_{column}",
                purpose=f"refuse a person's change of a public {called} without a reason or a second person",
                table=model._meta.db_table,
                moment=Moment.AFTER_STATEMENT,
                operations=(operation,),
                reads=frozenset((f"{column}_id",)),
                body=f"IF {_BY_A_PERSON} THEN PERFORM {FUNCTION}('{kinds[table].name}', ARRAY({published})); END IF;",
            )
