"""The charts of the explore page: the chosen records counted by country, type and status, as bars."""

from dataclasses import dataclass

from django.utils.translation import gettext

from api.query.facets import Counted
from pages.explore.facets import facet_label, value_words
from pages.explore.selection import Selection

#: What is drawn of each resource, where it has such a facet.
_DRAWN = ("country", "deposit_type", "kind", "stage", "development_status", "status")
_BARS = 8


@dataclass(frozen=True)
class Bar:
    """A bar with its words and number; `width` in per cent."""

    words: str
    count: int
    width: float


@dataclass(frozen=True)
class Chart:
    """A chart, and how many values it leaves out."""

    label: str
    bars: tuple[Bar, ...]
    left_out: int


def charts(selection: Selection, total: Counted) -> list[Chart]:
    """Draw the facets of the selection."""
    drawn = []
    for name in _DRAWN:
        counts = total.facets.get(name)
        if counts is None or not (counts.values or counts.unknown):
            continue
        rows = [(value_words(selection.resource, name, one), one.count) for one in counts.values[:_BARS]]
        if counts.unknown:
            rows.append((gettext("not stated"), counts.unknown))
        most = max(count for _, count in rows)
        bars = tuple(Bar(words, count, round(100 * count / most, 1)) for words, count in rows)
        drawn.append(Chart(facet_label(name), bars, len(counts.values) - len(counts.values[:_BARS]) + counts.other_values))
    return drawn
