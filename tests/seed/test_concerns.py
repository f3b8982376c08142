"""Every disagreement of the seed is seen from every record that it is about.

What it is about is found a second time here, from the cards alone, and compared with what the API shows.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from django.test import Client

from tests.seed.conftest import FIXTURES

#: Kind → resource of the records that show what concerns them.
SHOWN = {
    "deposit": "deposits",
    "prospecting_object": "prospecting-objects",
    "license": "licenses",
    "policy_framework": "policy-frameworks",
    "country": "countries",
    "estimate": "estimates",
    "finding": "findings",
    "organization": "organizations",
    "region": "regions",
    "commodity": "commodities",
    "source": "sources",
}
LISTS = {
    "deposits": "deposit",
    "prospecting_objects": "prospecting_object",
    "licenses": "license",
    "policy_frameworks": "policy_framework",
    "organizations": "organization",
    "countries": "country",
    "regions": "region",
    "commodities": "commodity",
    "sources": "source",
    "findings": "finding",
    "estimates": "estimate",
}

Record = tuple[str, str]


class Cards:
    """The cards of the seed: what each record leads to, and what each external id names."""

    def __init__(self) -> None:
        """Read them all."""
        self.leads: dict[Record, set[Record]] = defaultdict(set)
        self.by_id: dict[str, Record] = {}
        self.disagreements: dict[str, list[Record]] = {}
        for file in sorted(FIXTURES.rglob("*.yaml")):
            for key, cards in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader).items():
                for card in cards if key in LISTS else ():
                    self._read(LISTS[key], card)
                public = [card for card in cards if card.get("record_status") != "withdrawn"] if key == "disagreements" else []
                for card in public:
                    self.disagreements.setdefault(card["slug"], []).extend(next(iter(m.items())) for m in card["members"])

    def _read(self, kind: str, card: dict[str, Any], outer: Record | None = None) -> None:
        me = (kind, card["slug"])
        if outer:
            self.leads[me].add(outer)
        if kind in ("deposit", "prospecting_object", "license") and card.get("country"):
            self.leads[me].add(("country", card["country"]))
        if kind == "estimate":
            self.leads[me] |= {(k, card[k]) for k in ("deposit", "prospecting_object") if card.get(k)}
        for held in ("sites", "subjects"):
            self.leads[me] |= {(k, slug) for k, slugs in card.get(held, {}).items() for slug in slugs}
        if kind == "policy_framework":
            self.leads[me] |= {("country", p["country"]) for p in card.get("parties", []) if "country" in p}
        self._name(card, me)
        for event in card.get("events", []):
            self._name(event, me, itself=True)
        for inner in ("estimates", "findings"):
            for one in card.get(inner, []):
                self._read(LISTS[inner], one, me)

    def _name(self, card: dict[str, Any], record: Record, itself: bool = False) -> None:
        """Remember which record the external ids of its citations, or of an event of it, belong to."""
        rows = [*(c for c in card.get("cites", []) if isinstance(c, dict)), *([card] if itself else [])]
        for row in rows:
            for ids in row.get("external_ids", {}).values():
                for one in ids if isinstance(ids, list) else [ids]:
                    self.by_id[one] = record

    def about(self, slug: str) -> set[Record]:
        """Give every record that a disagreement is about."""
        found: set[Record] = set()
        waiting = [
            self.by_id[name] if kind in ("citation", "license_event") else (kind, name)
            for kind, name in self.disagreements[slug]
        ]
        while waiting:
            record = waiting.pop()
            if record not in found:
                found.add(record)
                waiting.extend(self.leads[record])
        return found


@pytest.fixture(scope="module")
def cards() -> Cards:
    return Cards()


def _every(client: Client, address: str) -> Iterator[dict[str, Any]]:
    while address:
        page = client.get(address).json()
        yield from page["results"]
        address = page["next"] or ""


def test_every_disagreement_is_seen_from_what_it_is_about(whole: None, client: Client, cards: Cards) -> None:
    expected: dict[Record, set[str]] = defaultdict(set)
    for slug in cards.disagreements:
        for record in cards.about(slug):
            expected[record].add(slug)
    assert (
        len(cards.disagreements) > 50
        and len({slug for (kind, _), s in expected.items() if kind == "deposit" for slug in s}) > 20
    )
    for kind, resource in SHOWN.items():
        disputed = {one["slug"] for one in _every(client, f"/api/v1/{resource}/?disputed=true&limit=1000")}
        assert disputed == {slug for k, slug in expected if k == kind}, resource
        others = {one["slug"] for one in _every(client, f"/api/v1/{resource}/?disputed=false&limit=1000&fields=slug,disputed")}
        assert not disputed & others
        for slug in sorted(disputed):
            record = client.get(f"/api/v1/{resource}/{slug}/").json()
            assert record["disputed"] is True
            assert {link["slug"] for link in record["disagreement_links"]} == expected[kind, slug], (kind, slug)
            for link in record["disagreement_links"]:
                sides = {side["side"] for side in link["through"]}
                assert sides <= {member for member, _ in cards.disagreements[link["slug"]]} and sides
        for slug in sorted(disputed)[:5]:
            found = {one["slug"] for one in _every(client, f"/api/v1/disagreements/?{kind}={slug}&limit=1000")}
            assert found == expected[kind, slug]


def test_kutessay_shows_its_disagreements_and_how_they_come_there(whole: None, client: Client) -> None:
    links = {one["slug"]: one for one in client.get("/api/v1/deposits/kutessay-ii/").json()["disagreement_links"]}
    assert {"kut-tonnage", "kut-coord", "kut-distance", "kut-licdate", "kut-prolong", "kut-forum"} <= set(links)
    tonnage = links["kut-tonnage"]["through"]
    assert {"side": "estimate", "slug": "kutessay-ii-2024-cabinet", "path": "estimate.deposit"} in tonnage
    assert {(one["side"], one["path"]) for one in links["kut-coord"]["through"]} == {("citation", "citation.deposit")}
    assert {one["path"] for one in links["kut-forum"]["through"]} == {"license_event.license.sites.deposit"}
    objects = client.get("/api/v1/prospecting-objects/kazakhstan-12-objects/").json()["disagreement_links"]
    assert {"12-or-11", "12-places", "25-sites", "plots"} <= {one["slug"] for one in objects}
