"""One sentence that says what a record is, made from its facts alone."""

from collections.abc import Callable
from typing import Any

from api.resources.resource import Resource
from pages.facts import fields_of
from pages.values import named

#: How many commodities a sentence names before it counts the rest.
_NAMED = 3
Record = dict[str, Any]


def lead(resource: Resource, record: Record) -> str:
    """Return the sentence of a record; the description of its kind if none was written for it."""
    made = _LEADS.get(resource.kind)
    return " ".join(made(_Words(resource, record)).split()) if made else ""


class _Words:
    """The facts of a record as words."""

    def __init__(self, resource: Resource, record: Record) -> None:
        self.record, self.fields, self.model = record, dict(fields_of(resource)), resource.model

    def __getitem__(self, name: str) -> str:
        """Return a value in words: a code by its name, a link by its own; "" if it is not known."""
        given = self.record.get(name)
        if isinstance(given, dict):
            return str(given.get("name") or "")
        return named(self.fields.get(name), str(given), self.model) if given not in (None, "") else ""

    def lower(self, name: str) -> str:
        """Return a value in words within a sentence: only names keep their capital."""
        words = self[name]
        return words if words[1:2].isupper() else words[:1].lower() + words[1:]

    @property
    def place(self) -> str:
        """Return the stated place: province and country."""
        return ", ".join(filter(None, (self["admin_area"], self["country"])))

    @property
    def commodities(self) -> str:
        """Name the first commodities, and count the rest."""
        names = [one["name"] for one in self.record.get("commodities") or ()]
        shown = names[:_NAMED] if len(names) > _NAMED + 1 else names
        rest = len(names) - len(shown)
        return _joined([*shown, *([f"{rest} more"] if rest else [])])


def _joined(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1] if words else "")))


def _article(words: str) -> str:
    return f"{'An' if words[:1].lower() in 'aeiou' else 'A'} {words}" if words else ""


def _deposit(words: _Words) -> str:
    kind = words.lower("occurrence_type") or "deposit"
    model = words.lower("deposit_type")
    what = _article(kind) + (f" of the type {model}" if model and model not in ("unknown", "other") else "")
    parts = [f"{what}{f' in {words.place}' if words.place else ''}."]
    if words.commodities:
        parts.append(f"Sources name {words.commodities}.")
    if (status := words.lower("development_status")) not in ("", "unknown"):
        parts.append(f"Its status is {status}.")
    if parent := words["parent"]:
        parts.append(f"It is part of {parent}.")
    return " ".join(parts)


def _prospecting_object(words: _Words) -> str:
    kind = words.lower("kind") or "prospecting object"
    found = f" for {words.commodities}" if words.commodities else ""
    status = words.lower("status")
    return (
        f"{_article(kind)}{f' in {words.place}' if words.place else ''}{found}.{f' Its status is {status}.' if status else ''}"
    )


def _license(words: _Words) -> str:
    kind = words.lower("kind")
    what = _article(kind if "licence" in kind or "right" in kind else f"{kind} licence")
    holders = [
        (party.get("organization") or {}).get("name") or "a private holder"
        for party in words.record.get("parties") or ()
        if party["role"] == "holder"
    ]
    held = f" Held by {_joined(holders)}, as stated." if holders else ""
    status = words.lower("status")
    granted = f", granted {words['granted']}" if words["granted"] else ""
    return f"{what}{f' in {words.place}' if words.place else ''}{granted}{f': {status}' if status else ''}.{held}"


def _policy_framework(words: _Words) -> str:
    parties = [row["party"]["name"] for row in words.record.get("parties") or () if row.get("party")]
    of = f" of {_joined(parties)}" if parties else ""
    since = f" since {words['in_force']}" if words["in_force"] and words.record.get("status") == "in_force" else ""
    status = words.lower("status")
    return f"{_article(words.lower('kind'))}{of}{f', {status}{since}' if status else ''}."


def _organization(words: _Words) -> str:
    parent = f" It is part of {words['parent']}." if words["parent"] else ""
    country = f" of {words['country']}" if words["country"] else ""
    return f"{_article(words.lower('kind') or 'organization')}{country}.{parent}"


def _source(words: _Words) -> str:
    by = f" by {words['publisher']}" if words["publisher"] else ""
    when = f", published {words['published']}" if words["published"] else ", without a date"
    root = (
        f" It derives from “{words['derived_from']}” and does not count as an independent source."
        if words["derived_from"]
        else ""
    )
    return f"{_article(words.lower('kind') or 'source')}{by}{when}.{root}"


def _estimate(words: _Words) -> str:
    of = words["deposit"] or words["prospecting_object"]
    code = words["reporting_code"]
    under = words.lower("reporting_code") if code.startswith("Code") else code
    return f"{_article(words.lower('stage') or 'estimate')}{f' of {of}' if of else ''}, {under}."


def _commodity(words: _Words) -> str:
    if words.record.get("atomic_number"):
        rare = ", one of the rare earths" if words.record.get("ree") else ""
        return f"Chemical element {words.record['atomic_number']}{rare}."
    return f"{_article(words.lower('kind') or 'commodity')}."


def _country(words: _Words) -> str:
    regions = [one["name"] for one in words.record.get("memberships") or ()]
    return f"A country or territory of ISO 3166-1{f', in {_joined(regions)}' if regions else ''}."


def _finding(words: _Words) -> str:
    who = words["speaker"] or words["speaker_organization"]
    return f"{_article(words.lower('modality') or 'stated')} statement on {words.lower('topic')}{f' by {who}' if who else ''}."


def _disagreement(words: _Words) -> str:
    return f"Sources disagree on: {words['about']}."


_LEADS: dict[str, Callable[[_Words], str]] = {
    "deposit": _deposit,
    "prospecting_object": _prospecting_object,
    "license": _license,
    "policy_framework": _policy_framework,
    "organization": _organization,
    "source": _source,
    "estimate": _estimate,
    "commodity": _commodity,
    "country": _country,
    "finding": _finding,
    "disagreement": _disagreement,
}
