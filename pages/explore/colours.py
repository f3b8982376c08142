"""What the map is coloured by: each colour with the codes that it stands for and how many chosen records have them."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from api.query.facets import Counted, counted
from api.query.list_query import read_query
from api.resources.resource import Resource
from explorer.numbers import STATUS_GROUPS
from pages.explore.facets import code_words, facet_label
from pages.explore.selection import COLOUR, SIZE, Selection
from registry.vocabularies.estimates import CodeFamily

#: How many colours a reader can distinguish; the codes that are rarest in the registry share one.
_HUES = 8
_STATUS = "development_status"
#: Families of reporting codes by the names that fit into a legend; others have their own.
_SHORT = {"CRIRSCO": "CRIRSCO", "GKZ": "GKZ", "SEC_IG7": "SEC IG 7", "UNFC": "UNFC", "GBT17766": "GB/T 17766"}


@dataclass(frozen=True)
class Hue:
    """A colour of the legend."""

    name: str
    words: str
    codes: str
    count: int


@dataclass(frozen=True)
class Colouring:
    """A way to colour the map or to size its dots, and the address that chooses it."""

    name: str
    label: str
    href: str
    is_chosen: bool


def colourings(selection: Selection) -> Iterator[Colouring]:
    """Return every way to colour the map."""
    for name in selection.layer.colourings:
        colour = None if name == selection.layer.coloured_by else name
        yield Colouring(name, facet_label(name), selection.href(**{COLOUR: colour}), name == selection.colour)


def sizings(selection: Selection, total: Counted) -> list[Colouring]:
    """Return the families of reporting codes whose tonnages can size the dots, with equal dots first; none without one."""
    if selection.layer.tonnes_of is None:
        return []
    stated = {str(one.value) for one in total.facets["code_family"].values if one.count}
    families = [family for family in CodeFamily.values if family in stated or family == selection.size]
    if not families:
        return []
    chosen = selection.size
    sized = [Colouring("", gettext("none"), selection.href(**{SIZE: None}), not chosen)]
    for family in families:
        words = _SHORT.get(family) or gettext(CodeFamily(family).label)
        sized.append(Colouring(family, words, selection.href(**{SIZE: family}), family == chosen))
    return sized


def legend(selection: Selection, total: Counted) -> list[Hue]:
    """Return the colours with their counts; a colour means the same whatever is chosen."""
    counts = {str(one.value): one.count for one in total.facets[selection.colour].values}
    if selection.colour == _STATUS:
        return [
            Hue(name, gettext(words), " ".join(statuses), sum(counts.get(status, 0) for status in statuses))
            for name, (words, statuses) in STATUS_GROUPS.items()
        ]
    known = [code for code in _commonest(selection.resource, selection.colour) if code not in ("unknown", "other")]
    is_time = selection.colour in selection.layer.decades
    if is_time:
        known.sort(reverse=True)
    hues = [
        Hue(str(number), code_words(selection.resource, selection.colour, code), code, counts.get(code, 0))
        for number, code in enumerate(known[:_HUES])
    ]
    others = [*known[_HUES:], "other"]
    if rest := sum(counts.get(code, 0) for code in others):
        hues.append(Hue("other", gettext("Earlier") if is_time else gettext("Other"), " ".join(others), rest))
    if unknown := counts.get("unknown", 0) + total.facets[selection.colour].unknown:
        hues.append(Hue("unknown", gettext("Not stated"), "unknown", unknown))
    return [hue for hue in hues if hue.count]


def _commonest(resource: Resource, name: str) -> list[str]:
    found = counted(read_query(resource, {}), (name,)).facets[name]
    return [str(one.value) for one in found.values]
