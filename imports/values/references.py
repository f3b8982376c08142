"""Other records that a row refers to, and the codes of countries and commodities in any column."""

from imports.targets import TABLES
from imports.values.commodities import symbol_of
from imports.values.draft import Draft
from imports.values.holders import shared
from imports.values.legal_forms import is_organization

_TRUE = frozenset(("1", "true", "yes", "y", "да", "x", "✓", "on"))
_FALSE = frozenset(("0", "false", "no", "n", "нет", "off"))


def put_reference(draft: Draft, column: str, key: str, scheme: str = "") -> None:
    """Set the record that a cell names, by its slug, uid, external id (of a scheme) or name."""
    if text := draft.cell(column):
        draft.record[key] = f"{scheme}:{text}" if scheme else text


def put_organization(draft: Draft, column: str, key: str) -> None:
    """Set an organization by its name, without the share behind it; a name that may be a person's is masked."""
    name, share = shared(draft.cell(column))
    if not name:
        return
    country = draft.record.get("country")
    if not is_organization(name, country, draft.terms.organizations):
        draft.masked[column] = "–"
        draft.warn(
            "holder-perhaps-person",
            "This may be a person, and is left out.",
            column,
            fix="Write the legal form of an organization.",
        )
        return
    draft.record[key] = name[:200]
    fields = {field.name for field in (draft.model or TABLES[draft.target].model)._meta.concrete_fields}
    if share is not None and "share_pct" in fields:
        draft.record.setdefault("share_pct", share)


def put_commodity(draft: Draft, column: str, key: str) -> None:
    """Set one commodity by its name or symbol."""
    if not (text := draft.cell(column)):
        return
    symbol = symbol_of(draft.terms, text)
    if symbol is None:
        message = f"The registry has no commodity “{text[:120]}”."
        draft.warn("commodity-unknown", message, column, text, offer=draft.word_of(key, text))
    else:
        draft.record[key] = symbol


def put_flag(draft: Draft, column: str, key: str) -> None:
    """Set yes or no."""
    text = draft.cell(column).casefold()
    if text in _TRUE or text in _FALSE:
        draft.record[key] = text in _TRUE
    elif text:
        draft.warn("not-yes-or-no", f"“{text[:40]}” is neither yes nor no.", column, text, "Write yes or no.")
