"""What is kept of each kind of record holds until something changes that it shows: writes of all sorts, and responses."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from api.database import version
from api.database.reads import BIT, Observation, reads_of
from api.http import cache
from api.resources.resource import all_resources
from registry.models import Citation, Country, Deposit, ExternalId, Judgement, License, LicenseSite, Name, Source
from tests import records


def names_of(kinds: int) -> set[str]:
    return {kind for kind, bit in BIT.items() if kinds & bit}


def read_by(address: str) -> set[str]:
    """Return the kinds of record on which a response rests, by its tag."""
    response = Client().get(address)
    assert response.status_code == 200, address
    _body(response)
    return names_of(int(response["ETag"].split('"')[1].split("-")[0], 16))


@pytest.mark.django_db
def test_a_response_rests_on_the_kinds_that_it_reads() -> None:
    """A list of deposits rests on deposits alone; a filter, a joined resource and a page add what they read."""
    licence, deposit = records.license_(), records.deposit(at=(67.7, 48.0), country=records.country(slug="KZ"))
    beyond = {
        resource.kind: more
        for resource in all_resources()
        if (more := read_by(f"/api/v1/{resource.name}/?limit=5") - {resource.kind})
    }
    # An estimate is shown with what it estimates; a source counts what cites it, and a disagreement reads its sides.
    assert beyond.pop("estimate") == {"deposit", "prospecting_object"}
    assert beyond.keys() == {"source", "disagreement"}, beyond
    assert read_by("/api/v1/licenses/?limit=5") == {"license"}
    assert read_by("/api/v1/deposits/?country=KZ") == {"deposit", "country"}
    assert read_by("/api/v1/deposits/?format=geojson&bbox=0,0,90,80") == {"deposit"}
    assert read_by("/api/v1/deposits/?search=hill") == {"deposit"}
    assert "license" not in read_by("/api/v1/deposits/?facet=country,development_status")
    assert "license" not in read_by("/ogc/collections/deposits/items?limit=2")
    assert "license" not in read_by("/tiles/deposits/0/0/0.mvt")
    assert "license" not in read_by("/api/v1/deposits/export/?format=csv")
    assert read_by("/api/v1/") == set()
    assert {"license", "deposit"} <= read_by(f"/api/v1/licenses/{licence.slug}/")
    assert {"license", "deposit", "source"} <= read_by(f"/api/v1/deposits/{deposit.slug}/")


@pytest.mark.django_db
def test_what_is_read_is_found_in_the_text() -> None:
    """By table, key, history, function and parameter; what is not known is everything."""

    def read(text: str, *values: Any) -> set[str]:
        return names_of(reads_of(text).with_values(values))

    every = set(BIT)
    assert read("SELECT 1") == read("SELECT * FROM registry_dataversion") == set()
    assert read('SELECT "registry_deposit"."id" FROM "registry_deposit"') == {"deposit"}
    assert read("SELECT c.id FROM registry_citation c WHERE c.deposit_id = 1") == {"deposit"}
    assert read('SELECT U0."license_id" FROM "registry_name" U0') == {"license"}
    assert read("SELECT count(*) FROM registry_citation c JOIN registry_gap d ON d.deposit_id = c.source_id") == every - {
        "disagreement"
    }
    assert read("SELECT h.id FROM registry_licenseeventhistory h") == {"license"}
    assert read("SELECT registry_region_shape(1)") == {"country", "region"}
    assert read("SELECT bits FROM registry_facetbits WHERE kind = %s", "license") >= {"license"}
    assert "license" not in read("SELECT p.x FROM registry_tileplace p WHERE p.kind = %s", "deposit")
    assert "commodity" in read("SELECT p.x FROM registry_tileplace p WHERE p.kind = 'deposit'")
    assert read("SELECT j.one_id FROM registry_judgement j WHERE j.kind = 'deposit'") == {"deposit"}
    assert read("SELECT records FROM registry_tally") >= {"deposit", "license", "finding"}
    assert read("SELECT * FROM registry_of_later") == every


@pytest.mark.django_db
def test_what_is_taken_from_a_cache_counts_as_read() -> None:
    cached: version.VersionedCache = version.VersionedCache(10)
    for _ in range(2):
        with Observation() as outer:
            cached.get("x", lambda: version.fetch("SELECT id FROM registry_gap"))
        assert names_of(outer.kinds) == {"gap"}


Write = Callable[[random.Random], object]


def _some(model: Any, chance: random.Random) -> Any:
    return chance.choice(list(model.objects.filter(record_status="published").order_by("id")))


def _set(model: Any, **given: str) -> Write:
    """Change a column of some record to what it never was."""

    def write(chance: random.Random) -> object:
        values = {name: value.format(chance.random()) for name, value in given.items()}
        return model.objects.filter(pk=_some(model, chance).pk).update(**values)

    return write


def _add(model: Any, given: Callable[[random.Random], dict[str, Any]]) -> Write:
    return lambda chance: model.objects.get_or_create(**given(chance))


#: Changes of what a kind shows of itself, and of what others show of it; one changes nothing that readers see.
WRITES: tuple[Write, ...] = (
    _set(Deposit, name="Name {}"),
    _set(License, name="Name {}"),
    _set(Country, name="Name {}"),
    _set(Source, title="Title {}"),
    lambda chance: records.license_(),
    _set(License, record_status="withdrawn"),
    lambda chance: records.finding(),
    lambda chance: records.disagreement(),
    lambda chance: records.estimate(),
    lambda chance: records.deposit(record_status="draft"),
    lambda chance: Judgement.objects.create(
        kind="deposit", one_id=1, other_id=chance.randint(2, 10**9), verdict="unsure", reason="x"
    ),
    _add(Name, lambda chance: {"deposit": _some(Deposit, chance), "text": f"{chance.random()}", "kind": "alternate"}),
    _add(ExternalId, lambda chance: {"license": _some(License, chance), "scheme": "other", "value": f"{chance.random()}"}),
    _add(LicenseSite, lambda chance: {"license": _some(License, chance), "deposit": _some(Deposit, chance)}),
    _add(
        Citation,
        lambda chance: {"deposit": _some(Deposit, chance), "source": _some(Source, chance), "locator": f"{chance.random()}"},
    ),
)


def _body(response: Any) -> Any:
    """Return a response without the position of the feed, which moves with every change."""
    if response.streaming:
        return b"".join(response.streaming_content)
    if "json" not in response.get("Content-Type", ""):
        return response.content
    document = response.json()
    document.pop("position", None)
    return document


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_is_current_or_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each write, what a client keeps of every kind is either what would be made now, or not confirmed."""
    monkeypatch.setattr(version, "FRESH_SECONDS", 0.0)
    with transaction.atomic():
        for maker in records.MAKERS.values():
            maker()
    client, chance = Client(), random.Random(17)
    addresses = [f"/api/v1/{resource.name}/?count=exact" for resource in all_resources()]
    for resource in all_resources():
        slug = (
            resource.model._default_manager.filter(record_status="published").order_by("id").values_list("slug", flat=True)[0]
        )
        addresses.append(f"/api/v1/{resource.name}/{slug}/")
    addresses += [
        "/api/v1/deposits/?facet=country,commodity,disputed&disputed=false",
        "/api/v1/deposits/?possible_duplicate=true",
        "/api/v1/licenses/?facet=country,disputed",
        "/api/v1/statements/?limit=50",
        "/api/v1/deposits/export/?format=csv",
        "/ogc/collections/licenses/items?limit=3",
        "/ogc/collections/deposits",
        "/tiles/licenses/0/0/0.mvt",
        "/deposits/",
    ]
    kept: dict[str, tuple[str, Any]] = {}
    confirmed = made = 0
    for number, write in enumerate(WRITES):
        with transaction.atomic():
            write(chance)
        for address in chance.sample(addresses, 16):
            tag, before = kept.get(address, ("", None))
            response = client.get(address, headers={"If-None-Match": tag} if tag else {})
            if response.status_code != 304:
                made += 1
                kept[address] = response.get("ETag", ""), _body(response)
                continue
            confirmed += 1
            with monkeypatch.context() as patched:
                patched.setattr(settings, "BODY_CACHE_BYTES", 0)
                version.forget()
                cache.bodies.forget()
                assert _body(client.get(address)) == before, (number, address)
    assert confirmed > 20 and made > 20, "a change of one kind leaves others"
