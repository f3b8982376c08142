"""Ten derived answers of the seed, counted a second way: by the ORM, by the details of records, or by other lists."""

from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.gis.geos import Point, Polygon

from registry import models as m
from registry.vocabularies.licenses import LIVE
from tests import records

pytestmark = pytest.mark.django_db
DAY = "2013-06-30"


def asked(api: Any, question: str) -> dict[str, Any]:
    found = api.json(f"/api/v1/questions/{question}{'&' if '?' in question else '?'}limit=1000")
    found["by"] = {one["verdict"]: one["count"] for one in found["counts"]}
    return dict(found)


def listed(api: Any, path: str) -> list[dict[str, Any]]:
    page = api.json(f"/api/v1/{path}{'&' if '?' in path else '?'}limit=1000")
    assert page["next"] is None
    return list(page["results"])


def test_tonnages_of_australia_are_those_added_by_hand(api: Any) -> None:
    found = asked(api, "tonnages/?country=AU&stage=resource")
    crirsco = {row["commodity"] and row["commodity"]["slug"]: row for row in found["results"] if row["family"] == "CRIRSCO"}
    assert crirsco["REE"]["ore_tonnes"] == 106.6e6 + 56e6 + 12.36e6 + 94.9e6, "Mount Weld, Nolans Bore, Yangibana, Narraburra"
    assert crirsco[None]["ore_tonnes"] == 525e6, "Donald: mineral sands, whose sources count ore with heavy minerals"
    lists = ("counted", "parts", "superseded", "duplicates", "competing", "without_figure")
    named = Counter(one["slug"] for row in found["results"] for name in lists for one in row[name])
    australia = m.ResourceEstimate.objects.published().filter(deposit__country__slug="AU", stage="resource")
    assert named == Counter(australia.values_list("slug", flat=True)), "each statement is in one list"
    naive = sum(e.ore_tonnes for e in australia.filter(deposit__slug="mount-weld"))
    assert naive > 106.6e6 * 2


def test_covered_ground_is_that_of_the_live_licences(api: Any) -> None:
    statuses = {one["slug"]: one["on_date"]["status"]["status"] for one in listed(api, f"licenses/?on={DAY}")}
    expected: Counter[str] = Counter()
    for deposit in m.Deposit.objects.published():
        sites = m.LicenseSite.objects.filter(deposit=deposit, license__record_status="published")
        held = {statuses[site.license.slug] for site in sites}
        if held & LIVE:
            expected["covered"] += 1
        elif None in held:
            expected["status_unknown"] += 1
        elif held:
            expected["lapsed"] += 1
        elif deposit.geometry is None:
            expected["no_location"] += 1
        else:
            expected["no_outline_recorded"] += 1
    assert not m.License.objects.exclude(area=None).exists(), "the seed has no outlines"
    found = asked(api, f"open-ground/?on={DAY}")
    assert {verdict: count for verdict, count in found["by"].items() if count} == expected


@pytest.mark.parametrize("box", ["66,47,70,50", "66,47,67.2,48.2", "-31,39,70,50"])
def test_ground_is_covered_by_outlines_whether_these_are_looked_up_or_the_deposits(api: Any, box: str) -> None:
    """The fewer are looked up: in the first and the last box the two licences, in the other the one deposit."""
    here = m.Country.objects.get(slug="KZ")
    held = {"granted": "2010", "expires": "2030"}
    live = records.license_(country=here, status="granted", area=records.square(66.5, 47.5, 2.0), **held)
    over = records.license_(country=here, status="expired", area=records.square(-30.5, 39.5), granted="2005", expires="2009")
    for at in ((67.0, 48.0), (67.5, 48.5), (68.2, 49.2), (69.5, 49.5), (66.2, 47.2), (-30.0, 40.0)):
        records.deposit(country=here, at=at)
    at_sea = m.Deposit.objects.get(location=Point(-30.0, 40.0, srid=4326))
    assert at_sea.located_in == [], "the Atlantic Ocean"
    west, south, east, north = map(float, box.split(","))
    expected: Counter[str] = Counter()
    for deposit in m.Deposit.objects.published().filter(location__within=Polygon.from_bbox((west, south, east, north))):
        met = set(m.License.objects.filter(area__intersects=deposit.location).values_list("pk", flat=True))
        verdict = "covered" if live.pk in met else "lapsed" if over.pk in met else "open"
        expected[verdict if deposit.country_id == here.pk else "other"] += 1
    assert expected["covered"]
    found = asked(api, f"open-ground/?on={DAY}&country=KZ&bbox={box}&verdict=covered,lapsed,licence_without_outline,open")
    assert {name: count for name, count in found["by"].items() if count} == {k: n for k, n in expected.items() if k != "other"}
    licences = {row["deposit"]["slug"]: [one["slug"] for one in row["licenses"]] for row in found["results"]}
    assert licences.get(at_sea.slug, [over.slug]) == [over.slug]


