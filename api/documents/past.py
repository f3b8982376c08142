"""Tables as they stood at a time, as SQL that stands where a table would: the last row of the history until then.

The time is one value, bound once: queries begin with `ASKED`. What is rendered over these rows is rendered by the same
declarations as the present. A record is shown only where it is public now too, or has been merged into one that is: what
has been withdrawn stays withdrawn, whatever is asked of the past. Names of other records are those of now.
"""

from functools import cache

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models

from api.documents.compose import object_sql, root
from api.resources.resource import Resource, all_resources
from registry.history import is_found_by
from registry.models import Concern
from registry.models.base import Record
from registry.targets import belongs_to, owner_sql
from registry.triggers import LOCATED, Locate, triggers_of

ASKED = "WITH asked AS MATERIALIZED (SELECT %s::timestamptz AS t)"
_THEN = "(SELECT t FROM asked)"


def rows_then(model: type[models.Model], key: str, holder: str) -> str:
    """Return the rows of `model` that belonged to `holder` by the column `key`; all rows of that time if `key` is empty."""
    history = _history(model)
    some = f" AND h.pgh_obj_id IN (SELECT e.pgh_obj_id FROM {history} e WHERE {_belongs(model, key, holder)})" if key else ""
    last = (
        f"(SELECT DISTINCT ON (h.pgh_obj_id) h.* FROM {history} h WHERE h.pgh_created_at <= {_THEN}{some}"
        " ORDER BY h.pgh_obj_id, h.pgh_id DESC) h"
    )
    return f"(SELECT {_columns(model)} FROM {last} WHERE h.pgh_label <> 'delete'{_is_open_now(model)})"


def records_then(model: type[models.Model]) -> str:
    """Return the records of `model` of that time that may still be shown, found by the id and slug of today's rows.

    Where one lies is looked up again only if it has been moved since.
    """
    table, history = model._meta.db_table, _history(model)
    rest = ", ".join(f'l."{c}"' for c in _kept_columns(model) if c not in ("id", "slug"))
    until = f"l.pgh_obj_id = now.id AND l.pgh_created_at <= {_THEN}"
    last = f"SELECT l.* FROM {history} l WHERE {until} ORDER BY l.pgh_id DESC LIMIT 1"
    placed = ""
    if locate := _locate(model):
        places = f"{locate.place('now')} IS NOT DISTINCT FROM {locate.place('l')} AS unmoved"
        placed = ", ".join(("", places, *(f"now.{name} AS now_{name}" for name in LOCATED)))
    return (
        f"(SELECT {_columns(model, True)} FROM (SELECT now.id, now.slug, {rest}{placed} FROM {table} now"
        f" CROSS JOIN LATERAL ({last}) l WHERE {_is_open(model)}) h)"
    )


def linked_then(model: type[models.Model], key: str) -> str:
    """Return what stands after JOIN for the record of a key as it was; a record that readers do not see now is not there."""
    if not issubclass(model, Record):
        return str(model._meta.db_table)
    rest = ", ".join(f'l."{c}"' for c in _kept_columns(model) if c not in ("id", "slug"))
    return (
        f"LATERAL (SELECT now.id, now.slug, {rest} FROM {model._meta.db_table} now JOIN {_history(model)} l"
        f" ON l.pgh_obj_id = now.id WHERE now.id = {key} AND {_is_open(model)} AND l.pgh_created_at <= {_THEN}"
        " ORDER BY l.pgh_id DESC LIMIT 1)"
    )


@cache
def documents_then(resource: Resource) -> tuple[str, str, str, str]:
    """Give document, geometry and live fields over a record `r` of that time, and the joins these need."""
    scope = root(resource, rows=rows_then, moment=_THEN, linked=linked_then)
    document = object_sql(resource.summary(), scope)
    geometry = f"ST_AsGeoJSON(r.{resource.geometry}, 7)::json" if resource.geometry else "NULL::json"
    live = object_sql(resource.live(), scope) if resource.live else "NULL::json"
    return document, geometry, live, scope.from_clause()


