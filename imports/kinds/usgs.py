"""What the USGS files have in common, as the MinMod project re-encoded them."""

from imports.values.commodities import put_commodities
from imports.values.countries import put_country
from imports.values.draft import Draft
from imports.values.identities import put_id
from imports.values.location import put_point
from imports.values.names import put_name
from imports.values.provinces import put_province

PUBLISHER = "U.S. Geological Survey"
RIGHTS = "US public domain"
COLUMNS = ("record_id", "name", "country_raw", "latitude", "longitude", "other_commodities")


def fill_deposit(draft: Draft, scheme: str, id_column: str) -> None:
    """Fill what the columns of these files state.

    `deposit_type_predicted` is a machine's guess and is not read; nor are `iso3` and the other columns that were derived later.
    """
    put_id(draft, scheme, id_column)
    put_name(draft, "name")
    put_country(draft, "country_raw")
    put_province(draft, draft.cell("state_or_province"), "state_or_province")
    put_point(draft, "longitude", "latitude")
    # Nobody says how far it is developed; what is there already, stays.
    draft.record["when_new"] = {"occurrence_type": "occurrence"}


def put_listed(draft: Draft, column: str = "other_commodities") -> None:
    """Add the commodities of a list; the file says no role."""
    put_commodities(draft, draft.cell(column).replace("Gemstone >", "").split("|"), column=column)
