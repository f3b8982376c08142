"""Figures and statements, spot-checked against the dossier."""

from typing import Any

from registry import models as m
from tests.conftest import ApiClient


def test_kutessay_has_its_two_points(whole: None) -> None:
    kutessay = m.Deposit.objects.get(slug="kutessay-ii")
    points = {
        (c.source.slug, c.relation): tuple(c.stated_value["coordinates"])
        for c in kutessay.citations.filter(fields__contains=["location"], stated_value__isnull=False)
    }
    assert points == {
        ("usgs-orris-2002", "contradicts"): (76.166667, 42.666667),
        ("usgs-mrds", "supports"): (76.13386, 42.84809),
    }
    assert (kutessay.location.x, kutessay.location.y) == (76.13386, 42.84809)
    sides = m.Disagreement.objects.get(slug="kut-coord").members.all()
    assert {side.citation.source.slug for side in sides} == {"usgs-orris-2002", "usgs-mrds"}


def test_estimates_keep_code_category_and_grade(whole: None) -> None:
    measured = m.ResourceEstimate.objects.get(slug="kutessay-ii-2011-measured-indicated")
    assert (measured.reporting_code, measured.category, measured.contained_tonnes) == ("JORC", "measured+indicated", 42980)
    grade = measured.grades.get()
    assert (grade.analyte.slug, grade.value, grade.unit) == ("REO", 0.264, "pct")
    nolans = m.ResourceEstimate.objects.get(slug="nolans-bore-2017-resource")
    assert (nolans.reporting_code, nolans.category, nolans.effective, nolans.cutoff_as_printed) == (
        "JORC",
        None,
        "2017-06-07",
        "1%",
    )
    assert dict(nolans.grades.values_list("analyte__slug", "value")) == {"TREO": 2.6, "P2O5": 11}


def test_short_tons_are_turned_into_tonnes(whole: None) -> None:
    indicated = m.ResourceEstimate.objects.get(slug="mountain-pass-2022-indicated")
    assert (indicated.ore_tonnes, indicated.reporting_code) == (1.3e6, "SEC_SK1300")
    assert indicated.text_as_printed.startswith("1.43 Mst")


def test_the_licence_of_kutessay_is_lost_and_its_first_award_set_aside(whole: None) -> None:
    licence = m.License.objects.get(slug="kutessay-ii-mining-licence")
    assert (licence.status, licence.ended) == ("revoked", "2014")
    assert list(licence.parties.values_list("organization__slug", "role", "start", "end")) == [
        ("kutisay-mining", "holder", "2009-12", "2014")
    ]
    decisions = dict(licence.events.filter(kind="court_decision").values_list("date", "text"))
    assert "118.2 million" in decisions["2014-06-30"] and "set the award of 30 June 2014 aside" in decisions["2015-05-25"]
    assert "PCA case 2015-32" in decisions["2019-08-20"] and "USD 15 million" in decisions["2019-08-20"]
    assert not m.Deposit.objects.get(slug="kutessay-ii").parties.exists()
    assert m.Disagreement.objects.get(slug="kut-forum").note.startswith("Settled:")


def test_the_european_list_names_five_light_and_ten_heavy(whole: None) -> None:
    held = dict(m.ReeSchemeClass.objects.filter(scheme__slug="eu-crm").values_list("element__slug", "ree_class"))
    assert sorted(e for e, c in held.items() if c == "light") == ["Ce", "La", "Nd", "Pr", "Sm"]
    assert sum(c == "heavy" for c in held.values()) == 10 and held["Sc"] == "neither" and "Pm" not in held


def test_ranges_have_no_middle(whole: None) -> None:
    buranny = m.ResourceEstimate.objects.get(slug="tomtor-buranny-2025")
    assert (buranny.contained_tonnes_low, buranny.contained_tonnes, buranny.contained_tonnes_high) == (1.7e6, None, 2e6)


def test_an_application_is_not_a_grant(whole: None) -> None:
    for slug in ("kundybai-extraction-licence", "norra-karr-concession-application", "per-geijer-concession-application"):
        licence = m.License.objects.get(slug=slug)
        assert (licence.status, licence.granted) == ("applied", None)
        assert set(licence.parties.values_list("role", flat=True)) == {"applicant"}


def test_concessions_that_are_only_counted_have_no_name(whole: None) -> None:
    ulan = m.License.objects.get(slug="ulan-district-concessions")
    assert (ulan.count, ulan.name, ulan.number) == (11, None, None)


def test_copies_of_one_root_share_it(whole: None) -> None:
    root = m.Source.objects.get(slug="mic-2024-12")
    assert set(root.derivatives.values_list("slug", flat=True)) == {"minex-2024-12-13", "tengri-265433", "kazlenta-91242"}
    assert m.Source.objects.get(slug="seed").derived_from.slug == "at-2024-01"


def test_every_spelling_of_kundybai_is_kept(whole: None) -> None:
    assert {"Kundybai", "Kundybay", "Kundybajskoe"} <= set(
        m.Name.objects.filter(deposit__slug="kundybai").values_list("text", flat=True)
    )


def test_the_world_table_is_not_repeated(whole: None) -> None:
    found = m.Finding.objects.filter(source__slug="usgs-mcs2024")
    assert found.get(slug="myanmar-production-2023").value == 38000
    assert not found.filter(slug__contains="myanmar-reserves").exists()
    assert found.filter(topic="reserves", subjects__country__slug="US").count() == 1
    china = m.Finding.objects.get(slug="china-production-2023")
    assert china.source.slug == "srr-2024-08-30"
    assert china.citations.filter(source__slug="usgs-mcs2024", locator="row China").exists()