@cache
def detail_then(resource: Resource) -> str:
    """Give what the detail adds, over the id and joins of its own, as one JSON object of a record `r` of that time."""
    scope = root(resource, rows=rows_then, moment=_THEN, linked=linked_then)
    detail = object_sql(resource.detail(), scope)
    return f"(SELECT {detail} FROM (SELECT r.*) r{scope.from_clause()})"


@cache
def children_then(resource: Resource) -> tuple[tuple[type[models.Model], str], ...]:
    """List the tables whose rows a record of the past shows, with the column by which they point at their holder."""
    found: dict[tuple[type[models.Model], str], None] = {}

    def rows(model: type[models.Model], key: str, holder: str) -> str:
        found[model, key] = None
        return rows_then(model, key, holder)

    for declared in filter(None, (resource.summary, resource.live, resource.detail)):
        object_sql(declared(), root(resource, rows=rows, moment=_THEN))
    return tuple(found)


def require_indexes() -> None:
    """Reject to start if a record of the past shows rows that no index of their history finds, and name them."""
    missing = {
        f"{model.__name__}.history_by lacks “{column.removesuffix('_id')}”, by which {resource.name} show it"
        for resource in all_resources()
        for model, column in children_then(resource)
        if not is_found_by(model, column)
    }
    if missing:
        raise ImproperlyConfigured("; ".join(sorted(missing)))


def _history(model: type[models.Model]) -> str:
    return str(apps.get_model("registry", f"{model.__name__}History")._meta.db_table)


def _has(model: type[models.Model], column: str) -> bool:
    return any(f.name == column for f in model._meta.concrete_fields)


def _is_open_now(model: type[models.Model]) -> str:
    """Return the condition that a row `h` of that time may be shown; chains from disagreements that readers see now."""
    if model is Concern:
        asked_of = "(SELECT COALESCE(d.merged_into_id, d.id) FROM registry_disagreement d WHERE d.id = h.disagreement_id)"
        seen = f"SELECT FROM {Concern._meta.db_table} now WHERE now.disagreement_id = {asked_of} AND now.is_public"
        return f" AND EXISTS ({seen})"
    if _has(model, "record_status"):
        return f" AND EXISTS (SELECT FROM {model._meta.db_table} now WHERE now.id = h.id AND {_is_open(model)})"
    return ""


def _is_open(model: type[models.Model]) -> str:
    """Return whether a record `now` may be shown as it was: it is public, or a part of one that is."""
    return (
        f"(now.record_status = 'published' OR now.record_status = 'merged' AND EXISTS (SELECT FROM {model._meta.db_table} whole"
        " WHERE whole.id = now.merged_into_id AND whole.record_status = 'published'))"
    )


def _belongs(model: type[models.Model], key: str, holder: str) -> str:
    """Find the history of the rows that ever belonged to a holder."""
    own = f'e."{key}" = {holder}'
    if key.removesuffix("_id") not in belongs_to(model):
        return own
    return f"{owner_sql(model, 'e')} = {holder} AND {own}"


def _kept_columns(model: type[models.Model]) -> list[str]:
    """List the columns of a table that its history keeps."""
    kept = {f.name for f in apps.get_model("registry", f"{model.__name__}History")._meta.concrete_fields}
    return [str(f.column) for f in model._meta.concrete_fields if f.name in kept]


def _locate(model: type[models.Model]) -> Locate | None:
    return next((t for t in triggers_of(model) if isinstance(t, Locate)), None)


@cache
def _columns(model: type[models.Model], beside_now: bool = False) -> str:
    """List the columns of a row of history `h` under the names of the table's; what the database derives is derived again."""
    listed = [f'h."{column}"' for column in _kept_columns(model)]
    for field in model._meta.concrete_fields:
        if isinstance(field, models.GeneratedField):
            sql, params = field.generated_sql(connection)
            quoted = tuple(connection.schema_editor().quote_value(p) for p in params)
            listed.append(f'{sql % quoted if params else sql} AS "{field.column}"')
        elif field.name in LOCATED and (locate := _locate(model)):
            again = LOCATED[field.name].format(place=locate.place("h"))
            known = f"CASE WHEN h.unmoved THEN h.now_{field.name} ELSE {again} END" if beside_now else again
            listed.append(f"{known} AS {field.name}")
    return ", ".join(listed)
