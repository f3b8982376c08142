"""What a record of a file is called by its publisher, or, where the file has no ids, by what tells it apart."""

import re
import unicodedata
from collections.abc import Iterable

from imports.values.draft import Draft

_SCHEME = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_LONGEST = 200


def put_id(draft: Draft, scheme: str, column: str) -> None:
    """Set the external id that a column gives; padding inside and around it is no part of it."""
    text = "".join(draft.cell(column).split())
    # A spreadsheet makes 10000228 the number 10000228.0.
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    if not text:
        draft.error("id-missing", "The row has no id.", column, fix="Give each row a stable id.")
        return
    if len(text) > _LONGEST:
        draft.error("id-too-long", f"An id can have at most {_LONGEST} characters.", column, text)
        return
    draft.record["external_id"] = {"scheme": scheme, "value": text}


def put_derived_id(draft: Draft, scheme: str, cells: Iterable[str]) -> None:
    """Set an id made of the texts that tell the row apart, for files without ids.

    It depends on nothing else: the row may move, and its other cells may change.
    """
    value = "/".join(_plain(cell) for cell in cells)[:_LONGEST]
    if not value.strip("/-"):
        draft.error("id-missing", "The cells that identify the row are empty.", fix="Give each row an id.")
        return
    draft.record["external_id"] = {"scheme": scheme, "value": value}


def is_scheme(text: str) -> bool:
    """Return whether a text can name a scheme of ids."""
    return bool(_SCHEME.fullmatch(text)) and len(text) <= 40


def _plain(text: str) -> str:
    """Return small letters and digits of any script, joined by hyphens."""
    words = unicodedata.normalize("NFKD", text.casefold())
    words = "".join(c for c in words if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", words).strip("-")
