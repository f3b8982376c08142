"""The functions and triggers that keep documents, installed after every migrate from the declarations as they are.

Each function carries a digest of its text; what has not changed is left alone, and when a document's declaration has
changed, the documents of that table are rendered anew.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction

from api.documents.compose import Dependency, detail_body, document_sql
from api.resources.resource import Resource, all_resources
from registry.triggers.plans import PAIRS

_BATCH = 5_000


@dataclass(frozen=True)
class Piece:
    """A function with the trigger that calls it, if any."""

    name: str
    function: str
    trigger: str = ""
    arguments: str = "()"


def _row(resource: Resource) -> str:
    """Give NEW as a table of one row, with the generated columns worked out: in a BEFORE trigger they are still null."""
    columns = []
    for column in resource.model._meta.concrete_fields:
        if isinstance(column, models.GeneratedField):
            sql, params = column.generated_sql(connection)
            quoted = tuple(connection.schema_editor().quote_value(p) for p in params)
            columns.append(f'{sql % quoted if params else sql} AS "{column.column}"')
        else:
            columns.append(f'"{column.column}"')
    return f"(SELECT {', '.join(columns)} FROM (SELECT (NEW).*) n)"


def render_piece(resource: Resource) -> tuple[Piece, list[Dependency]]:
    """Give the trigger that renders a record when it is written; last of its kind, for triggers fire by name."""
    sql, joins, dependencies = document_sql(resource)
    name = f"registry_render_{resource.kind}"
    geometry = (
        f"NEW.geometry_document := (SELECT ST_AsGeoJSON(r.{resource.geometry}, 7)::json FROM {_row(resource)} r);"
        if resource.geometry
        else ""
    )
    function = f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql
        SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $render$
        BEGIN
            NEW.document := (SELECT {sql} FROM {_row(resource)} r{joins});
            {geometry}
            RETURN NEW;
        END $render$
    """
    trigger = f"""
        CREATE OR REPLACE TRIGGER render_document BEFORE INSERT OR UPDATE ON {resource.table}
        FOR EACH ROW EXECUTE FUNCTION {name}()
    """
    return Piece(name, function, trigger), dependencies


def detail_piece(resource: Resource) -> Piece:
    """Give the function that renders what the detail adds."""
    name = f"registry_detail_{resource.kind}"
    function = f"""
        CREATE OR REPLACE FUNCTION {name}(bigint) RETURNS json LANGUAGE plpgsql STABLE
        SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $detail$
        {detail_body(resource)} $detail$
    """
    return Piece(name, function, arguments="(bigint)")


def refresh_pieces(dependencies: list[tuple[Resource, Dependency]]) -> list[Piece]:
    """Give the triggers that render anew what shows a record that has changed, one pair per table."""
    by_table: dict[str, list[tuple[Resource, Dependency]]] = defaultdict(list)
    for resource, dependency in dependencies:
        by_table[dependency.table].append((resource, dependency))
    pieces = []
    for table, shown in sorted(by_table.items()):
        columns = sorted(set().union(*(d.columns for _, d in shown)))
        new, old = (", ".join(f'{alias}."{c}"' for c in columns) for alias in ("n", "o"))
        sources = {
            "insert": "SELECT id FROM new_rows",
            "update": f"SELECT n.id FROM {PAIRS} WHERE ({new}) IS DISTINCT FROM ({old})",
        }
        for operation, source in sources.items():
            name = f"registry_refresh_{table.removeprefix('registry_')}_{operation}"
            # Ids are collected first: nested IN over transition tables was planned as a product of both tables.
            updates = " ".join(
                f"touched := ARRAY({dependency.records('SELECT unnest(changed)')}); IF cardinality(touched) > 0 THEN"
                f" UPDATE {resource.table} SET document = NULL WHERE id = ANY (touched); END IF;"
                for resource, dependency in shown
            )
            old_table = " OLD TABLE AS old_rows" if operation == "update" else ""
            pieces.append(
                Piece(
                    name,
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $refresh$"
                    f" DECLARE changed bigint[] := ARRAY({source}); touched bigint[];"
                    f" BEGIN IF cardinality(changed) = 0 THEN RETURN NULL; END IF; {updates} RETURN NULL; END $refresh$",
                    f"CREATE OR REPLACE TRIGGER refresh_documents_{operation} AFTER {operation.upper()} ON {table}"
                    f" REFERENCING NEW TABLE AS new_rows{old_table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
                )
            )
    return pieces


def _digest(piece: Piece) -> str:
    return hashlib.sha256(f"{piece.function}{piece.trigger}".encode()).hexdigest()[:32]


def put(cursor: Any, piece: Piece) -> bool:
    """Bring a function and its trigger up to date; tell whether they had changed."""
    digest = _digest(piece)
    if _installed(cursor, piece) == digest:
        return False
    cursor.execute(piece.function)
    if piece.trigger:
        cursor.execute(piece.trigger)
    cursor.execute(f"COMMENT ON FUNCTION {piece.name}{piece.arguments} IS '{digest}'")
    return True


def _installed(cursor: Any, piece: Piece) -> str | None:
    # A table that was dropped took its trigger along, and left the function.
    cursor.execute(
        "SELECT obj_description(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE p.proname = %s AND n.nspname = current_schema()"
        " AND (%s OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgfoid = p.oid))",
        [piece.name, not piece.trigger],
    )
    row = cursor.fetchone()
    return row[0] if row else None


def install(progress: Callable[[str], None] = lambda text: None) -> list[Resource]:
    """Bring functions, triggers and documents up to date with the declarations; give the resources rendered anew."""
    changed: list[Resource] = []
    dependencies: list[tuple[Resource, Dependency]] = []
    pieces: list[tuple[Piece, Resource | None]] = []
    for resource in all_resources():
        piece, needs = render_piece(resource)
        dependencies += [(resource, dependency) for dependency in needs]
        pieces += [(piece, resource), (detail_piece(resource), None)]
    pieces += [(piece, None) for piece in refresh_pieces(dependencies)]
    with transaction.atomic(), connection.cursor() as cursor:
        for piece, rendered in pieces:
            if put(cursor, piece) and rendered:
                changed.append(rendered)
    for resource in changed:
        rebuild(resource, progress)
    return changed


def rebuild(resource: Resource, progress: Callable[[str], None] = lambda text: None) -> int:
    """Render every document of a resource anew, some thousands per transaction; give how many."""
    done, last = 0, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH part AS (SELECT id FROM {resource.table} WHERE id > %s ORDER BY id LIMIT {_BATCH}),"
                f" rendered AS (UPDATE {resource.table} t SET document = NULL FROM part WHERE t.id = part.id RETURNING t.id)"
                " SELECT count(*), max(id) FROM rendered",
                [last],
            )
            number, highest = cursor.fetchone()
        if not number:
            return done
        done, last = done + number, highest
        progress(f"{resource.name}: {done:,} documents rendered")
