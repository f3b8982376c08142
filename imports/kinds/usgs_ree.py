"""USGS OFR 02-189: rare-earth mines, deposits and occurrences of the world."""

from imports.kinds.kind import FileKind
from imports.kinds.usgs import COLUMNS, PUBLISHER, RIGHTS, fill_deposit, put_listed
from imports.source_card import SourceCard
from imports.values.commodities import put_commodities
from imports.values.draft import Draft


def fill(draft: Draft) -> None:
    """Fill a deposit.

    The file's list of elements was the code “REE” written out: that a row is of rare earths is all that is known.
    """
    fill_deposit(draft, "usgs_ree", "record_id")
    if draft.cell("ree") == "Y":
        put_commodities(draft, ["REE"], column="ree")
    put_listed(draft)


KIND = FileKind(
    name="usgs-ree",
    title="USGS: rare-earth mines, deposits and occurrences (OFR 02-189)",
    target="deposit",
    source=SourceCard(
        slug="usgs-orris-2002",
        title="Rare Earth Element Mines, Deposits, and Occurrences (OFR 02-189)",
        publisher=PUBLISHER,
        published="2002",
        url="https://pubs.usgs.gov/of/2002/of02-189",
        rights=RIGHTS,
    ),
    columns=(*COLUMNS, "ree"),
    fill=fill,
)
