"""Western Australia: mining tenements with their outlines (DMIRS-003)."""

import re

from imports.kinds.kind import FileKind
from imports.source_card import SourceCard
from imports.values.areas import put_area
from imports.values.codes import put_code
from imports.values.dates import put_date
from imports.values.draft import Draft
from imports.values.holders import put_holders
from imports.values.identities import put_id
from imports.values.location import put_outline
from imports.values.numbers import number

SCHEME = "wa_tenement"
SOURCE = SourceCard(
    slug="wa-dmirs-003",
    title="Mining Tenements (DMIRS-003)",
    publisher="Department of Energy, Mines, Industry Regulation and Safety, Government of Western Australia",
    published="2024-06-14",
    url="https://catalogue.data.wa.gov.au/dataset/mining-tenements-dmirs-003",
    rights="CC-BY-4.0",
    attribution="© State of Western Australia (Department of Energy, Mines, Industry Regulation and Safety)",
)
#: Type → kind of licence.
KINDS = {
    "exploration licence": "exploration",
    "exploration licence offshore": "exploration",
    "prospecting licence": "exploration",
    "mining lease": "mining",
    "mineral lease s a": "mining",
    "mining lease s a": "mining",
    "coal mining lease": "mining",
    "retention licence": "retention",
    "general purpose lease": "other",
    "miscellaneous licence": "other",
    "ml agreement state act": "mining",
    "mining lease special agreement": "mining",
}
_STATUS = {"live": "active", "pending": "applied"}
_HOLDERS = tuple(f"holder{number}" for number in range(1, 10))


def put_identity(draft: Draft) -> str:
    """Set id and country by the number of the tenement; gives the letters that it begins with.

    Tenements of Christmas Island, which the same register keeps, end their letters in CI.
    """
    put_id(draft, SCHEME, "tenid")
    value = draft.record.get("external_id", {}).get("value", "")
    found = re.match(r"[A-Z]+", value)
    letters = found[0] if found else ""
    draft.record["country"] = "CX" if letters.endswith("CI") and len(letters) > 2 else "AU"
    return letters


def fill(draft: Draft) -> None:
    """Fill a licence."""
    put_identity(draft)
    draft.put_text("number", draft.cell("fmt_tenid"), "fmt_tenid")
    put_code(draft, "type", "kind", KINDS, "kind_as_stated", otherwise="other")
    status = put_code(draft, "tenstatus", "status", _STATUS, "status_as_stated", otherwise="unknown")
    put_date(draft, "startdate", "applied")
    put_date(draft, "grantdate", "granted")
    put_date(draft, "enddate", "expires")
    _check_expiry(draft, status)
    put_area(draft, "legal_area", "unit_of_me")
    holders = [(column, name) for column in _HOLDERS if (name := draft.cell(column))]
    # Who holds an application has applied.
    put_holders(draft, holders, "applicant" if status == "applied" else "holder")
    counted = number(draft, "holdercnt")
    if counted is not None and counted != len(holders):
        draft.warn(
            "holders-miscounted", f"The row counts {counted:g} holders and names {len(holders)}.", "holdercnt", f"{counted:g}"
        )
    put_outline(draft, "area")


def _check_expiry(draft: Draft, status: str | None) -> None:
    """Describe where a licence is live by its status and over by its date, on the day that the row was extracted."""
    expires = draft.record.get("expires")
    extracted = draft.cell("extract_da")[:10].replace("/", "-")
    if status == "active" and expires and extracted and expires < extracted:
        draft.warn(
            "live-after-expiry",
            f"It is LIVE on {extracted}, and ended on {expires}; both are kept as stated.",
            "enddate",
            draft.cell("enddate"),
        )


KIND = FileKind(
    name="wa-tenements",
    title="Western Australia: mining tenements with outlines (DMIRS-003)",
    target="license",
    source=SOURCE,
    columns=("tenid", "type", "tenstatus"),
    fill=fill,
)
