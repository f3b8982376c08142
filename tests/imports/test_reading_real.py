"""The real files: how many rows, and what is found wrong with them, rule by rule."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import yaml

from imports.rows import MappedRow
from imports.source_file import open_file
from imports.targets import TABLES
from imports.values.terms import Terms
from tests.imports.sample_files import ROOT, counted, real

#: pytest-django makes the database only for tests that ask for it.
pytestmark = pytest.mark.django_db

FILES = {
    "usgs-ree": "usgs/ree_ofr02189.csv",
    "mrds": "usgs/mrds_ree_sites.csv",
    "usgs-major": "usgs/major_deposits.csv",
    "usgs-mcs": "usgs/mcs2024_rare_earths_world.csv",
    "wa-tenements": "licences/wa_tenements_221.geojson",
    "wa-tenement-centroids": "licences/wa_tenements_centroids_29882.csv",
    "ga-critical-minerals": "australia/ga_critical_minerals_354.xlsx",
    "natural-earth": "boundaries/ne_50m_admin_0_countries.geojson",
}
#: Kind → rows, and problems by rule.
EXPECTED: dict[str, tuple[int, dict[str, int]]] = {
    "usgs-ree": (
        799,
        {
            "commodity-unknown": 332,
            "country-former-name": 17,
            "country-ambiguous": 2,
            "country-misspelt": 1,
            "name-generic": 1,
            "duplicate-name": 14,
        },
    ),
    "mrds": (
        1392,
        {
            "name-generic": 110,
            "duplicate-name": 83,
            "commodity-unknown": 195,
            "perhaps-a-plant": 6,
            "error: not-a-deposit": 9,
            "country-missing": 1,
        },
    ),
    "usgs-major": (
        3168,
        {
            "commodity-unknown": 526,
            "country-former-name": 15,
            "duplicate-name": 10,
            "country-ambiguous": 10,
            "country-misspelt": 4,
            "country-doubted": 1,
            "mojibake": 9,
            "name-generic": 1,
        },
    ),
    "usgs-mcs": (45, {"country-former-name": 2}),
    "wa-tenements": (221, {"live-after-expiry": 10, "area-in-blocks": 75, "sentinel-date": 230}),
    "wa-tenement-centroids": (29882, {}),
    "ga-critical-minerals": (354, {"duplicate-name": 2}),
    "natural-earth": (241, {"error: not-a-country": 6}),
}


@pytest.fixture(scope="module")
def read(terms: Terms) -> Callable[[str], list[MappedRow]]:
    """Read a kind's file, once for all tests."""

    @cache
    def read_kind(kind: str) -> list[MappedRow]:
        return list(open_file(real(FILES[kind]), kind, terms=terms).rows())

    return read_kind


@pytest.mark.parametrize("kind", FILES)
def test_rows_and_problems_are_as_counted(read: Any, kind: str) -> None:
    rows = read(kind)
    assert (len(rows), counted(rows)) == EXPECTED[kind]


@pytest.mark.parametrize("kind", FILES)
def test_records_say_only_what_the_contract_knows(read: Any, kind: str, terms: Terms) -> None:
    known = TABLES[open_file(real(FILES[kind]), kind, terms=terms).target].keys
    for row in read(kind):
        assert row.record.keys() <= known, row.line


@pytest.mark.parametrize("kind", ["usgs-ree", "mrds", "usgs-major"])
def test_every_seeded_deposit_of_the_file_is_found_by_its_id(read: Any, kind: str) -> None:
    scheme = {"usgs-ree": "usgs_ree", "mrds": "mrds", "usgs-major": "usgs_major"}[kind]
    seeded: set[str] = set()
    for path in (ROOT / "fixtures" / "deposits").glob("*.yaml"):
        for card in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["deposits"]:
            given = card.get("external_ids", {}).get(scheme, [])
            seeded |= set([given] if isinstance(given, str) else given)
    rows = read(kind)
    found = {row.record["external_id"]["value"] for row in rows}
    assert len(seeded) >= 10
    assert seeded <= found
    assert all(row.record["external_id"]["scheme"] == scheme for row in rows)
    assert len(found) == len(rows)


def test_the_machines_guess_of_a_type_is_never_a_fact(read: Any) -> None:
    for kind in ("usgs-ree", "mrds"):
        for row in read(kind):
            assert "deposit_type" not in row.record
            assert "type_as_stated" not in row.record