def test_rights_are_those_of_the_list_of_licences(api: Any) -> None:
    expected: Counter[Any] = Counter()
    for one in listed(api, f"licenses/?on={DAY}"):
        expected.update({True: "held", None: "dates_unknown"}[party["holds"]] for party in one["on_date"]["parties"])
    found = asked(api, f"rights/?on={DAY}")
    assert {name: found["by"][name] for name in ("held", "dates_unknown")} == expected


def test_what_was_in_force_is_what_the_list_says(api: Any) -> None:
    said = [one["on_date"]["status"]["status"] for one in listed(api, "policy-frameworks/?on=2025-06-30")]
    expected = Counter("unknown" if s is None else "in_force" if s in ("in_force", "amended") else "not_in_force" for s in said)
    assert asked(api, "in-force/?on=2025-06-30")["by"] == expected


def test_what_was_never_in_force_has_no_date_that_says_so(api: Any) -> None:
    day, before = date(2026, 6, 30), ("draft", "proposed", "announced", "signed", "adopted")
    begun = ("in_force", "amended", "suspended", "repealed", "ended", "superseded")
    expected = set()
    for one in m.PolicyFramework.objects.published():
        events = [(e.status, e.date) for e in one.events.all() if e.date]
        announced = [d for d in (one.announced, one.adopted, *(d for s, d in events if s in before)) if d]
        in_force = [d for d in (one.in_force, *(d for s, d in events if s in ("in_force", "amended"))) if d]
        if announced and min(announced) <= day.isoformat() and not in_force and one.status not in begun:
            expected.add(one.slug)
    found = asked(api, f"never-in-force/?on={day}")
    assert {row["framework"]["slug"] for row in found["results"]} == expected


def test_unlocated_deposits_are_those_without_a_point(api: Any) -> None:
    rows = m.Deposit.objects.published().filter(geometry__isnull=True, country__slug__in=("KZ", "KG", "TJ", "UZ", "TM"))
    searched = set(m.GapSubject.objects.filter(deposit__in=rows).values_list("deposit__slug", flat=True))
    kinds = {"admin_only", "withheld"}
    expected = Counter(
        d.location_kind if d.location_kind in kinds else "searched" if d.slug in searched else "unknown" for d in rows
    )
    found = asked(api, "unlocated/?region=central-asia")["by"]
    assert {verdict: count for verdict, count in found.items() if count} == expected


def test_the_funnel_counts_members_and_their_licences(api: Any) -> None:
    for row in asked(api, "funnel/?country=KZ")["results"]:
        group = m.ProspectingObject.objects.get(slug=row["object"]["slug"])
        members = [group] if group.count == 1 else list(group.members.filter(record_status="published"))
        members = [one for one in members if one.name]
        licensed = [
            one
            for one in members
            if m.LicenseSite.objects.filter(prospecting_object=one).exists()
            or (one.became_deposit and m.LicenseSite.objects.filter(deposit=one.became_deposit).exists())
        ]
        assert (row["announced"], row["named"], row["licensed"]) == (group.count, len(members), len(licensed))


def test_the_nearest_are_those_of_the_list_by_their_uncertainty(api: Any) -> None:
    found = asked(api, "nearest/?lon=76.2&lat=42.8&radius_km=300")
    near = {one["slug"]: one for one in listed(api, "deposits/?near=76.2,42.8&radius_km=600")}
    expected: dict[str, str] = {}
    for slug, one in near.items():
        metres, unsure = one["distance_km"] * 1000, one["location_uncertainty_m"]
        if metres - (unsure or 0) <= 300_000:
            certain = "certain" if metres + (unsure or 0) <= 300_000 else "possible"
            expected[slug] = "uncertainty_unknown" if unsure is None else certain
    assert {row["deposit"]["slug"]: row["verdict"] for row in found["results"]} == expected
    assert found["by"]["no_location"] == m.Deposit.objects.published().filter(geometry__isnull=True).count()


def test_counts_by_two_fields_are_those_of_the_records(api: Any) -> None:
    expected = Counter(
        (one["country"]["slug"] if one["country"] else "", one["status"]) for one in listed(api, "licenses/?omit=geometry")
    )
    found = asked(api, "counts-of-licenses/?by=country&and=status")
    assert {(row["first"], row["second"]): row["records"] for row in found["results"]} == expected
    for given, missing in (("by=country", "and"), ("and=status", "by")):
        assert api.json(f"/api/v1/questions/counts-of-licenses/?{given}", 400)["parameter"] == missing


