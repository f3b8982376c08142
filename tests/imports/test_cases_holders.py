"""Who may be a person is masked; organizations stay organizations."""

import csv
from collections.abc import Callable
from typing import Any

import pytest

from imports.source_file import Opened
from imports.values.legal_forms import is_organization
from imports.values.terms import Terms
from tests.imports.sample_files import real, rules
from tests.imports.test_cases_read import ReadsCase

PERSONS = [
    *[("Maria Gold", "CA"), ("Juan Sample Co", "PH"), ("Joana de Sa", "BR"), ("Peter Town", "CA"), ("Eva Bank", "CA")],
    *[("Too Li Sample", "CA"), ("TOO LI SAMPLE", "CA"), ("JOANA DE SA", "BR"), ("MARIA SA", "BR"), ("KIM CO", "KR")],
    *[("Ivanov S.A.", "RU"), ("Иванов А.О.", "RU"), ("ИВАНОВ АО", "RU"), ("ИП Иванов", "KZ"), ("Smith NL", None)],
    *[("SMITH BV", "AU"), ("BROWN NL", "AU"), ("BROWN N.L.", "GB"), ("Peter Mines", "CA"), ("Hans Ag", "DE"), ("Ole As", "NO")],
    *[("PT Anderson", "US"), ("AB Singh", "IN"), ("Trust, Jane", None), ("John Stone Gold", None), ("Mary Ann Co", None)],
    *[("Li (Too)", "KZ"), ("Anna Union", None), ("Limited", None), ("Inc Li", None)],
]
ORGANIZATIONS = [
    *[("Sample Gold Mining Ltd", "CA"), ("ACME PTY LTD", None), ("Tasman Metals AB", "SE"), ("Boliden AB", "SE")],
    *[("Orano SA", "FR"), ("Minera Sample S.A.", "CL"), ("Grupo X S.A. de C.V.", "MX"), ("Sample Sp. z o.o.", "PL")],
    *[("ТОО Кундыбай", None), ("TOO Kundybai", None), ("TOO «Kundybai»", "KZ"), ("АО Б", None), ("ООО «Ромашка»", "RU")],
    *[
        ("City of Perth", "AU"),
        ("Altyn LLP", "KZ"),
        ("Smith & Co", "GB"),
        ("PT Sample Tambang", "ID"),
        ("Sample Co., Ltd.", "CN"),
    ],
    *[
        ("Riverstone Sample Mining, Inc.", "PH"),
        ("GOLDEN CLIFFS NL", "AU"),
        ("Sample A/S", "DK"),
        ("Kazgeology JSC (in liquidation)", "KZ"),
    ],
]


@pytest.mark.parametrize(("name", "country"), PERSONS)
def test_a_form_out_of_its_position_makes_no_organization(name: str, country: str | None) -> None:
    assert not is_organization(name, country)


@pytest.mark.parametrize(("name", "country"), ORGANIZATIONS)
def test_a_form_in_its_position_makes_an_organization(name: str, country: str | None) -> None:
    assert is_organization(name, country)


def test_each_company_of_western_australia_stays_one() -> None:
    """The cadastre masks persons itself, so that every other holder of its 29,882 tenements is an organization."""
    with real("licences/wa_tenements_centroids_29882.csv").open(encoding="utf-8", newline="") as file:
        holders = {name.strip() for row in csv.DictReader(file) for name in row["holders"].split("|")} - {"", "PRIVATE HOLDER"}
    assert len(holders) == 2259
    assert [name for name in holders if not is_organization(name, "AU")] == []


@pytest.mark.django_db
def test_each_organization_of_the_registry_stays_one(terms: Terms) -> None:
    assert len(terms.organizations) > 60
    assert all(is_organization(name, None, terms.organizations) for name in ("Rosneft", "LKAB", "Batken Too Bailygy", "ITIC"))


@pytest.mark.django_db
def test_persons_are_masked_and_reported(reads_case: ReadsCase) -> None:
    _, rows = reads_case("persons.csv")
    assert [row.record["parties"][0].get("organization") for row in rows] == [None] * 7 + ["Sample Gold Mining Ltd"]
    assert [rules(row) for row in rows] == [["holder-perhaps-person"]] * 7 + [[]]
    assert not any(name in repr(row) for row in rows for name, _ in PERSONS[:6])


@pytest.mark.django_db
def test_shares_are_no_part_of_names(reads_case: ReadsCase) -> None:
    _, rows = reads_case("holders.csv")
    parties: Any = [row.record["parties"] for row in rows]
    assert parties[0] == [{"organization": "YA FAN SAMPLE MINING SARL", "role": "holder", "share_pct": 100}]
    assert parties[1] == [
        {"private_holder": True, "role": "holder", "share_pct": 60},
        {"organization": "Nordsample Rare Metals Ltd", "role": "holder", "share_pct": 40},
    ]
    assert "Ivan" not in repr(rows)


@pytest.mark.django_db
def test_a_form_behind_a_comma_is_part_of_the_name(reads_case: Callable[..., tuple[Opened, Any]]) -> None:
    _, rows = reads_case("inc_after_comma.csv")
    assert [[party["organization"] for party in row.record["parties"]] for row in rows] == [
        ["Riverstone Sample Mining, Inc."],
        ["Alphaville Sample Holdings, Corp."],
        ["Betaville Sample Ltd."],
    ]
