"""Geoscience Australia: critical-mineral mines and deposits of Australia (eCat 147741)."""

import re

from imports.kinds.kind import FileKind
from imports.source_card import SourceCard
from imports.values.codes import put_code
from imports.values.commodities import put_commodities
from imports.values.draft import Draft
from imports.values.identities import put_derived_id
from imports.values.location import put_point
from imports.values.names import put_name
from imports.values.numbers import number_in

_PLACE = ("Latitude", "Longitude")
_SANDS = "Heavy mineral sands"
_STATES = {
    "ACT": "Australian Capital Territory",
    "NSW": "New South Wales",
    "NT": "Northern Territory",
    "QLD": "Queensland",
    "SA": "South Australia",
    "TAS": "Tasmania",
    "VIC": "Victoria",
    "WA": "Western Australia",
}
_STATUS = {
    "operating mine": "operating",
    "mine care and maintenance": "care_and_maintenance",
    "mine under development": "construction",
    # It says what the place is, not how far it is developed.
    "mineral deposit": "unknown",
}


def fill(draft: Draft) -> None:
    """Fill a deposit. The file has no ids: name, state and place to 0.01 degrees tell its rows apart."""
    place = [
        f"{value:.2f}".replace("-", "s").replace(".", "-")
        for axis in _PLACE
        if (value := number_in(draft.cell(axis))) is not None
    ]
    put_derived_id(draft, "ga_critical_minerals", (draft.cell("Name"), draft.cell("State"), *place))
    put_name(draft, "Name")
    draft.record["country"] = "AU"
    state = draft.cell("State").upper()
    if state in _STATES:
        draft.record |= {"admin_area": _STATES[state], "admin_code": f"AU-{state}"}
    else:
        draft.warn("code-unknown", f"“{state[:20]}” is not a state of Australia.", "State", state)
    put_point(draft, "Longitude", "Latitude")
    put_code(draft, "Status", "development_status", _STATUS, "status_as_stated")
    draft.record["when_new"] = {"occurrence_type": "deposit"}
    _put_group(draft, draft.cell("Commodity Group"))


def _put_group(draft: Draft, group: str) -> None:
    """Read a commodity group: what stands behind +/- may be there or not."""
    if group.startswith(_SANDS):
        draft.record |= {"deposit_type": "heavy_mineral_sands", "type_as_stated": _SANDS}
        group = group.removeprefix(_SANDS).lstrip(" -")
    certain, _, possible = group.partition("+/-")
    put_commodities(draft, _listed(certain), "unknown", "Commodity Group")
    put_commodities(draft, _listed(possible), "potential", "Commodity Group")


def _listed(text: str) -> list[str]:
    """Split a list, and leave out what stands in brackets: “Silicon (High-purity silica/quartz)”."""
    return [part for part in re.split(r",|\+/-", re.sub(r"\([^)]*\)", " ", text)) if part.strip()]


KIND = FileKind(
    name="ga-critical-minerals",
    title="Geoscience Australia: critical-mineral mines and deposits (eCat 147741)",
    target="deposit",
    source=SourceCard(
        slug="ga-critical-minerals-2022",
        title="Australian Critical Minerals Map 2022, third edition: dataset of mines and deposits (eCat 147741)",
        publisher="Geoscience Australia",
        published="2023-03",
        url="https://pid.geoscience.gov.au/dataset/ga/147741",
        rights="CC-BY-4.0",
        attribution="© Commonwealth of Australia (Geoscience Australia) 2023",
    ),
    columns=("Name", "State", "Latitude", "Longitude", "Status", "Commodity Group"),
    fill=fill,
)
