"""Kinds of fault that the seed once had, each looked for in every card: dates, units, codes and terms that no source states."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from registry.vocabularies import LicenseStatus
from tests.seed.conftest import FIXTURES

Card = dict[str, Any]
#: Code → the words that it was coded from, with which it is covered.
WORDS = {"status": "status_as_stated", "development_status": "status_as_stated"}
#: Kinds of cards whose values each need a source.
COVERED = ("deposits", "prospecting_objects", "licenses", "policy_frameworks", "organizations")
#: The day up to which the seed was checked; a measure whose term ends later is left to a later edition.
CHECKED = "2026-11-26"
SHORT_TON = 0.90718474
ENDED = {LicenseStatus.REVOKED, LicenseStatus.RELINQUISHED, LicenseStatus.SURRENDERED, LicenseStatus.EXPIRED}


@cache
def cards(kind: str) -> tuple[Card, ...]:
    """Give every card of one kind, in whichever file it stands."""
    files = [yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) for file in sorted(FIXTURES.rglob("*.yaml"))]
    return tuple(card for file in files for card in file.get(kind, []))


def estimates() -> Iterator[Card]:
    for kind in ("deposits", "prospecting_objects"):
        for card in cards(kind):
            yield from card.get("estimates", [])
    yield from cards("estimates")


def cited(card: Card) -> list[Card]:
    """Give the citations of a card, each with source and locator apart."""
    full = [one if isinstance(one, dict) else {"cite": one} for one in card.get("cites", [])]
    return [{**one, "source": one["cite"].partition("#")[0], "locator": one["cite"].partition("#")[2]} for one in full]


def supports(card: Card, field: str) -> bool:
    """Tell whether a citation that says where supports one field, or the words that it was coded from, or a row of a list."""
    named = {field, WORDS.get(field, field)}
    return any(
        one["locator"] and one.get("relation", "supports") == "supports" and any(carries(card, one, name) for name in named)
        for one in cited(card)
    )


def carries(card: Card, one: Card, field: str) -> bool:
    """Tell whether a citation names a field; the one plain citation of a card carries what no other names."""
    plain = [cite for cite in card.get("cites", []) if isinstance(cite, str)]
    if one["cite"] in plain and "fields" not in one:
        others = [f for cite in card["cites"] if isinstance(cite, dict) for f in cite.get("fields", [])]
        return len(plain) == 1 and field not in others
    return any(entry.partition(":")[0] == field for entry in one.get("fields", []))


def digits(value: float) -> int:
    """Count the significant digits of a whole number of tonnes."""
    return len(str(round(value)).rstrip("0"))


def test_an_estimate_has_the_date_that_a_source_states_and_not_that_of_the_page() -> None:
    dated = [one for one in estimates() if one.get("effective")]
    assert len(dated) > 15 and [one["slug"] for one in dated if not supports(one, "effective")] == []
    published = {source["slug"]: source.get("published") for source in cards("sources")}
    of_the_page = {
        one["slug"]
        for one in dated
        if {published[c["source"]] for c in cited(one)} == {one["effective"]} and len(one["effective"]) == 4
    }
    assert of_the_page == set()


def test_the_parties_of_a_deposit_have_a_source() -> None:
    held = [one for one in cards("deposits") if one.get("parties")]
    assert len(held) > 20 and [one["slug"] for one in held if not supports(one, "parties")] == []


@pytest.mark.parametrize(
    ("slug", "short_tons"),
    [
        ("mountain-pass-proven-probable", 18.4e6),
        ("mountain-pass-2012-probable", 18.267e6),
        ("mountain-pass-2022-indicated", 1.43e6),
        ("mountain-pass-2022-inferred", 9.08e6),
    ],
)
def test_short_tons_become_tonnes_with_no_more_digits_than_are_printed(slug: str, short_tons: float) -> None:
    (held,) = [one["ore_tonnes"] for one in estimates() if one["slug"] == slug]
    assert held == pytest.approx(short_tons * SHORT_TON, rel=0.005)
    assert digits(held) <= digits(short_tons)


def test_no_tonnage_has_more_digits_than_a_print_has() -> None:
    keys = [f"{what}_tonnes{bound}" for what in ("ore", "contained") for bound in ("", "_low", "_high")]
    assert [one["slug"] for one in estimates() for key in keys if key in one and digits(one[key]) > 6] == []
    assert not [one["slug"] for one in estimates() for key in keys if one.get(key) is not None and one[key] % 1]


def test_historic_means_before_1900() -> None:
    """CGI reserves the term for mines of before 1900; a citation of the status has to say so."""
    old = [one for one in cards("deposits") if one.get("development_status") == "historic"]
    assert [one["slug"] for one in old if not supports(one, "development_status")] == []


def term_ends(framework: Card) -> Iterator[str]:
    """Give the last years of the terms that its title or its status states."""
    text = f"{framework['title']} {framework.get('status_as_stated') or ''}"
    yield from re.findall(r"\b20\d\d ?[-–] ?(20\d\d)\b", framework["title"])
    yield from re.findall(r"(?:\buntil|\bto|\bthrough) (?:\d+ [A-Z][a-z]+ )?(20\d\d)\b", text)


def test_no_measure_is_in_force_past_its_term() -> None:
    frameworks = [one for one in cards("policy_frameworks") if one.get("title")]
    over = [one for one in frameworks if str(one.get("ended") or "9999") <= CHECKED]
    assert {one["slug"] for one in over} >= {"china-export-control-suspension-2025-70", "tajikistan-rare-metals-programme-728"}
    assert [one["slug"] for one in over if one.get("status") not in (None, "ended", "repealed", "superseded")] == []
    for one in frameworks:
        for year in term_ends(one):
            if year < CHECKED[:4] and one.get("status") in (None, "in_force", "suspended"):
                assert one.get("ended"), f"{one['slug']}: its term ended in {year}"


def test_what_is_an_exploration_target_is_no_resource() -> None:
    for one in estimates():
        words = f"{one.get('measure') or ''} {one.get('text_as_printed') or ''}".lower()
        assert ("exploration target" in words) == (one.get("stage") == "exploration_target"), one["slug"]


def test_a_licence_that_ended_has_no_party_without_an_end() -> None:
    over = [one for one in cards("licenses") if one["status"] in ENDED]
    assert len(over) >= 3
    for one in over:
        assert one.get("ended") and all(party.get("end") for party in one.get("parties", [])), one["slug"]
        assert any(event["kind"] in ("revocation", "expiry", "court_decision") for event in one.get("events", [])) or supports(
            one, "status"
        ), one["slug"]


def test_an_event_of_a_licence_names_its_source() -> None:
    events = [(one["slug"], event) for one in cards("licenses") for event in one.get("events", [])]
    assert [slug for slug, event in events if not event.get("cites")] == []


def test_what_was_applied_for_was_not_granted() -> None:
    for one in cards("licenses"):
        granted = one.get("granted") or any(event["kind"] == "grant" for event in one.get("events", []))
        assert not (one["status"] == LicenseStatus.APPLIED and granted), one["slug"]


def test_the_country_table_cites_the_data_that_it_holds() -> None:
    rights = {source["slug"]: source.get("rights") for source in cards("sources")}
    tables = [*cards("countries"), *(one for one in cards("regions") if one.get("scheme") == "m49")]
    used = {c["source"] for one in tables for c in cited(one)} - {"seed"}
    assert (
        used == {"country-codes", "natural-earth"}
        and rights["country-codes"] == "ODC-PDDL-1.0"
        and rights["isocodes"] == "CC-BY-SA-4.0"
    )


def test_every_event_of_a_framework_has_a_source_that_can_know_it() -> None:
    """A repeal of 2021 cannot stand on a page of 2015."""
    published = {source["slug"]: source.get("published") for source in cards("sources")}
    events = [(one["slug"], event) for one in cards("policy_frameworks") for event in one.get("events", [])]
    assert len(events) > 10
    for slug, event in events:
        dates = [published[one["source"]] for one in cited(event) if one["locator"]]
        assert dates, f"{slug}: {event}"
        for date in filter(None, dates):
            known = min(len(str(date)), len(event["date"]))
            assert event["date"][:known] <= str(date)[:known], f"{slug}: {event}"


def test_what_the_registry_remarks_is_not_put_into_the_mouth_of_a_source() -> None:
    """What was looked for and not found stands in the registry's own dossier, not on the pages of others."""
    remarks = re.compile(r"[Nn]ot found|[Nn]o (cited )?(source|page) (says|states|equates)|was not taken over|is not matched")
    kinds = ("deposits", "prospecting_objects", "licenses")
    held = [one for kind in kinds for one in cards(kind) if remarks.search(one.get("description") or "")]
    assert len(held) >= 10
    for one in held:
        carried = {c["source"] for c in cited(one) if carries(one, c, "description")}
        assert carried & {"registry-dossier", "mp-10k-2025", "parabellum-2023-02-khotgor", "seemining-2024"}, one["slug"]


