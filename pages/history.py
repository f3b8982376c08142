"""What changed in a record, version by version: the states that readers saw, compared field by field."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from django.db.models import F
from django.utils.translation import gettext, gettext_lazy

from api.database.bound import Bound, Condition, bind, plain, shape_of
from api.database.connection import fetch
from api.query.composed import records
from api.resources.resource import Resource
from api.rest.views import fetch_record
from pages.facts import fields_of
from pages.labels import label_of
from pages.values import value_of
from registry.sql import identifier, sql

#: Versions of one page; each is a state of the past that costs a query.
VERSIONS = 20
#: What changes with every version.
_ALWAYS = frozenset(("version", "updated_at", "published_at"))
_LONGEST = 300
_BY = {
    "import": gettext_lazy("by an import"),
    "curator": gettext_lazy("by a curator"),
    "registry": gettext_lazy("by the registry"),
}


@dataclass(frozen=True)
class FieldChange:
    """A field, and what stood in it before and after; of a list, the rows that went and came."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Version:
    """A version of a record: when and why it came, and in what it differs from the one before."""

    version: int
    at: datetime
    #: What wrote it: an import, a curator, or the registry itself.
    by: str
    reason: str
    fields: tuple[FieldChange, ...]
    is_first: bool


@dataclass(frozen=True)
class History:
    """Versions of a record, the newest first; `older` is the version to go on before."""

    changes: tuple[Version, ...]
    older: int | None


def history(resource: Resource, slug: str, before: int | None = None) -> History:
    """Return the changes of a record that readers could see, before a version if one is given."""
    times = _times(resource, slug, before)
    shown, rest = times[:VERSIONS], times[VERSIONS:]
    states = [_state(resource, slug, one.at) for one in shown]
    states.append(_state(resource, slug, rest[0].at) if rest else None)
    changes = []
    for one, now, then in zip(shown, states, states[1:], strict=False):
        if now is None:
            continue
        fields = tuple(_differences(resource, then, now)) if then else ()
        if fields or then is None:
            changes.append(Version(one.version, one.at, str(_BY[one.by]), one.reason, fields, then is None))
    return History(tuple(changes), shown[-1].version if rest else None)


class _Version(NamedTuple):
    version: int
    at: datetime
    by: str
    reason: str


def _times(resource: Resource, slug: str, before: int | None) -> list[_Version]:
    """Return the versions of a record: when each of them came, from whom, and why."""
    of = records(resource).filter(Condition("lower(%s) = lower(%s)", F("slug"), Bound("slug"))).order_by().values("id")
    table = f"{resource.model._meta.db_table}history"
    rows = fetch(
        sql(
            "SELECT version, at,"
            " CASE WHEN why ? 'import_run' THEN 'import' WHEN why ? 'user' THEN 'curator' ELSE 'registry' END,"
            " COALESCE(why->>'reason', '') FROM (SELECT version, min(pgh_created_at) AS at,"
            " (array_agg(pgh_context ORDER BY pgh_id) FILTER (WHERE pgh_context IS NOT NULL))[1] AS why"
            " FROM {history} WHERE pgh_obj_id IN ({of}) AND record_status = 'published'"
            " AND ({before}::int IS NULL OR version < {before}::int) GROUP BY version ORDER BY version DESC LIMIT {most}) v",
            history=identifier(table),
            of=bind(plain(shape_of(of)), {"slug": slug}),
            before=before,
            most=VERSIONS + 1,
        )
    )
    return [_Version(*row) for row in rows]


def _state(resource: Resource, slug: str, at: datetime) -> dict[str, Any] | None:
    raw = fetch_record(resource, slug, at, whole=True)
    if raw is None:
        return None
    found: dict[str, Any] = {"geometry": orjson.loads(raw[1])} if raw[1] else {}
    for part in (raw[0], raw[2], raw[3]):
        found |= orjson.loads(part) if part else {}
    return found


def _differences(resource: Resource, then: dict[str, Any], now: dict[str, Any]) -> list[FieldChange]:
    fields = dict(fields_of(resource))
    found = []
    for name in dict.fromkeys((*now, *then)):
        old, new = then.get(name), now.get(name)
        if name in _ALWAYS or old == new:
            continue
        if isinstance(old, list) or isinstance(new, list):
            gone = [row for row in old or [] if row not in (new or [])]
            came = [row for row in new or [] if row not in (old or [])]
            before, after = tuple(map(_words, gone)), tuple(map(_words, came))
        elif name == "geometry":
            before, after = (_kind(old),), (_kind(new),)
        else:
            before, after = (
                tuple(value_of(fields.get(name), one, resource.model).text for one in (given,) if one not in (None, "", {}))
                for given in (old, new)
            )
        found.append(FieldChange(label_of(name), tuple(map(_short, before)), tuple(map(_short, after))))
    return found


def _kind(geometry: Any) -> str:
    """Name a geometry: a point by its coordinates, an outline by its kind."""
    if not geometry:
        return ""
    return (
        str(geometry["coordinates"])
        if geometry["type"] == "Point"
        else gettext("an outline (%(kind)s)") % {"kind": geometry["type"]}
    )


def _words(row: Any) -> str:
    """Put a row of a list into words: what names it, then its other values."""
    if not isinstance(row, dict):
        return str(row)
    parts = [_words(value) if isinstance(value, dict) else str(value) for value in row.values() if value not in (None, "", [])]
    return ", ".join(part for part in parts if part)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