def test_what_a_country_has_is_what_the_lists_of_it_have(api: Any) -> None:
    found = asked(api, "about-country/?country=KG")["by"]
    for kind, path in (
        ("deposit", "deposits"),
        ("license", "licenses"),
        ("organization", "organizations"),
        ("prospecting_object", "prospecting-objects"),
        ("estimate", "estimates"),
        ("finding", "findings"),
        ("disagreement", "disagreements"),
    ):
        assert found[kind] == len(listed(api, f"{path}/?country=KG")), kind


def test_a_retraction_takes_what_no_other_source_supports(api: Any) -> None:
    source = m.Source.objects.get(slug="nrinvesting-mtweld")
    gone = {source.pk, *m.Source.objects.filter(derived_from=source).values_list("pk", flat=True)}
    fields = {
        f for c in m.Citation.objects.filter(source__in=gone, deposit__slug="mount-weld", relation="supports") for f in c.fields
    }
    others = m.Citation.objects.filter(deposit__slug="mount-weld", relation="supports", source__record_status="published")
    lost = {
        field
        for field in fields
        if not any({field, field.partition(":")[0]} & set(c.fields) for c in others.exclude(source__in=gone))
    }
    (row,) = (one for one in asked(api, "retraction/?source=nrinvesting-mtweld")["results"] if one["record"] == "mount-weld")
    assert set(row["lost"].split(", ")) == lost


def test_every_identifier_finds_all_of_them(api: Any) -> None:
    detail = api.json("/api/v1/deposits/mountain-pass/")
    own = {(one["scheme"], one["value"]) for one in detail["external_ids"]}
    cited = {(one["scheme"], one["value"]) for c in detail["citations"] for one in c["external_ids"]}
    for scheme, value in own:
        found = asked(api, f"identifiers/?id={scheme}:{value}")
        assert {(row["scheme"], row["value"]) for row in found["results"]} == own | cited


def test_production_is_that_of_the_findings(api: Any) -> None:
    rows = m.Finding.objects.published().filter(topic="production", subjects__country__slug="CN").distinct()
    found = asked(api, "production/?country=CN")
    assert sum(found["by"].values()) == rows.count()
    assert {row["finding"]["slug"]: row["tonnes"] for row in found["results"]} == {
        f.slug: f.tonnes for f in rows if f.tonnes is not None and f.as_of
    }


#: Deposit → names of it in scripts and spellings that its sources do not all print.
VARIANTS = {
    "kundybai": ("Кундыбай", "Kundybay", "Құндыбай", "kundibai"),
    "kutessay-ii": ("Кутессай", "Kutessai II", "Kutesay"),
    "bayan-obo": ("白云鄂博", "Baiyun Ebo", "Baiyunebo", "Баян-Обо"),
    "honghe": ("红河", "Honghe"),
    "maoniuping": ("牦牛坪", "Maoniuping"),
    "zhana-kazakhstan": ("Жаңа Қазақстан", "Жана Казахстан", "Jaña Qazaqstan"),
    "ak-tyuz": ("Ак-Тюз", "Ак-Түз", "Aqtyuz"),
    "lovozero": ("Ловозеро",),
    "akbulak": ("Ақбұлақ", "Акбулак"),
    "kuirektykol": ("Куйректыколь", "Құйректікөл"),
    "tomtor": ("Томтор",),
    "ingichke": ("Ингичка",),
}


def test_names_are_found_in_any_script(api: Any) -> None:
    missed = [
        (slug, name)
        for slug, names in VARIANTS.items()
        for name in names
        if not any(one["slug"].startswith(slug) for one in listed(api, f"deposits/?fields=slug&search={quote(name)}"))
    ]
    assert sum(map(len, VARIANTS.values())) >= 24
    assert missed == []


def test_what_rests_on_one_source_is_what_the_statements_say_so_of(api: Any) -> None:
    numbers: dict[str, dict[str, int]] = {}
    for row in listed(api, "statements/?kind=deposit&country=KG&relation=supports"):
        numbers.setdefault(row["record"], {})[row["field"]] = row["independent_sources"]
    whole = {one["slug"]: one["independent_sources"] for one in listed(api, "deposits/?country=KG")}
    found = asked(api, "one-source/?country=KG&verdict=record,fields,several")
    shown = {row["deposit"]["slug"]: row for row in found["results"]}
    for slug, fields in numbers.items():
        alone = sorted(name for name, number in fields.items() if number == 1)
        assert (shown[slug]["fields"] or "").split(", ") == (alone or [""]), slug
        verdict = "record" if whole[slug] == 1 else "fields" if alone else "several"
        assert shown[slug]["verdict"] == verdict, slug
    assert shown.keys() == numbers.keys() and sum(found["by"].values()) == len(whole)
