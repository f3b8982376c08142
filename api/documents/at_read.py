"""What is rendered when a record is read: what its detail adds to its document, and the fields that depend on the moment."""

from rest_framework.serializers import ListSerializer

from api.documents.compose import object_sql, root, value_sql
from api.documents.models import children_under, fields_of, table_of
from api.resources.fields import ListFromChildren
from api.resources.resource import ON_DATE, Resource


def detail_body(resource: Resource) -> str:
    """Return the function body that renders what the detail of a record shows beyond its document, by the record's id (`$1`).

    Nearly all lists of a record are empty, and starting the query of one costs more than a look whether it holds anything.
    """
    scope = root(resource, known_id="$1")
    detail = resource.detail()
    looks, fills = [], []
    for name, declared in fields_of(detail).items():
        if isinstance(declared, ListSerializer | ListFromChildren):
            children = children_under(scope.model, _children_name(declared))
            looks.append(f"EXISTS (SELECT FROM {table_of(children.model)} WHERE {children.column} = $1) AS {name}")
            value = value_sql(declared, scope)
            derived = isinstance(declared, ListFromChildren)
            fills.append((name, f"(SELECT {value} FROM {scope.table} r WHERE r.id = $1)" if derived else value))
    variables = "".join(f" list_{name} json := '[]';" for name, _ in fills)
    filled = " ".join(f"IF has.{name} THEN list_{name} := {value}; END IF;" for name, value in fills)
    look = f"SELECT {', '.join(looks)} INTO has;" if looks else ""
    sql = object_sql(detail, scope, {name: f"list_{name}" for name, _ in fills})
    whole = f"SELECT {sql} FROM {scope.table} r{scope.from_clause()} WHERE r.id = $1"
    return f"DECLARE has record;{variables} BEGIN {look} {filled} RETURN ({whole}); END"


def _children_name(declared: ListSerializer | ListFromChildren) -> str:
    return declared.reads if isinstance(declared, ListFromChildren) else str(declared.source)


def live_then(resource: Resource, moment: str) -> str:
    """Return the JSON object of the fields that are rendered at read, as of the SQL of a moment."""
    assert resource.live is not None
    return object_sql(resource.live(), root(resource, resource.table, moment=moment))


def live_expression(resource: Resource, moment: str = "") -> str:
    """Return the JSON object of the fields that are rendered at read, over the resource's own table.

    With the SQL of a `moment`, they are those of its day, and `on_date` is among them.
    """
    scope = root(resource, resource.table, moment=moment or "now()")
    live = fields_of(resource.live()) if resource.live else {}
    values = {name: value_sql(declared, scope) for name, declared in live.items()}
    if moment:
        assert resource.on_date is not None
        values[ON_DATE] = object_sql(resource.on_date(), scope)
    assert not scope.joins, "fields rendered at read stand on the record's own columns"
    return (
        f"(SELECT row_to_json(o) FROM (SELECT {', '.join(f'{sql} AS {chr(34)}{n}{chr(34)}' for n, sql in values.items())}) o)"
    )
