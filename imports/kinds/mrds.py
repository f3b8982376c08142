"""USGS MRDS: the full table of 46 columns, and the excerpt of rare-earth sites that MinMod made of it."""

import re

from imports.kinds.kind import FileKind
from imports.kinds.usgs import PUBLISHER, RIGHTS, put_listed
from imports.source_card import SourceCard
from imports.values.commodities import put_rare_earths
from imports.values.countries import put_country
from imports.values.draft import Draft
from imports.values.identities import put_id
from imports.values.location import put_point
from imports.values.names import put_name, put_other_names
from imports.values.numbers import year
from imports.values.provinces import put_province
from imports.values.terms import folded

#: dev_stat → what it is, and how far developed.
_STATUS = {
    "producer": ("deposit", "operating"),
    "past producer": ("deposit", "closed"),
    "prospect": ("prospect", "undeveloped"),
    "occurrence": ("occurrence", "undeveloped"),
    "unknown": (None, "unknown"),
}
#: dep_type → genetic type, only where the word means one.
_TYPES = {
    "carbonatite": "carbonatite",
    "placer": "placer",
    "pegmatite": "pegmatite",
    "skarn": "skarn",
    "breccia pipe": "breccia_pipe",
    "vein": "vein",
    "phosphorite": "phosphorite",
    "sandstone uranium": "sandstone_uranium",
}
#: Primary, secondary and tertiary commodities.
_ROLES = (("commod1", "main"), ("commod2", "by_product"), ("commod3", "trace"))
_LONGEST_PLACE = 200


def fill(draft: Draft) -> None:
    """Fill a deposit from either form of the table."""
    put_id(draft, "mrds", "dep_id")
    full = "site_name" in draft.row.values
    put_name(draft, "site_name" if full else "name")
    put_country(draft, "country" if full else "country_raw")
    draft.record["when_new"] = {"occurrence_type": "occurrence"}
    if full:
        _fill_full(draft)
    else:
        put_other_names(draft, draft.cell("other_names").split(","))
        put_province(draft, draft.cell("state_or_province"), "state_or_province")
        put_rare_earths(draft, draft.cell("ree_elements").split("|"), column="ree_elements")
        put_listed(draft)
    put_point(draft, "longitude", "latitude")


def _fill_full(draft: Draft) -> None:
    put_other_names(draft, re.split(r"[,;]", draft.cell("names")))
    area = ", ".join(text for text in (draft.cell("county"), draft.cell("state")) if text)
    put_province(draft, area[:_LONGEST_PLACE], "state", draft.cell("state"))
    _put_status(draft)
    draft.put_text("type_as_stated", draft.cell("dep_type"), "dep_type")
    if kind := _TYPES.get(folded(draft.cell("dep_type"))):
        draft.record["deposit_type"] = kind
    for column, role in _ROLES:
        put_rare_earths(draft, draft.cell(column).split(","), role, column)
    draft.put_text("ore_minerals", draft.cell("ore"), "ore")
    rocks = dict.fromkeys(text for text in (draft.cell("hrock_unit"), draft.cell("hrock_type")) if text)
    draft.put_text("host_rock", ", ".join(rocks), "hrock_type")
    year(draft, "disc_yr", "discovery_year")


def _put_status(draft: Draft) -> None:
    stated = draft.cell("dev_stat")
    if not stated:
        return
    draft.put_text("status_as_stated", stated, "dev_stat")
    if folded(stated) == "plant":
        draft.error("not-a-deposit", "A plant is not a deposit.", "dev_stat", stated, "Remove the row.")
    elif folded(stated) not in _STATUS:
        draft.warn("code-unknown", f"“{stated[:60]}” is not a status of MRDS.", "dev_stat", stated)
    else:
        occurrence, status = _STATUS[folded(stated)]
        draft.record["development_status"] = status
        if occurrence:
            draft.record["occurrence_type"] = occurrence


KIND = FileKind(
    name="mrds",
    title="USGS: Mineral Resources Data System (MRDS)",
    target="deposit",
    source=SourceCard(
        slug="usgs-mrds",
        title="Mineral Resources Data System (MRDS), sites with a rare-earth commodity",
        publisher=PUBLISHER,
        url="https://mrdata.usgs.gov/mrds/",
        rights=RIGHTS,
    ),
    columns=("dep_id", "latitude", "longitude"),
    fill=fill,
)
