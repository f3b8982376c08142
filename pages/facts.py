"""The facts of a record: each value of its document with its words, its sources, and what others state instead."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from api.resources.resource import Resource
from pages.footnotes import Citations, Contradiction, Footnote
from pages.labels import help_of, label_of
from pages.values import Value, value_of

#: What the page shows elsewhere: in its title, its map, its record of changes.
_ELSEWHERE = frozenset(
    (
        *("slug", "uid", "name", "title", "text", "version", "updated_at", "created_at", "published_at"),
        *("geometry", "longitude", "latitude", "location_kind", "location_uncertainty_m", "uncertainty_basis"),
        *("coordinates_as_printed", "source_srid", "located_in", "boundary_source", "boundary_date"),
        *("warnings", "disputed", "independent_sources", "source_kinds", "newest_source_year", "expired_by_date"),
    )
)
#: What a record may simply not have: that none is given says nothing.
_OPTIONAL = frozenset(
    (
        *("note", "description", "summary", "url", "copy_url", "attribution", "derived_from", "updates", "next_edition"),
        *("published_earliest", "supersedes", "parent", "element", "oxide_factor", "atomic_number", "cgi_uri", "inspire_uri"),
    )
)
#: Words as the source states them, shown beside the code that they were read as.
_AS_STATED = "_as_stated"


@dataclass(frozen=True)
class Fact:
    """A value of the record: in words, as its source words it, with its footnotes and contradictions."""

    name: str
    label: str
    help: str
    value: Value
    as_stated: str
    footnotes: tuple[Footnote, ...]
    contradictions: tuple[Contradiction, ...]


@cache
def fields_of(resource: Resource) -> tuple[tuple[str, Any], ...]:
    """Return the serializer fields of a record, by name, in the order of its document; made once, and only read."""
    declared = (one for one in (resource.summary, resource.live, resource.detail) if one is not None)
    return tuple(item for one in declared for item in one().fields.items())  # type: ignore[attr-defined]


def facts(resource: Resource, record: dict[str, Any], citations: Citations) -> tuple[list[Fact], list[str]]:
    """Return the facts that a record states, and the labels of those that no source states."""
    fields = dict(fields_of(resource))
    words = {_coded(name, fields): name for name in fields if name.endswith(_AS_STATED)}
    known, unknown = [], []
    for name, field in fields.items():
        given = record.get(name)
        if name in _ELSEWHERE or name in words.values() or isinstance(given, list):
            continue
        as_stated = str(record.get(words.get(name, "")) or "")
        if given in (None, "", {}) and not as_stated:
            if name not in _OPTIONAL and (getattr(field, "allow_null", False) or given == ""):
                unknown.append(label_of(name))
            continue
        known.append(
            Fact(
                name=name,
                label=label_of(name),
                help=help_of(field),
                value=value_of(field, given, resource.model) if given not in (None, "") else Value(""),
                as_stated=as_stated,
                footnotes=tuple(citations.supporting(name, *filter(None, (words.get(name),)))),
                contradictions=tuple(citations.contradicting(name)),
            )
        )
    return known, unknown


def _coded(words: str, fields: dict[str, Any]) -> str:
    """Name the code that stated words were read as: `type_as_stated` belongs to `deposit_type`, not to the first like it."""
    ending = words.removesuffix(_AS_STATED)
    return next((name for name in reversed(fields) if name.endswith(ending) and name != words), words)