def test_groups_hold_their_elements_by_the_default_scheme(whole: None) -> None:
    classes = m.ReeSchemeClass.objects.filter(scheme__slug="usgs")
    for group, ree_class in (("LREE", "light"), ("HREE", "heavy")):
        members = m.CommodityMember.objects.filter(group__slug=group).values_list("member__slug", flat=True)
        assert set(members) == set(classes.filter(ree_class=ree_class).values_list("element__slug", flat=True))
    assert m.Commodity.objects.filter(kind="element", ree=True).count() == 17
    assert not m.CommodityMember.objects.filter(group__slug="REE", member__slug="rare-metals").exists()


def test_oxide_factors_follow_from_the_atomic_masses(whole: None) -> None:
    factor = m.Commodity.objects.get(slug="Nd2O3").oxide_factor
    assert abs(float(factor) - (2 * 144.242 + 3 * 15.999) / (2 * 144.242)) < 1e-4


def test_central_asia_is_five_countries(whole: None) -> None:
    members = m.RegionMember.objects.filter(region__m49="143").values_list("country__slug", flat=True)
    assert set(members) == {"KZ", "KG", "TJ", "TM", "UZ"}
    custom = m.RegionMember.objects.filter(region__slug="c5-plus-1").values_list("country__slug", flat=True)
    assert set(custom) == {*members, "US"}


def test_there_are_249_countries_and_namibia_is_one(whole: None) -> None:
    assert m.Country.objects.count() == 249
    assert m.Country.objects.get(slug="NA").name == "Namibia"
    assert m.Country.objects.get(slug="KZ").names.get(language="ru").text == "Казахстан"
    assert set(m.Country.objects.get(slug="TW").names.values_list("kind", flat=True)) == {"preferred", "alternate"}


def test_gaps_are_no_findings(whole: None) -> None:
    assert m.Gap.objects.filter(external_ids__scheme="dossier", searches__source__slug="registry-dossier").count() == 5
    assert m.Gap.objects.count() == 13
    assert not m.Finding.objects.filter(source__slug="registry-dossier").exists()


def test_the_union_has_27_members_with_their_dates(whole: None) -> None:
    members = m.OrganizationMember.objects.filter(group__slug="european-union")
    assert members.filter(end=None).count() == 27 and not members.filter(start=None).exists()
    assert members.get(country__slug="SE").start == "1995-01-01" and members.get(country__slug="GB").end == "2020-01-31"
    for group in ("minerals-security-partnership-partners", "c5-plus-1-states", "eurasian-economic-union"):
        rows = m.OrganizationMember.objects.filter(group__slug=group)
        assert rows.exists() and not rows.filter(start=None, as_of=None).exists(), group


def test_norra_karr_lies_where_the_european_act_applies(whole: None) -> None:
    found = ApiClient().json("/api/v1/locate/?lon=14.57&lat=58.1")["policy_frameworks"]
    (act,) = [one for one in found["applies"] if one["slug"] == "eu-critical-raw-materials-act"]
    assert (act["basis"], act["through"], act["since"]) == ("membership", "european-union", "1995-01-01")
    assert found["undetermined"] == []
    assert {"eu-kazakhstan-mou-2022", "minerals-security-partnership-forum"} <= {one["slug"] for one in found["party"]}


def test_the_licence_of_kutessay_has_a_status_and_a_holder_on_any_day(whole: None) -> None:
    def on(day: str) -> Any:
        return ApiClient().json(f"/api/v1/licenses/kutessay-ii-mining-licence/?on={day}")["on_date"]

    assert [party["organization"]["slug"] for party in on("2011-06-30")["parties"]] == ["kutisay-mining"]
    assert [on(day)["status"]["status"] for day in ("2009-06-30", "2011-06-30", "2014-06-30", "2020-01-01")] == [
        None, "granted", None, "revoked",
    ]  # fmt: skip


def test_the_suspended_controls_have_no_known_status_after_their_term(whole: None) -> None:
    address = "/api/v1/policy-frameworks/china-export-control-2025-10-09/?on="
    assert ApiClient().json(f"{address}2026-01-01")["on_date"]["status"]["status"] == "suspended"
    assert ApiClient().json(f"{address}2026-11-11")["on_date"]["status"]["status"] is None


def test_every_scheme_cites_its_authority(whole: None) -> None:
    assert not m.ReeScheme.objects.filter(citations=None).exists()
    members = m.CommodityMember.objects.filter(group__slug="MREE").values_list("member__slug", flat=True)
    middle = m.ReeSchemeClass.objects.filter(scheme__slug="trade-middle", ree_class="middle")
    assert set(members) == set(middle.values_list("element__slug", flat=True))


def test_an_owner_or_operator_has_the_date_of_a_source_that_names_it(whole: None) -> None:
    """Only where all pages that name it are undated is there none."""
    for party in m.DepositParty.objects.select_related("deposit", "organization").filter(start=None, end=None):
        entries = ["parties", f"parties:{party.organization.slug}"]
        naming = party.deposit.citations.filter(relation="supports", fields__overlap=entries)
        dates = {citation.source.published for citation in naming.select_related("source")}
        assert naming.exists() and (party.as_of in dates if party.as_of else dates == {None}), (party.deposit.slug, dates)
