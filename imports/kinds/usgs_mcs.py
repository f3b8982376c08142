"""USGS Mineral Commodity Summaries 2024: mine production and reserves of rare earths, by country."""

from collections.abc import Iterator

from imports.kinds.kind import FileKind
from imports.kinds.usgs import PUBLISHER, RIGHTS
from imports.source_card import SourceCard
from imports.values.countries import put_country
from imports.values.draft import Draft
from imports.values.numbers import number
from registry.constraints import Range

_EDITION = "2024"
_WORLD = "world total"
#: Column → topic, what it measures, the year that the figure is of.
_FIGURES = {
    "Prod_t_est_2022": ("production", "mine production", "2022"),
    "Prod_t_est_2023": ("production", "mine production", "2023"),
    "Reserves_t": ("reserves", "reserves", "2023"),
}

_AMOUNT = Range("An amount must be zero or more.", least=0)


def parts(draft: Draft) -> Iterator[Draft]:
    """Return a finding for each figure of the row; what the table gives as NA has none."""
    stated = draft.cell("Country")
    is_world = stated.lower().startswith(_WORLD)
    for column, (topic, measure, as_of) in _FIGURES.items():
        part = draft.another()
        value = number(part, column, _AMOUNT)
        if value is None and not part.problems:
            continue
        country = None if is_world else put_country(part, "Country")
        part.record.pop("country", None)
        who = "The world" if is_world else draft.terms.countries.get(country or "", stated)
        part.record |= {
            "external_id": {
                "scheme": "usgs_mcs",
                "value": f"{_EDITION}/{'world' if is_world else country or stated}/{measure}/{as_of}",
            },
            "text": _sentence(who, topic, value, as_of),
            "topic": topic,
            "measure": measure,
            "modality": "asserted",
            "speaker": f"USGS MCS {_EDITION}",
            "subjects": [{"region": "world"} if is_world else {"country": country}, {"commodity": "REO"}],
            "value": value,
            "unit": "t",
            "comparator": "eq",
            "as_of": as_of,
            "locator": f"row {stated}",
        }
        if value is None:
            part.error("not-a-number", "A finding needs its figure.", column, part.cell(column))
        yield part


def _sentence(who: str, topic: str, value: float | None, year: str) -> str:
    figure = f"{value or 0:,.0f} tonnes"
    if topic == "production":
        return f"{who} mined {figure} of rare-earth oxides in {year}, by the {_EDITION} edition."
    return f"{who} has rare-earth oxide reserves of {figure}, by the {_EDITION} edition."


KIND = FileKind(
    name="usgs-mcs",
    title="USGS: Mineral Commodity Summaries 2024, rare earths, world table",
    target="finding",
    source=SourceCard(
        slug="usgs-mcs2024",
        title="Mineral Commodity Summaries 2024, rare earths: world mine production and reserves",
        publisher=PUBLISHER,
        published="2024-01-31",
        url="https://www.usgs.gov/publications/mineral-commodity-summaries-2024",
        rights=RIGHTS,
    ),
    columns=("Country", *_FIGURES),
    parts=parts,
)
