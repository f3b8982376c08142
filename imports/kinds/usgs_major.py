"""USGS OFR 2005-1294: major mineral deposits of the world."""

from imports.kinds.kind import FileKind
from imports.kinds.usgs import COLUMNS, PUBLISHER, RIGHTS, fill_deposit, put_listed
from imports.source_card import SourceCard
from imports.values.commodities import put_commodities
from imports.values.draft import Draft


def fill(draft: Draft) -> None:
    """Fill a deposit; its coarse type (“Igneous”) is kept as stated, for none of the registry's types is meant by it."""
    fill_deposit(draft, "usgs_major", "record_id")
    draft.put_text("type_as_stated", draft.cell("deposit_type_raw"), "deposit_type_raw")
    if draft.cell("ree") == "Y":
        put_commodities(draft, ["REE"], column="ree")
    put_listed(draft)
    # All are major deposits, not mere occurrences.
    draft.record["when_new"] = {"occurrence_type": "deposit"}


KIND = FileKind(
    name="usgs-major",
    title="USGS: major mineral deposits of the world (OFR 2005-1294)",
    target="deposit",
    source=SourceCard(
        slug="usgs-ofr-2005-1294",
        title="Major mineral deposits of the world (OFR 2005-1294)",
        publisher=PUBLISHER,
        published="2005",
        url="https://mrdata.usgs.gov/major-deposits/",
        rights=RIGHTS,
    ),
    columns=(*COLUMNS, "deposit_type_raw"),
    fill=fill,
)
