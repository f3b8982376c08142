"""One sentence that says what a record is, made from its facts alone.

Each sentence is one message of the catalogue, with named places for the facts; where a fact is missing, another sentence
without its place is taken. So a translation may order the facts as its language does.
"""

import re
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from api.resources.resource import Resource
from explorer.language import DEFAULT, language
from pages.facts import fields_of
from pages.labels import in_sentence
from pages.names import own_name
from pages.values import named

#: How many commodities a sentence names before it counts the rest.
_NAMED = 3
#: Codes that say nothing about a record.
_SILENT = frozenset((None, "", "unknown", "other", "unspecified"))
_PLACE = re.compile(r"%\((\w+)\)s")
Record = dict[str, Any]


def lead(resource: Resource, record: Record) -> str:
    """Return the sentence of a record; "" if none was written for its kind."""
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
            kind = {"country": "country", "parent": "region"}.get(name)
            return own_name(kind, given.get("slug"), str(given.get("name") or given.get("title") or ""))
        return named(self.fields.get(name), str(given), self.model) if given not in (None, "") else ""

    def lower(self, name: str) -> str:
        """Return a value in words within a sentence: only names keep their capital."""
        return in_sentence(self[name])

    def known(self, name: str) -> str:
        """Return a code in words within a sentence; "" for one that says nothing."""
        return "" if self.record.get(name) in _SILENT else self.lower(name)

    @property
    def place(self) -> str:
        """Return the stated place: province and country."""
        return ", ".join(filter(None, (self["admin_area"], self["country"])))

    @property
    def commodities(self) -> str:
        """Name the first commodities, and count the rest."""
        names = [own_name("commodity", one.get("slug"), one["name"]) for one in self.record.get("commodities") or ()]
        shown = names[:_NAMED] if len(names) > _NAMED + 1 else names
        rest = len(names) - len(shown)
        more = ngettext("%(count)d more", "%(count)d more", rest) % {"count": rest}
        return _joined([*shown, *([more] if rest else [])])


