"""Who holds a licence. Natural persons are never named: what is not plainly an organization is a private holder."""

import re

from imports.values.draft import Draft
from imports.values.legal_forms import is_organization
from imports.values.numbers import number_in

MASK = "PRIVATE HOLDER"
#: How cadastres write that a person holds it.
_MASKS = re.compile(r"(private|confidential|natural person|individual|withheld|физическое лицо|частное лицо)\b.*", re.I)
#: A share behind a name: “(40%)”, “ - 40 %”.
_SHARE = re.compile(r"[\s,;:–-]*\(?\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*(?:%|per cent|pct)\s*\)?\s*$", re.I)
#: A legal form that a separator has cut off the name before it: “Sample Mining, Inc.”
_CUT_FORM = re.compile(
    r"(inc|incorporated|(pty\.? |co\.?,? )?(ltd|limited)|ll[cp]|lp|plc|corp(oration)?|co|company|s\.?a\.?|pty|n\.?l|gmbh)\.?",
    re.I,
)


def joined_forms(names: list[str], separator: str) -> list[str]:
    """Put legal forms back behind the names from which a separator has cut them off."""
    whole: list[str] = []
    for name in names:
        if whole and _CUT_FORM.fullmatch(name.strip()):
            whole[-1] = f"{whole[-1].rstrip()}{separator.strip()} {name.strip()}"
        else:
            whole.append(name)
    return whole


def put_holders(draft: Draft, holders: list[tuple[str, str]], role: str = "holder") -> None:
    """Set the parties of a licence, given as (column, name); the same organization is listed once in a role.

    A name that is not plainly an organization's may be a person's: it is masked in the row too, never shown, and reported.
    """
    parties: list[dict[str, object]] = draft.record.get("parties", [])
    named = {(str(party.get("organization", "")).casefold(), party["role"]) for party in parties}
    country = draft.record.get("country")
    for column, stated in holders:
        name, share = shared(stated)
        if _MASKS.fullmatch(name):
            party: dict[str, object] = {"private_holder": True, "role": role}
        elif not is_organization(name, country, draft.terms.organizations):
            draft.masked[column] = _masked(draft, column, name)
            draft.warn(
                "holder-perhaps-person",
                "A holder may be a person, and is recorded as a private holder.",
                column,
                fix="If it is an organization, write its legal form.",
            )
            party = {"private_holder": True, "role": role}
        elif (name.casefold(), role) in named:
            continue
        else:
            named.add((name.casefold(), role))
            party = {"organization": name[:200], "role": role}
        parties.append(party if share is None else {**party, "share_pct": share})
    if parties:
        draft.record["parties"] = parties


def shared(stated: str) -> tuple[str, float | None]:
    """Take the share off a name, in per cent; None if there is none."""
    found = _SHARE.search(stated)
    if not found or not stated[: found.start()].strip():
        return stated, None
    share = number_in(found[1], decimal_comma=True)
    return stated[: found.start()].strip(), share


def _masked(draft: Draft, column: str, name: str) -> str:
    shown = draft.masked.get(column, draft.cell(column))
    return shown.replace(name, MASK)
