"""Cards that are wrong are refused, with the file, the record and the key."""

from collections.abc import Callable

import pytest

from registry import models as m
from registry.seeding.errors import SeedError
from registry.seeding.load import Outcome
from tests.seed.test_runs import COUNTRY, SOURCE, deposit

Load = Callable[..., Outcome]
OBJECT = 'prospecting_objects:\n- {{slug: "group", country: "KZ", cites: ["report#p. 1"], {extra}}}'


@pytest.mark.parametrize(
    ("deposits", "message"),
    [
        ('deposits: [{slug: "hill", name: "Hill"}]', "deposits.yaml: deposit “hill”: a published record names a source"),
        (deposit("colour: 1"), "deposit “hill”: colour: there is no such key; there are: admin_area"),
        (deposit('deposit_type: "volcano"'), "deposit_type: there is no code “volcano”; available: carbonatite,"),
        (deposit('parent: "mountain"'), "deposit “hill”: parent: there is no deposit “mountain”"),
        (deposit(more=', {cite: "nobody#p. 2"}'), "cites → item 2 → source: there is no source “nobody”"),
        (deposit(more=', "report#p. 2"'), "a card has one plain citation"),
        (deposit(more=', {cite: "report#p. 2", fields: ["age of it"]}'), "could name “age of it”"),
        (deposit("discovery_year: soon"), 'discovery_year: "soon" is not a number'),
        (deposit("host_rock: 5"), "host_rock: 5 is not text: put it in quotes"),
        (deposit("location: {lon: 200, lat: 48}"), "location: longitude 200.0, latitude 48.0 is out of range"),
        (deposit("location: [68, 48]"), "is not a point: {lon: 76.1, lat: 42.8}"),
        (deposit('location_kind: "reported"'), "This location kind requires a point or an outline."),
        (deposit("location: {lon: 68, lat: 48}"), "A record with coordinates must state their origin (location kind)."),
        (deposit('admin_code: "Kostanay"'), "“Kostanay”: Ensure this value has at most 6 characters"),
        (deposit('estimates: [{slug: "e", stage: "resource", effective: 2024, cites: ["report#1"]}]'), "2024 is not a date"),
        (
            deposit('estimates: [{slug: "e", effective: "2024-02-30", cites: ["report#1"]}]'),
            "This day does not exist: 2024-02-30",
        ),
        (deposit('estimates: [{slug: "e", category: "C1", cites: ["report#1"]}]'), "This reporting code has no such category"),
        (deposit('findings: [{slug: "f", text: "t", topic: "geology", modality: "asserted"}]'), "“source” is missing"),
        (deposit() + deposit().replace("deposits:", "").replace("hill", "Hill"), "deposit “Hill”"),
        ("deposits: []\ndeposits: []", "“deposits” is given twice"),
        ("volcanoes: []", "volcanoes: there is no such kind of card; there are: countries,"),
        ('deposits: [{name: "Hill"}]', "a card begins with its slug"),
        ("- deposits", "a file must contain lists of cards by kind"),
        ("deposits: [", "deposits.yaml: line"),
    ],
)
def test_a_wrong_card_is_refused(cards: Load, deposits: str, message: str) -> None:
    with pytest.raises(SeedError) as caught:
        cards(countries=COUNTRY, sources=SOURCE, deposits=deposits)
    assert message in str(caught.value)
    assert str(caught.value).startswith("deposits.yaml")
    assert not m.Deposit.objects.exists()


def test_an_unnamed_group_has_no_point(cards: Load) -> None:
    point = 'count: 12, location: {lon: 68, lat: 48}, location_kind: "reported"'
    with pytest.raises(
        SeedError,
        match=r"objects.yaml: prospecting object “group”: A group that is only counted"
        r" must not have a name",
    ):
        cards(countries=COUNTRY, sources=SOURCE, objects=OBJECT.format(extra=point))
    assert cards(objects=OBJECT.format(extra="count: 12")).new == 3


def test_two_files_may_not_contradict_each_other(cards: Load) -> None:
    with pytest.raises(SeedError, match=r"a.yaml: deposit “hill”: name: “Hill” here, but “Mount” in b.yaml; write it once"):
        cards(countries=COUNTRY, sources=SOURCE, a=deposit(), b=deposit().replace('"Hill"', '"Mount"'))


def test_a_file_that_gives_way_fills_what_others_leave_out(cards: Load) -> None:
    yielding = "gives_way: true\n" + deposit('age: "Devonian"').replace('"Hill"', '"Mount"').replace("p. 1", "p. 9")
    cards(countries=COUNTRY, sources=SOURCE, a=yielding, b=deposit('host_rock: "gneiss"'))
    hill = m.Deposit.objects.get()
    assert (hill.name, hill.age, hill.host_rock) == ("Hill", "Devonian", "gneiss")
    assert set(hill.names.values_list("text", "kind")) == {("Hill", "preferred"), ("Mount", "alternate")}
    assert set(hill.citations.values_list("locator", flat=True)) == {"p. 1", "p. 9"}


def test_codes_are_matched_without_regard_to_case(cards: Load) -> None:
    cards(countries=COUNTRY, sources=SOURCE, deposits=deposit('deposit_type: "Carbonatite"'))
    assert m.Deposit.objects.get().deposit_type == "carbonatite"


def test_norway_is_a_country_even_without_quotes(cards: Load) -> None:
    cards(
        countries='countries: [{slug: NO, name: "Norway", iso3: "NOR", m49: "578"}]',
        sources=SOURCE,
        deposits=deposit().replace('"KZ"', "NO"),
    )
    assert m.Deposit.objects.get().country.slug == "NO"


def test_a_place_outside_its_country_is_a_warning(whole: None) -> None:
    from registry.seeding.location_checks import outside_stated_country

    # Rows of USGS that print whole minutes: sands at the coast, and a massif at the border.
    known = ["chavara-irel", "chavara-kmml", "dara-pioz"]
    warnings = list(outside_stated_country())
    assert [slug for slug, said in zip(known, warnings, strict=True) if f"“{slug}”" in said] == known
    m.Deposit.objects.filter(slug__in=known).update(country=None)
    m.Deposit.objects.filter(slug="kundybai").update(location="SRID=4326;POINT(48 68)")
    assert list(outside_stated_country()) == ["deposit “kundybai”: its location is in no country's shape, not in KZ as stated"]
    m.Deposit.objects.filter(slug="kundybai").update(location="SRID=4326;POINT(37.6 55.7)")
    assert list(outside_stated_country()) == ["deposit “kundybai”: its location is in RU, not in KZ as stated"]
