"""Deposits have the ISO 3166-2 code of the province that a source names."""

import pycountry

from imports.values.provinces import province_code
from registry import models as m


def test_codes_are_of_the_standard_and_of_the_stated_country(whole: None) -> None:
    coded = m.Deposit.objects.exclude(admin_code=None).values_list("slug", "admin_code", "country__slug", "admin_area")
    assert len(coded) == 118
    for slug, code, country, area in coded:
        subdivision = pycountry.subdivisions.get(code=code)
        assert subdivision is not None and subdivision.country_code == country and area, slug


def test_what_is_named_as_in_the_standard_has_its_code(whole: None) -> None:
    """One area of a row of names, such as “Goias” in “Minacu, Goias”; that of another spelling is coded by hand."""
    stated = m.Deposit.objects.exclude(admin_area=None).values_list("slug", "country__slug", "admin_area", "admin_code")
    named = 0
    for slug, country, area, code in stated:
        found = {province_code(country, one.strip()) for one in area.split(",")} - {None}
        assert not found or found == {code}, (slug, area)
        named += bool(found)
    assert named > 60
    uncoded = {slug for slug, _, _, code in stated if code is None}
    assert uncoded == {
        "makuutu", "baerzhe", "norra-karr", "per-geijer", "fen", "karasu-akbasay-pairon", "nazarailok",
    }  # fmt: skip


def test_a_located_deposit_has_a_province_or_a_reason(whole: None) -> None:
    """Where no source names it, Natural Earth is cited for what follows from the location; docs/questions.md says why not."""
    located = m.Deposit.objects.filter(location__isnull=False)
    without = set(located.filter(admin_code=None).values_list("slug", flat=True))
    assert without == {"karsakpai", "verkhnee-espe", "fen"}
    derived = m.Citation.objects.filter(source__slug="natural-earth", deposit__isnull=False, relation="supports")
    assert derived.count() == 19
    assert all(one.deposit.location and "admin_code" in one.fields and "Derived" in one.note for one in derived)  # type: ignore[union-attr]


def test_names_are_read_as_files_write_them() -> None:
    assert province_code("US", "idaho") == "US-ID"
    assert province_code("BR", "Espirito Santo") == "BR-ES"
    assert province_code("CN", "Guangdong") == "CN-GD"
    # The city and the region of Tashkent; a name of the past; a place.
    for country, name in (("UZ", "Toshkent"), ("ZA", "Transvaal"), ("RU", "Kola Peninsula"), ("XX", "Idaho"), ("US", "")):
        assert province_code(country, name) is None
