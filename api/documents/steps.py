"""What keeps documents: a step that renders a record when it is written, and steps that render again what shows another."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from hashlib import sha256

from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.db.models.sql import Query

from api.documents.at_read import detail_body
from api.documents.compose import Dependency, Document, document_of
from api.documents.row import row_document
from api.resources.disagreements import side_function
from api.resources.resource import Resource, all_resources
from registry.derived.dispatch import ROW_OPTIONS
from registry.derived.objects import DerivedFunction
from registry.derived.rebuild import Rendering
from registry.derived.shown import show
from registry.derived.steps import Layer, Moment, Operation, Step
from registry.triggers import changed, pairs


def derived() -> tuple[list[Step], list[DerivedFunction]]:
    """Return the steps and functions of the documents of all resources."""
    steps = [render_step(resource) for resource in all_resources()]
    dependencies = [(resource, one) for resource in all_resources() for one in _document(resource).dependencies]
    details = [detail_function(resource) for resource in all_resources()]
    return [*steps, *refresh_steps(dependencies)], [*details, side_function()]


def note_children_shown() -> None:
    """Return the triggers of children which of them documents show, so that these render the document again."""
    for resource in all_resources():
        for table, column in _document(resource).shown:
            show(table, column)


@cache
def _document(resource: Resource) -> Document:
    return document_of(resource)


def _generated(resource: Resource, read: frozenset[str]) -> str:
    """Work out the generated columns that are read: before a row is written they are still null."""
    assignments = []
    columns = [c for c in resource.model._meta.concrete_fields if isinstance(c, models.GeneratedField)]
    for column in columns:
        if column.column in read:
            query = Query(resource.model)
            expression = vars(column)["expression"].resolve_expression(query, allow_joins=False)
            sql, params = query.get_compiler(connection=connection).compile(expression)
            quoted = tuple(connection.schema_editor().quote_value(p) for p in params)
            new = sql.replace(f'"{resource.table}".', "NEW.")
            assignments.append(f"NEW.{column.column} := {new % quoted if params else new};\n")
    return "".join(assignments)


def render_step(resource: Resource) -> Step:
    """Return the step that renders a record; it is the last before the row is written."""
    document, row = document_of(resource, "NEW"), row_document(resource)
    geometry = f"\nNEW.geometry_document := ST_AsGeoJSON(NEW.{resource.geometry}, 7)::json;" if resource.geometry else ""
    read = document.columns | ({str(resource.geometry)} if resource.geometry else frozenset())
    others = (f"{one.table}.{column}" for one in document.dependencies for column in one.columns)
    return Step(
        layer=Layer.DOCUMENTS,
        name="render_document",
        purpose="render the document that lists show",
        table=resource.table,
        moment=Moment.BEFORE_ROW,
        operations=(Operation.INSERT, Operation.UPDATE),
        reads=document.columns | frozenset(others) | frozenset(table for table, _ in document.shown),
        variables=row.variables,
        body=f"{_generated(resource, read)}{row.statements}\nNEW.document := {row.sql};{geometry}",
    )


def detail_function(resource: Resource) -> DerivedFunction:
    """Return the function that renders what the detail of a record adds."""
    return DerivedFunction(
        name=f"registry_detail_{resource.kind}",
        purpose=f"What a single record of {resource.name} shows beyond its document, rendered at read.",
        body=detail_body(resource),
        arguments="bigint",
        returns="json",
        options=f"STABLE {ROW_OPTIONS}",
        layer=Layer.DOCUMENTS,
    )


def refresh_steps(dependencies: list[tuple[Resource, Dependency]]) -> Iterator[Step]:
    """Return the steps that render again what shows a record that has changed, one pair per table."""
    by_table: dict[str, list[tuple[Resource, Dependency]]] = defaultdict(list)
    for resource, dependency in dependencies:
        by_table[dependency.table].append((resource, dependency))
    for table, shown in sorted(by_table.items()):
        columns = sorted(set().union(*(d.columns for _, d in shown)))
        sources = {
            Operation.INSERT: "SELECT id FROM new_rows",
            Operation.UPDATE: f"SELECT n.id FROM {pairs(changed(columns))}",
        }
        names = sorted({resource.name for resource, _ in shown})
        for operation, source in sources.items():
            # Ids are collected first: nested IN over transition tables was planned as a product of both tables.
            updates = "\n".join(
                f"touched := ARRAY({dependency.records('SELECT unnest(changed)')}); IF cardinality(touched) > 0 THEN"
                f" UPDATE {resource.table} SET document = NULL WHERE id = ANY (touched); END IF;"
                for resource, dependency in shown
            )
            yield Step(
                layer=Layer.DOCUMENTS,
                name="refresh_documents",
                purpose=f"render again the documents that show it: {', '.join(names)}",
                table=table,
                moment=Moment.AFTER_STATEMENT,
                operations=(operation,),
                reads=frozenset(columns),
                variables=f"changed bigint[] := ARRAY({source}); touched bigint[];",
                body=f"IF cardinality(changed) = 0 THEN EXIT refresh_documents; END IF;\n{updates}",
            )


def refresh(cursor: CursorWrapper, table: str, ids: list[int]) -> None:
    """Render again the documents that show rows of a table, whatever of them has changed."""
    for resource in all_resources():
        for dependency in _document(resource).dependencies:
            if dependency.table == table:
                records = dependency.records("SELECT unnest(%s)")
                cursor.execute(f"UPDATE {resource.table} SET document = NULL WHERE id IN ({records})", [ids])


def renderings() -> Iterable[Rendering]:
    """Return what is rendered and kept: the documents of each resource."""
    for resource in all_resources():
        document = _document(resource)
        # What is rendered, not how a trigger does it.
        digest = sha256(f"{document.sql} {document.joins} {resource.geometry}".encode()).hexdigest()[:32]
        yield Rendering(
            name=f"documents:{resource.kind}",
            table=resource.table,
            digest=digest,
            batch=_batch_of(resource.table),
            differing=partial(differing, resource),
        )


def _batch_of(table: str) -> Callable[[CursorWrapper, int, int], tuple[int, int | None]]:
    def batch(cursor: CursorWrapper, after: int, most: int) -> tuple[int, int | None]:
        cursor.execute(
            f"WITH part AS (SELECT id FROM {table} WHERE id > %s ORDER BY id LIMIT %s),"
            f" rendered AS (UPDATE {table} t SET document = NULL FROM part WHERE t.id = part.id RETURNING t.id)"
            " SELECT count(*), max(id) FROM rendered",
            [after, most],
        )
        number, highest = cursor.fetchone()
        return int(number), highest

    return batch


def differing(resource: Resource) -> int:
    """Count the kept documents that are not what their declaration renders now."""
    document = _document(resource)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {resource.table} r{document.joins}"
            f" WHERE r.document::text IS DISTINCT FROM ({document.sql})::text"
        )
        ((number,),) = cursor.fetchall()
    return int(number)
