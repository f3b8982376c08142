"""The steps of a table of records that note what its readers see change: once per statement, in the same transaction.

What is noted is what was visible. The documents before and after say so themselves: they are rendered from the public
fields alone, and again when a record changes whose name they show, so a difference of documents is a difference of answers.
"""

from typing import Any

from django.db import models
from rest_framework.serializers import BaseSerializer

from api.resources.fields import Rendered
from api.resources.resource import GEOMETRY, Resource
from registry.derived.steps import Layer, Operation, Step, after

#: They move with every change, so that they are not listed among its fields.
_UNTOLD = frozenset(("slug", "uid", "version", "updated_at", "created_at", "published_at"))

#: The transaction is a variable because a plan without parameters is never made again.
TRANSACTION = "tx bigint := pg_current_xact_id()::text::bigint;"

_COLUMNS = "transaction, kind, record, operation, at, version, merged_into, slug, uid, fields"

#: One row per transaction and record. What was not public before a transaction nor after it was never public.
_ONCE = """
    ON CONFLICT (transaction, kind, record) DO UPDATE SET
        operation = CASE
            WHEN EXCLUDED.operation IN ('withdraw', 'merge', 'delete') AND c.operation IN ('create', 'unseen') THEN 'unseen'
            WHEN EXCLUDED.operation = 'publish' AND c.operation = 'unseen' THEN 'create'
            WHEN EXCLUDED.operation = 'update' THEN c.operation
            ELSE EXCLUDED.operation END,
        fields = CASE WHEN EXCLUDED.operation = 'update' AND c.operation = 'update'
            THEN ARRAY(SELECT DISTINCT f FROM unnest(c.fields || EXCLUDED.fields) f ORDER BY f) ELSE '{}' END,
        at = EXCLUDED.at, version = EXCLUDED.version, merged_into = EXCLUDED.merged_into
"""


def noted(kind: str, select: str) -> str:
    """Return the statements that write the rows of a query (in the order of the columns) into the log, all of one kind.

    The version of the kind moves when there are any, and only then: a draft that is saved changes nothing that readers see.
    """
    return (
        f"INSERT INTO registry_change AS c ({_COLUMNS}) {select} {_ONCE};"
        f" IF FOUND THEN PERFORM registry_mark_change('{kind}'); END IF;"
    )


def visible(resource: Resource, alias: str) -> str:
    """Return the condition that a row is public."""
    of_public = f" AND {alias}.document->>'{resource.needs}' IS NOT NULL" if resource.needs else ""
    return f"({alias}.record_status = 'published'{of_public})"


def plain_columns(serializer: BaseSerializer[Any], model: type[models.Model]) -> dict[str, str]:
    """Return the fields that are columns of the record, by name."""
    columns: dict[str, str] = {}
    for name, declared in serializer.fields.items():  # type: ignore[attr-defined]
        own = {f.name: f for f in model._meta.concrete_fields}
        if name in _UNTOLD or isinstance(declared, BaseSerializer):
            continue
        # A rendered value may stand on a column of its own name, which the database derives (`located_in`).
        source = name if isinstance(declared, Rendered) else declared.source
        if source in own:
            columns[name] = str(own[source].column)
    return columns


def record_steps(resource: Resource) -> list[Step]:
    """Return the steps that note what happens to the records of a resource."""
    written = {Operation.INSERT: _of_insert, Operation.UPDATE: _of_update, Operation.DELETE: _of_delete}
    bodies = {operation: noted(resource.kind, select(resource)) for operation, select in written.items()}
    purpose = "note in the feed what readers see of it"
    reads = ("document", "geometry_document", "record_status", "version", "slug", "uid")
    return list(after(resource.table, Layer.CHANGES, "note_changes", purpose, bodies, reads=reads, variables=TRANSACTION))


def _of_insert(resource: Resource) -> str:
    return f"""
        SELECT tx, '{resource.kind}', n.id, 'create', statement_timestamp(), n.version, NULL::bigint, n.slug, n.uid,
            '{{}}'::text[]
        FROM new_rows n WHERE {visible(resource, "n")}
    """


def _of_update(resource: Resource) -> str:
    was, now = visible(resource, "o"), visible(resource, "n")
    own, rest, shown = _differences(resource)
    return f"""
        SELECT tx, '{resource.kind}', n.id, CASE
                WHEN {was} AND {now} THEN 'update'
                WHEN {now} AND o.published_at IS NULL THEN 'create'
                WHEN {now} THEN 'publish'
                WHEN n.record_status = 'merged' THEN 'merge'
                ELSE 'withdraw' END,
            statement_timestamp(), n.version, n.merged_into_id, n.slug, n.uid,
            CASE WHEN {was} AND {now} THEN array_remove(ARRAY[{own}]::text[], NULL) ELSE '{{}}' END
        FROM new_rows n FULL JOIN old_rows o USING (id)  -- see registry.triggers.pairs
        LEFT JOIN LATERAL (SELECT {rest}) d ON {was} AND {now}
        WHERE COALESCE({was} <> {now}
        OR (n.record_status = 'merged' AND o.record_status <> 'merged' AND o.published_at IS NOT NULL)
        OR ({was} AND {now} AND {shown} AND NOT EXISTS (SELECT FROM registry_change c
            WHERE c.transaction = tx AND c.kind = '{resource.kind}' AND c.record = n.id AND c.operation <> 'update')), false)
    """


def _of_delete(resource: Resource) -> str:
    # A record that was once public is not deleted; the owner of the database may, and a mirror learns of it.
    return f"""
        SELECT tx, '{resource.kind}', o.id, 'delete', statement_timestamp(), o.version, NULL::bigint, o.slug, o.uid,
            '{{}}'::text[]
        FROM old_rows o WHERE o.published_at IS NOT NULL
    """


def _differences(resource: Resource) -> tuple[str, str, str]:
    """Compare a record before (`o`) and after (`n`).

    Gives the names of the fields that differ; what of the documents has to be read for that, once; and the condition that
    anything differs.
    """
    summary, detail = resource.summary(), resource.detail()
    columns = plain_columns(summary, resource.model)
    beyond = plain_columns(detail, resource.model)
    composed = [name for name in summary.fields if name not in columns and name not in _UNTOLD]  # type: ignore[attr-defined]
    names = [f"""CASE WHEN n."{c}" IS DISTINCT FROM o."{c}" THEN '{name}' END""" for name, c in (columns | beyond).items()]
    names += [f"CASE WHEN d.\"{name}\" THEN '{name}' END" for name in composed]
    compared = ["n.document::text IS DISTINCT FROM o.document::text"]
    compared += [f'n."{column}" IS DISTINCT FROM o."{column}"' for column in beyond.values()]
    if resource.geometry:
        differs = "n.geometry_document::text IS DISTINCT FROM o.geometry_document::text"
        names.append(f"CASE WHEN {differs} THEN '{GEOMETRY}' END")
        compared.append(differs)
    if not composed:
        return ", ".join(names), "true", f"({' OR '.join(compared)})"
    record = ", ".join(f'"{name}" json' for name in composed)
    rest = ", ".join(f'a."{name}"::text IS DISTINCT FROM b."{name}"::text AS "{name}"' for name in composed)
    rest += f" FROM json_to_record(n.document) AS a({record}), json_to_record(o.document) AS b({record})"
    return ", ".join(names), rest, f"({' OR '.join(compared)})"
