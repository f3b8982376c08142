"""Codes of a file, turned into the registry's; the file's own words are kept beside them."""

from collections.abc import Mapping

from imports.values.draft import Draft
from imports.values.terms import folded


def put_code(
    draft: Draft, column: str, key: str, codes: Mapping[str, str], stated_key: str | None = None, otherwise: str | None = None
) -> str | None:
    """Set a code by a table of the file's words (folded), and keep the words themselves under `stated_key`.

    Words that the table does not have are a warning, and give the code `otherwise`, or leave the record as it is.
    """
    text = draft.cell(column)
    if not text:
        return None
    if stated_key:
        draft.put_text(stated_key, text, column)
    code = codes.get(folded(text))
    if code is None:
        shown = f"; it becomes “{otherwise}”" if otherwise else ""
        message = f"“{text[:60]}” is not a known code for {key}{shown}."
        draft.warn("code-unknown", message, column, text, offer=draft.word_of(key, text))
        code = otherwise
    if code is not None:
        draft.record[key] = code
    return code