def test_a_card_has_one_plain_citation_at_most() -> None:
    """Several would leave open which of them carries what."""
    every = [*estimates(), *(one for kind in COVERED for one in cards(kind))]
    every += [event for kind in ("licenses", "policy_frameworks") for one in cards(kind) for event in one.get("events", [])]
    several = [one for one in every if sum(isinstance(c, str) for c in one.get("cites", [])) > 1]
    assert len(every) > 250 and [one.get("slug") or one.get("text") for one in several] == []


def test_a_citation_with_a_plain_one_beside_it_says_what_it_carries() -> None:
    """A source that is cited beside others and carries nothing is one that could not be read; there are few."""
    every = [*estimates(), *(one for kind in COVERED for one in cards(kind))]
    silent = {
        (one["slug"], c["source"])
        for one in every
        for c in cited(one)
        if isinstance(c, dict) and "fields" not in c and c["cite"] not in one["cites"] and c.get("relation") != "mentions"
    }
    assert {slug for slug, _ in silent} <= {
        "pela-ema",
        "kalba-narym-survey",
        "atlantic-council-eurasia-center",
        "lkab",
        "peak-rare-earths",
    }


def test_an_organization_is_one() -> None:
    names = [one["name"] for one in cards("organizations") if "name" in one]
    assert len(names) > 60 and [name for name in names if " / " in name] == []


def test_every_finding_is_about_something() -> None:
    """Lists by country, region or commodity would never show one without a subject."""
    about: dict[str, bool] = {}
    for one in cards("findings"):
        about[one["slug"]] = about.get(one["slug"], False) or bool(one.get("subjects"))
    assert len(about) > 100 and [slug for slug, subjects in about.items() if not subjects] == []


def test_what_a_licence_grants_has_a_date_or_says_that_none_is_known() -> None:
    granted = [
        one for one in cards("licenses") for event in one.get("events", []) if event["kind"] == "grant" and event["date"]
    ]
    assert [one["slug"] for one in granted if not (one.get("granted") or one["status"] in ENDED)] == []
