"""The charts of the explore page: the chosen records counted as bars, through time, and grades against tonnages."""

from dataclasses import dataclass

from django.utils.translation import gettext

from api.query.facets import Counted
from pages.explore.facets import facet_label, value_words
from pages.explore.selection import Selection

#: What is drawn of each resource, where it has such a facet.
_DRAWN = ("country", "deposit_type", "kind", "stage", "development_status", "status")
#: What is drawn through time.
_TIMES = ("discovery_decade", "granted", "start")
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


@dataclass(frozen=True)
class TimeChart:
    """Counts through time as columns: `x` and `width` in per cent of the chart, `height` in per cent of the greatest."""

    label: str
    columns: tuple["TimeColumn", ...]
    first: str
    last: str
    unknown: int


@dataclass(frozen=True)
class TimeColumn:
    """The records of a year or a decade."""

    words: str
    count: int
    x: float
    y: float
    width: float
    height: float


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


def time_charts(selection: Selection, total: Counted) -> list[TimeChart]:
    """Draw the years or decades of the selection on an even scale."""
    drawn = []
    for name in _TIMES:
        counts = total.facets.get(name)
        if counts is None or len(counts.values) < 2:
            continue
        years = {int(str(one.value)): one for one in counts.values}
        step = 10 if name.endswith("decade") else 1
        first, last, most = min(years), max(years), max(one.count for one in years.values())
        width = 100 / ((last - first) / step + 1)
        columns = []
        for year, one in sorted(years.items()):
            height = max(1.0, 100 * one.count / most)
            x = (year - first) / step * width
            words = value_words(selection.resource, name, one)
            columns.append(
                TimeColumn(words, one.count, round(x, 2), round(100 - height, 2), round(width * 0.86, 2), round(height, 2))
            )
        drawn.append(TimeChart(facet_label(name), tuple(columns), str(first), str(last), counts.unknown))
    return drawn
