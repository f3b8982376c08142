"""The document of a row that is being written, as the trigger before it renders it."""

from dataclasses import dataclass

from rest_framework.serializers import BaseSerializer, ListSerializer

from api.documents.compose import object_sql, root, value_sql
from api.documents.models import fields_of, has_status, key_of
from api.resources.fields import RenderedFromChildren
from api.resources.resource import Resource


@dataclass(frozen=True)
class RowDocument:
    """A document as PL/pgSQL: variables, the statements that fill them, and the SQL over them."""

    variables: str
    statements: str
    sql: str


def row_document(resource: Resource) -> RowDocument:
    """Compose the document of `NEW`: what it links with is looked up only where there is a link, by a query of its own.

    A query that joins every table that may be linked costs more to start than the few look-ups that a row needs.
    """
    scope = root(resource, "NEW")
    held, variables, statements = {}, [], []
    for name, declared in fields_of(resource.summary()).items():
        part = f"part_{name}"
        if isinstance(declared, RenderedFromChildren) and declared.at_first:
            variables.append(f"{part} {declared.sql_type} := {declared.at_first};")
            statements.append(f"IF TG_OP = 'UPDATE' THEN {part} := {value_sql(declared, scope)}; END IF;")
        elif (
            isinstance(declared, BaseSerializer)
            and not isinstance(declared, ListSerializer)
            and "." not in str(declared.source)
        ):
            # A scope of its own, so that the query of the document does not join it.
            holder = root(resource, "NEW")
            other = holder.join(str(declared.source))
            key = f"NEW.{key_of(scope.model, str(declared.source)).column}"
            linked = object_sql(declared, other)
            status = f" AND {other.alias}.record_status = 'published'" if has_status(other.model) else ""
            found = f"FROM {other.table} {other.alias}{other.from_clause()} WHERE {other.alias}.id = {key}{status}"
            variables.append(f"{part} json;")
            statements.append(f"IF {key} IS NOT NULL THEN {part} := (SELECT {linked} {found}); END IF;")
        else:
            continue
        held[name] = part
    sql = object_sql(resource.summary(), scope, held)
    joins = scope.from_clause()
    return RowDocument(" ".join(variables), "\n".join(statements), f"(SELECT {sql} FROM (SELECT) o{joins})" if joins else sql)