def test_the_code_of_rare_earths_written_out_is_no_assemblage(read: Any) -> None:
    by_id = {row.record["external_id"]["value"]: row.record for row in read("mrds")}
    assert by_id["10000228"]["commodities"][0] == {"symbol": "REE", "role": "unknown"}
    lanthanides = {"La", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"}
    assert not any(c["symbol"] in lanthanides for r in by_id.values() for c in r["commodities"])
    counts = Counter(c["symbol"] for r in by_id.values() for c in r["commodities"])
    assert (counts["REE"], counts["Y"], counts["Ce"], counts["Sc"]) == (1387, 3, 2, 3)


def test_places_of_the_rare_earth_file(read: Any) -> None:
    rows = read("usgs-ree")
    assert sum(row.record["location"] is not None for row in rows) == 578
    # Swapped and sign-lost coordinates need the shapes of countries, and are left to the validation.
    bonga = next(row.record for row in rows if row.record["name"] == "Bonga")
    assert bonga["location"] == (13.966666667, -4.266666667)
    assert {r.record["location_kind"] for r in rows if not r.record["location"]} == {"admin_only", "unknown"}


def test_countries_of_the_past_and_mistakes_of_spelling(read: Any) -> None:
    by_raw: dict[str, Any] = {}
    for kind in ("usgs-ree", "usgs-major"):
        by_raw |= {row.raw["country_raw"]: row.record["country"] for row in read(kind)}
    assert by_raw["Burma"] == "MM"
    assert by_raw["Congo (Zaire)"] == by_raw["Congo (Kinshasa)"] == "CD"
    assert by_raw["Congo (Brazzaville)"] == "CG"
    assert by_raw["C\xf4te D\x92Ivoire"] == "CI"
    assert (by_raw["Luxenbourg"], by_raw["Slovakia?"], by_raw["Swaziland"], by_raw["Namibia"]) == ("LU", "SK", "SZ", "NA")
    assert by_raw["USSR"] is by_raw["Korean Peninsula"] is by_raw["Serbia and Montenegro"] is None


def test_a_licence_of_western_australia(read: Any) -> None:
    by_number = {row.record["number"]: row for row in read("wa-tenements")}
    live = by_number["E 70/1437"]
    assert {key: live.record[key] for key in ("status", "status_as_stated", "kind", "applied", "granted", "expires")} == {
        "status": "active",
        "status_as_stated": "LIVE",
        "kind": "exploration",
        "applied": "1994-02-25",
        "granted": "2009-05-29",
        "expires": "2014-05-28",
    }
    assert live.record["external_id"] == {"scheme": "wa_tenement", "value": "E7001437"}
    assert live.record["declared_area_km2"] is None and live.record["description"] == "Declared as 4 blocks."
    assert [p["organization"] for p in live.record["parties"]] == ["CAREW NOMINEES PTY LTD", "CEPTRE NOMINEES PTY LTD"]
    pending = by_number["E 70/1952"]
    assert (pending.record["status"], pending.record["granted"], pending.record["expires"]) == ("applied", None, None)
    assert {p["role"] for p in pending.record["parties"]} == {"applicant"}
    assert all(row.record["area"].startswith("0106000020E6100000") for row in read("wa-tenements"))


def test_private_holders_have_no_names(read: Any) -> None:
    private = [p for row in read("wa-tenements") for p in row.record["parties"] if p.get("private_holder")]
    assert len(private) == 20
    assert all("organization" not in party for party in private)
    rows = read("wa-tenement-centroids")
    masked = sum(str(row.raw["holders"]).count("PRIVATE HOLDER") for row in rows)
    assert sum(p.get("private_holder", False) for row in rows for p in row.record["parties"]) == masked


def test_the_two_files_of_tenements_call_a_tenement_the_same(read: Any) -> None:
    pattern = re.compile(r"[A-Z]+\d{7}[A-Z]?")
    for kind in ("wa-tenements", "wa-tenement-centroids"):
        assert all(pattern.fullmatch(row.record["external_id"]["value"]) for row in read(kind))
    christmas_island = [row for row in read("wa-tenement-centroids") if row.record["country"] == "CX"]
    assert len(christmas_island) == 12


def test_australian_critical_minerals(read: Any) -> None:
    by_name = {row.record["name"]: row.record for row in read("ga-critical-minerals")}
    bald_hill = by_name["Bald Hill"]
    assert bald_hill["commodities"] == [
        {"symbol": "Li", "role": "unknown"},
        {"symbol": "Ta", "role": "potential"},
        {"symbol": "Nb", "role": "potential"},
    ]
    assert (bald_hill["admin_code"], bald_hill["development_status"]) == ("AU-WA", "operating")
    avonbank = by_name["Avonbank"]
    assert avonbank["deposit_type"] == "heavy_mineral_sands" and avonbank["development_status"] == "construction"
    assert [c["symbol"] for c in avonbank["commodities"]] == ["Ti", "Zr", "REE"]
    assert avonbank["external_id"] == {"scheme": "ga_critical_minerals", "value": "avonbank/vic/s36-64/142-31"}


def test_figures_of_the_world_table(read: Any) -> None:
    rows = {row.record["external_id"]["value"]: row.record for row in read("usgs-mcs")}
    assert rows["2024/CN/mine production/2023"]["value"] == 240000
    assert rows["2024/MM/mine production/2023"]["text"].startswith("Myanmar mined 38,000 tonnes")
    assert rows["2024/world/reserves/2023"]["subjects"][0] == {"region": "world"}
    assert not any(key.startswith("2024/MM/reserves") for key in rows)


def test_shapes_of_countries(read: Any, terms: Terms) -> None:
    codes = {row.record["iso3"] for row in read("natural-earth") if row.is_sound}
    assert {"FRA", "NOR", "SSD", "PSE", "ALA", "NAM"} <= codes <= terms.iso3.keys()
    assert len(codes) == 235
