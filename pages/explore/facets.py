"""The facets of the explore page: each value with its count, and the address that chooses it or takes it away."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from api.filters.columns import CodeFilter
from api.filters.decades import DecadeFilter
from api.query.facet_names import MAX_FACETS, facets_of
from api.query.facets import Counted, FacetCounts, FacetValue, counted
from api.query.list_query import parameters_of
from api.resources.resource import Resource
from pages.explore.selection import Selection
from pages.labels import label_of
from pages.names import own_name
from pages.provinces import PROVINCE, province
from registry.support import UNKNOWN_KIND
from registry.vocabularies import SourceKind
from registry.vocabularies.estimates import CodeFamily

#: The facets of a resource in their order; of another one, the first that it declares.
_SHOWN = {
    "deposits": (
        "commodity", "country", "region", "admin_code", "development_status", "deposit_type", "occurrence_type", "code_family",
        "location_kind", "source_kind", "newest_source_decade", "discovery_decade", "disputed", "organization", "source",
    ),
    "licenses": (
        "commodity", "country", "region", "status", "kind", "granted", "expires", "source_kind", "newest_source_decade",
        "disputed", "holder", "authority", "source",
    ),
    "prospecting-objects": (
        "commodity", "country", "region", "stage", "funding", "code_family", "location_kind", "source_kind",
        "newest_source_decade", "start", "disputed", "operator", "client", "source",
    ),
}  # fmt: skip
_LABELS = {
    "commodity": gettext_lazy("Commodity"),
    "location_kind": gettext_lazy("Evidence of the location"),
    "disputed": gettext_lazy("Sources disagree"),
    "admin_code": gettext_lazy("Province"),
    "code_family": gettext_lazy("Reporting code of an estimate"),
    "source_kind": gettext_lazy("Kind of source"),
    "newest_source_decade": gettext_lazy("Newest source"),
    "discovery_decade": gettext_lazy("Discovered in"),
    "granted": gettext_lazy("Granted in"),
    "expires": gettext_lazy("Expires in"),
    "start": gettext_lazy("Begun in"),
}
_WORDS: dict[str, dict[Any, Any]] = {
    "code_family": dict(CodeFamily.choices),
    "source_kind": {**dict(SourceKind.choices), UNKNOWN_KIND: gettext_lazy("of unknown kind")},
}
#: How many facets are open at first, and how many values of each are shown at once and at most.
_OPEN, _FIRST, _MOST = 4, 7, 60


@dataclass(frozen=True)
class FacetChoice:
    """A value of a facet."""

    words: str
    code: str
    count: int
    href: str
    is_chosen: bool
    #: Its count as a share of the greatest one, in per cent.
    share: float = 0


@dataclass(frozen=True)
class FacetGroup:
    """A facet: its commonest values, further ones, the unknown, and how many are not listed."""

    name: str
    label: str
    first: tuple[FacetChoice, ...]
    more: tuple[FacetChoice, ...]
    unlisted: int
    is_open: bool


def shown_facets(resource: Resource) -> tuple[str, ...]:
    """Name the facets of a resource's page."""
    return _SHOWN.get(resource.name) or tuple(facets_of(resource))[:MAX_FACETS]


def facet_groups(selection: Selection, total: Counted) -> list[FacetGroup]:
    """Make the facets; one that is chosen is counted without itself, so that another value of it can be added."""
    groups = []
    for position, name in enumerate(shown_facets(selection.resource)):
        counts = total.facets[name]
        is_chosen = name in selection.given or _unknown(name) in selection.given
        if is_chosen:
            rest = selection.without(name, _unknown(name))
            counts = counted(rest.list_query(), (name,)).facets[name]
        choices = list(_choices(selection, name, counts))
        if not choices or (len(choices) < 2 and not is_chosen):
            continue
        top = max((choice.count for choice in choices), default=1) or 1
        choices = [replace(one, share=round(100 * one.count / top, 1)) for one in choices]
        first = tuple(one for at, one in enumerate(choices) if at < _FIRST or one.is_chosen)
        more = tuple(one for at, one in enumerate(choices) if at >= _FIRST and not one.is_chosen)
        unlisted = max(0, len(counts.values) - _MOST) + counts.other_values
        is_open = is_chosen or position < _OPEN
        groups.append(FacetGroup(name, facet_label(name), first, more, unlisted, is_open))
    return groups


def _choices(selection: Selection, name: str, counts: FacetCounts) -> Iterator[FacetChoice]:
    parameters = parameters_of(selection.resource)
    single = parameters[name].schema.get("type") != "array"
    chosen = selection.chosen(name)
    for at, one in enumerate(counts.values):
        code = _code(one)
        if at < _MOST or code in chosen:
            words = value_words(selection.resource, name, one)
            yield FacetChoice(words, code, one.count, selection.toggled(name, code, single=single), code in chosen)
    if counts.unknown:
        unknown = _unknown(name)
        href = selection.without(name).toggled(unknown, "true", single=True) if unknown in parameters else ""
        yield FacetChoice(gettext("not stated"), "", counts.unknown, href, unknown in selection.given)


def facet_label(name: str) -> str:
    """Name a facet."""
    return str(_LABELS.get(name) or label_of(name))


def value_words(resource: Resource, name: str, value: FacetValue) -> str:
    """Put a value into words: the name of a record, the words of a code."""
    if isinstance(value.value, bool):
        return gettext("yes") if value.value else gettext("no")
    text = own_name(name, value.value, value.name) if value.name else code_words(resource, name, value.value)
    text = text[:1].upper() + text[1:]
    return text if len(text) < 70 else f"{text[:69]}…"


def code_words(resource: Resource, name: str, code: str) -> str:
    """Return the words of a code of a filter; the code itself where it has none."""
    declared: Any = resource.filters.declared.get(name)
    if isinstance(declared, DecadeFilter):
        return f"{code}–{int(code) + 9}"
    if name == PROVINCE:
        return province(code)
    labels = _WORDS.get(name) or (dict(declared.vocabulary.choices) if isinstance(declared, CodeFilter) else {})
    return gettext(str(labels[code])) if code in labels else str(code)


def _code(value: FacetValue) -> str:
    return str(value.value).lower() if isinstance(value.value, bool) else value.value


def _unknown(name: str) -> str:
    return f"{name}__isnull"