def _joined(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _article(words: str) -> str:
    """Begin a sentence with a kind; English puts an article before it."""
    if language() != DEFAULT:
        return words[:1].upper() + words[1:]
    return f"{'An' if words[:1].lower() in 'aeiou' else 'A'} {words}" if words else ""


def _first(facts: dict[str, str], *sentences: str) -> str:
    """Fill in the first sentence of which every fact is known; "" if there is none."""
    for sentence in sentences:
        if all(facts.get(name) for name in _PLACE.findall(sentence)):
            return sentence % facts
    return ""


def _deposit(words: _Words) -> str:
    facts = {
        "what": _article(words.lower("occurrence_type") or in_sentence(_("Deposit"))),
        "model": words.known("deposit_type"),
        "place": words.place,
        "commodities": words.commodities,
        "status": words.known("development_status"),
        "parent": words["parent"],
    }
    return " ".join(
        (
            _first(
                facts,
                _("%(what)s of the type %(model)s in %(place)s."),
                _("%(what)s of the type %(model)s."),
                _("%(what)s in %(place)s."),
                _("%(what)s."),
            ),
            _first(facts, _("Sources name %(commodities)s.")),
            _first(facts, _("Its status is %(status)s.")),
            _first(facts, _("It is part of %(parent)s.")),
        )
    )


def _prospecting_object(words: _Words) -> str:
    facts = {
        "what": _article(words.lower("kind") or in_sentence(_("Prospecting object"))),
        "place": words.place,
        "commodities": words.commodities,
        "status": words.known("status"),
    }
    what = _first(
        facts,
        _("%(what)s in %(place)s for %(commodities)s."),
        _("%(what)s in %(place)s."),
        _("%(what)s for %(commodities)s."),
        _("%(what)s."),
    )
    return f"{what} {_first(facts, _('Its status is %(status)s.'))}"


def _license(words: _Words) -> str:
    holders = [
        (party.get("organization") or {}).get("name") or _("a private holder")
        for party in words.record.get("parties") or ()
        if party["role"] == "holder"
    ]
    facts = {
        "what": _article(_("%(kind)s licence") % {"kind": words.lower("kind")}),
        "place": words.place,
        "granted": words["granted"],
        "status": words.lower("status"),
        "holders": _joined(holders),
    }
    what = _first(
        facts,
        _("%(what)s in %(place)s, granted %(granted)s: %(status)s."),
        _("%(what)s in %(place)s: %(status)s."),
        _("%(what)s, granted %(granted)s: %(status)s."),
        _("%(what)s: %(status)s."),
        _("%(what)s in %(place)s."),
        _("%(what)s."),
    )
    return f"{what} {_first(facts, _('Held by %(holders)s, as stated.'))}"


def _policy_framework(words: _Words) -> str:
    facts = {
        "what": _article(words.lower("kind")),
        "parties": _joined([_party(row) for row in words.record.get("parties") or () if row.get("party")]),
        "status": words.lower("status"),
        "since": words["in_force"] if words.record.get("status") == "in_force" else "",
    }
    return _first(
        facts,
        _("%(what)s (%(parties)s), %(status)s since %(since)s."),
        _("%(what)s, %(status)s since %(since)s."),
        _("%(what)s (%(parties)s), %(status)s."),
        _("%(what)s (%(parties)s)."),
        _("%(what)s, %(status)s."),
        _("%(what)s."),
    )


def _party(row: dict[str, Any]) -> str:
    party = row["party"]
    return own_name(party.get("kind"), party.get("slug"), party["name"])


def _organization(words: _Words) -> str:
    facts = {
        "what": _article(words.lower("kind") or in_sentence(_("Organization"))),
        "country": words["country"],
        "parent": words["parent"],
    }
    what = _first(facts, _("%(what)s of %(country)s."), _("%(what)s."))
    return f"{what} {_first(facts, _('It is part of %(parent)s.'))}"


def _source(words: _Words) -> str:
    facts = {
        "what": _article(words.lower("kind") or in_sentence(_("Source"))),
        "publisher": words["publisher"],
        "published": words["published"],
        "root": words["derived_from"],
    }
    what = _first(
        facts,
        _("%(what)s by %(publisher)s, published %(published)s."),
        _("%(what)s, published %(published)s."),
        _("%(what)s by %(publisher)s, without a date."),
        _("%(what)s, without a date."),
    )
    root = _("It derives from “%(root)s” and does not count as an independent source.")
    return f"{what} {_first(facts, root)}"


def _estimate(words: _Words) -> str:
    facts = {
        "what": _article(words.lower("stage") or in_sentence(_("Estimate"))),
        "of": words["deposit"] or words["prospecting_object"],
        "code": words.lower("reporting_code") if words.record["reporting_code"] == "unspecified" else words["reporting_code"],
    }
    return _first(facts, _("%(what)s of %(of)s, %(code)s."), _("%(what)s, %(code)s."))


def _commodity(words: _Words) -> str:
    if number := words.record.get("atomic_number"):
        rare, plain = _("Chemical element %(number)s, one of the rare earths."), _("Chemical element %(number)s.")
        return (rare if words.record.get("ree") else plain) % {"number": number}
    return _("%(what)s.") % {"what": _article(words.lower("kind") or in_sentence(_("Commodity")))}


def _country(words: _Words) -> str:
    regions = [own_name("region", one.get("slug"), one["name"]) for one in words.record.get("memberships") or ()]
    return _first(
        {"regions": _joined(regions)},
        _("A country or territory of ISO 3166-1, in %(regions)s."),
        _("A country or territory of ISO 3166-1."),
    )


def _region(words: _Words) -> str:
    number = len(words.record.get("memberships") or ())
    return _first(
        {"number": str(number or ""), "parent": words["parent"]},
        ngettext(
            "A region of %(number)s country, part of %(parent)s.",
            "A region of %(number)s countries, part of %(parent)s.",
            number,
        ),
        ngettext("A region of %(number)s country.", "A region of %(number)s countries.", number),
    )


def _finding(words: _Words) -> str:
    facts = {
        "what": _article(_("%(modality)s statement") % {"modality": words.lower("modality") or _("stated")}),
        "topic": words.lower("topic"),
        "speaker": words["speaker"] or words["speaker_organization"],
    }
    return _first(facts, _("%(what)s on %(topic)s by %(speaker)s."), _("%(what)s on %(topic)s."), _("%(what)s."))


def _disagreement(words: _Words) -> str:
    return _("Sources disagree on: %(about)s.") % {"about": words["about"]}


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
    "region": _region,
    "finding": _finding,
    "disagreement": _disagreement,
}
