"""Who holds a licence. Natural persons are never named: what is not plainly an organization is a private holder."""

import re

from registry.imports.values.draft import Draft

MASK = "PRIVATE HOLDER"
#: How cadastres write that a person holds it.
_MASKS = re.compile(r"(private|confidential|natural person|individual|withheld|физическое лицо|частное лицо)\b.*", re.I)
#: Words that only organizations have in their names.
_ORGANIZATION = re.compile(
    r"\b(limited|ltd|pty|proprietary|inc|incorporated|incorporation|corp|corporation|company|co|llc|llp|lp|plc|nl|gmbh|ag|kg|sa|sarl"
    r"|sas|bv|nv|ab|as|asa|oy|oyj|spa|srl|sro|kft|sp|jsc|cjsc|ojsc|pjsc|bhd|sdn|kk|eurl|ltda|sac|cv|trust|trustee|trustees|nominees"
    r"|holdings|group|partnership|association|council|shire|city|town|state|minister|ministry|department|authority|agency|commission"
    r"|university|institute|society|foundation|cooperative|union|bank|fund|resources|minerals|mining|mines|exploration|metals|energy"
    r"|gold|ooo|oao|zao|pao|too|ao|гп|ооо|оао|зао|пао|ао|тоо|осоо|жшс|ақ|компания|комбинат|предприятие|министерство|комитет)\b"
    r"|n\.l\.|s\.a\.|a\.s\.|l\.l\.c\.|b\.v\.",
    re.I,
)


def put_holders(draft: Draft, holders: list[tuple[str, str]], role: str = "holder") -> None:
    """Set the parties of a licence, given as (column, name); the same organization stands once in a role.

    A name without any word of an organization may be a person's: it is masked in the row too, and never shown.
    """
    parties: list[dict[str, object]] = draft.record.get("parties", [])
    named = {(str(party.get("organization", "")).casefold(), party["role"]) for party in parties}
    for column, name in holders:
        if _MASKS.fullmatch(name):
            parties.append({"private_holder": True, "role": role})
        elif not _ORGANIZATION.search(name):
            draft.masked[column] = _masked(draft, column, name)
            draft.warn(
                "holder-perhaps-person",
                "A holder may be a person, and is recorded as a private holder.",
                column,
                mend="If it is an organization, write its legal form.",
            )
            parties.append({"private_holder": True, "role": role})
        elif (name.casefold(), role) not in named:
            named.add((name.casefold(), role))
            parties.append({"organization": name[:200], "role": role})
    if parties:
        draft.record["parties"] = parties


def _masked(draft: Draft, column: str, name: str) -> str:
    shown = draft.masked.get(column, draft.cell(column))
    return shown.replace(name, MASK)
