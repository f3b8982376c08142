"""Pages of records: every kind has one, it says what the API says, and it stays readable whatever a record holds."""

import json
import re
from typing import Any

import orjson
import pytest
from django.test import Client

from api.query import rows
from api.resources.resource import all_resources, resource_named
from pages.outline import frame_of
from registry.models import Citation, Deposit
from registry.vocabularies import RecordStatus
from tests import records
from tests.explorer.conftest import Reader, status_of, words

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
#: Queries of a page that is the first after a change, but for the data version: the record, and what is shown with it. A
#: committed number: it may fall. One reads the frameworks of a country, and of areas up to four read codes of filters.
QUERIES = {"deposits": 4, "licenses": 3, "countries": 6, "regions": 6, "sources": 2, "disagreements": 1}
#: Queries of any other page beyond the one that reads its record.
BESIDE = 3


@pytest.mark.django_db
@pytest.mark.usefixtures("on_seed")
class TestSeed:
    """Over the seed, which the tests read and do not change."""

    @pytest.mark.parametrize("resource", all_resources(), ids=lambda one: one.name)
    def test_every_kind_has_a_page_of_its_records_and_one_that_lists_them(self, resource: Any) -> None:
        reader = Reader()
        listed = reader.read(f"/{resource.name}/")
        addresses = re.findall(rf'<th scope="row"><a href="(/{resource.name}/[^"]+)"', listed)
        assert len(addresses) > 20 or "Next page" not in listed
        for address in (f"/{resource.name}/{resource.example_slug}/", addresses[0], addresses[-1]):
            html = reader.read(address)
            assert f'<link rel="canonical" href="http://testserver{address}">' in html
            assert "style=" not in html
            _notes_lead_to_their_sources(html)
            json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)[0])

    def test_a_deposit_shows_each_fact_with_its_sources_and_both_sides_of_a_dispute(self) -> None:
        read = Reader().words("/deposits/kutessay-ii/")
        for expected in (
            "A deposit in Chuy region, Kemin district, Kyrgyzstan.",
            "Кутессай-II",
            "Closed",
            "42.848° N, 76.1339° E",
            "CRIRSCO family",
            "42,980 t REO",
            "Where sources disagree",
            "about 60,000 t",
            "What is not known",
            "discovery year",
            "USGS OFR 02-189",
            "Kutessay II mining licence",
            "Ak-Tyuz",
        ):
            assert expected in read, expected

    def test_light_and_heavy_oxides_are_computed_under_the_chosen_scheme(self) -> None:
        reader = Reader()
        read = reader.words("/deposits/kutessay-ii/")
        # La 368 ppm × 1.17277 + Ce 437 ppm × 1.22837, by hand 0.04316 % + 0.05368 %.
        assert "LREO ≥ 0.0968 % Cannot be computed, because the source gives no Pr, Nd, Sm, Eu, Gd." in read
        assert "gives no Pr, Nd, Sm. " in reader.words("/deposits/kutessay-ii/?scheme=cgi")
        assert "they give the sum (TREO) only" in reader.words("/deposits/mount-weld/")
        assert "no such scheme" in reader.words("/deposits/kutessay-ii/?scheme=nope", status=400)

    def test_a_record_names_the_frameworks_and_licences_of_its_place_and_why(self) -> None:
        reader = Reader()
        read = reader.words("/deposits/kutessay-ii/")
        assert "Law, adopted – a measure of Kyrgyzstan" in read
        assert "Kutessay II mining licence mining, revoked" in read
        norra = reader.words("/deposits/norra-karr/")
        assert "a measure of European Union, of which Sweden is a member since 1995-01-01" in norra
        russian = reader.words("/ru/deposits/norra-karr/")
        assert "мера, принятая организацией (European Union), членом которой страна (Швеция) является с 1995-01-01" in russian

    def test_a_country_counts_what_is_not_known(self) -> None:
        html = Reader().read("/countries/KZ/")
        (count, address) = re.findall(
            r'<a href="(/deposits/\?country=KZ&amp;development_status__not=[^"]*)"><b>(\d+)</b>', html
        )[0][::-1]
        assert f"{count} record" in Reader().words(address.replace("&amp;", "&"))

    def test_a_licence_shows_its_parties_through_time(self) -> None:
        html = Reader().read("/licenses/kutessay-ii-mining-licence/")
        assert re.search(r"<rect [^>]*><title>Kutisay Mining LLC, holder: 2009-12 – 2014</title>", html)
        assert "<time>2014-06-30</time>" in html

    def test_a_country_lists_what_is_in_it(self) -> None:
        read = Reader().words("/countries/KZ/")
        for expected in (
            "Deposits",
            "Kundybai",
            "Licences",
            "Policy frameworks",
            "Казахстан",
            "Қазақстан CLDR",
            "Qozogʻiston CLDR",
        ):
            assert expected in read, expected

    def test_a_region_is_drawn_by_its_countries(self) -> None:
        html = Reader().read("/regions/central-asia/")
        assert "A region of 5 countries, part of Asia." in html
        assert html.count('<path class="own"') == 5

    def test_the_production_of_a_country_is_a_chart_of_statements(self) -> None:
        html = Reader().read("/countries/CN/")
        chart = re.findall(r'<svg class="chart".*?</svg>', html, re.DOTALL)[0]
        assert "2024: 270,000 t, mine production" in chart
        assert len(re.findall("<circle", chart)) >= 6

    def test_rows_between_records_lead_to_the_other_one(self) -> None:
        html = Reader().read("/organizations/european-union/")
        assert '<a href="/policy-frameworks/eu-critical-raw-materials-act/">' in html
        assert '<a href="/countries/SE/">' in html, "its members"
        assert "(European Union), in force since 2024-05-23" in Reader().read(
            "/policy-frameworks/eu-critical-raw-materials-act/"
        )

    def test_a_source_shows_what_it_supports_and_contradicts(self) -> None:
        read = Reader().words("/sources/usgs-orris-2002/")
        for expected in ("What it supports", "What it contradicts", "Kutessay II", "location"):
            assert expected in read, expected
        assert re.search(r"Supports [\d,]+ deposits", read)

    def test_a_source_shows_what_would_lose_its_support_without_it(self) -> None:
        read = Reader().words("/sources/weng-2015/")
        # Its own table of element grades of Kutessay II: seven values of one estimate, which no other source supports.
        assert "values rest on this source alone" in read
        row = read.partition("kutessay-ii-2015-review")[2][:300]
        assert "all of them" in row, row

    def test_links_of_the_front_page_lead_somewhere(self) -> None:
        """Questions and examples name records of the seed."""
        reader = Reader()
        found = {address.replace("&amp;", "&") for address in re.findall(r'href="(/[^"#]*)', reader.read("/"))}
        found = {address for address in found if not address.startswith("/static/")}
        assert {address: status for address in found if (status := status_of(reader.get(address))) not in (200, 302)} == {}

    def test_a_program_gets_what_the_api_gives(self) -> None:
        reader = Reader()
        api = reader.get("/api/v1/deposits/kutessay-ii/").content
        page = reader.get("/deposits/kutessay-ii/", headers={"accept": "application/json"})
        assert page.content == api
        assert "Accept" in page.headers["Vary"]
        for ending in ("json", "geojson"):
            sent = reader.get(f"/deposits/kutessay-ii.{ending}")
            assert sent.headers["Location"] == f"/api/v1/deposits/kutessay-ii/?format={ending}"
        listed = reader.get("/deposits/?country=KG", headers={"accept": "application/json"})
        assert listed.json()["results"] == reader.get("/api/v1/deposits/?country=KG").json()["results"]

    def test_a_page_that_has_not_changed_is_not_sent_again(self) -> None:
        reader = Reader()
        first = reader.get("/deposits/kutessay-ii/", headers=BROWSER)
        again = reader.get("/deposits/kutessay-ii/", headers=BROWSER | {"if-none-match": first.headers["ETag"]})
        assert again.status_code == 304

    def test_citations_for_reference_managers(self) -> None:
        reader = Reader()
        bibtex = reader.get("/deposits/kutessay-ii.bib").content.decode()
        assert bibtex.startswith("@misc{deposit-kutessay-ii,\n  title = {Kutessay II},")
        assert reader.get("/deposits/kutessay-ii.ris").content.decode().startswith("TY  - DATA\r\nTI  - Kutessay II\r\n")
        (item,) = reader.get("/deposits/kutessay-ii.csl").json()
        fixed = item["URL"].removeprefix("http://testserver")
        assert "Kutessay II" in reader.read(fixed)
        assert "As of 20" in words(reader.read(fixed))

    def test_lists_are_searched_in_any_script_and_filtered(self) -> None:
        reader = Reader()
        assert "Kundybai" in reader.read("/deposits/?search=Кундыбай")
        html = reader.read("/deposits/?development_status=operating&country=CN")
        assert "Bayan Obo" in html
        assert "Kutessay" not in html
        assert '<option value="operating" selected>' in html
        assert '<input type="hidden" name="country" value="CN">' in html
        assert "export/?development_status=operating&amp;country=CN&amp;format=csv" in html

    def test_a_page_that_cannot_be_made_says_why(self) -> None:
        reader = Reader()
        assert "There is no published record" in reader.words("/deposits/nope/", status=404)
        assert "no such parameter" in reader.words("/deposits/?contry=KZ", status=400)
        said = reader.words("/questions/counts-of-deposits/?by=country&and=nonsense", status=400)
        assert "Parameter: and" in said and "development_status" in said, "which parameter, and what it takes"
        problem = reader.get("/deposits/nope/", headers={"accept": "application/json"})
        assert problem.headers["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("resource", all_resources(), ids=lambda one: one.name)
    def test_queries_of_a_page(self, resource: Any, queries: list[str], settings: Any) -> None:
        address = f"/{resource.name}/{resource.example_slug}/"
        Reader().read(address)
        queries.clear()
        Reader().read(address)
        found = _beside_the_version(queries)
        assert len(found) == QUERIES.get(resource.name, len(found)), "\n".join(one[:150] for one in found)
        settings.BODY_CACHE_BYTES = 0
        queries.clear()
        assert Client().get(address, headers=BROWSER).status_code == 200
        found = _beside_the_version(queries)
        assert len(found) <= 1 + BESIDE, "\n".join(one[:150] for one in found)

    @pytest.mark.parametrize("area", ["countries/KG", "countries/US", "countries/RU", "regions/americas", "regions/world"])
    def test_the_map_of_an_area_is_framed_by_the_corners_of_its_outline(self, area: str) -> None:
        name, slug = area.split("/")
        frames = []
        for corners in (False, True):
            found = rows.one(resource_named(name), slug, corners=corners)
            assert found
            assert not corners or len(found[1]) < 1_000
            frames.append(frame_of(orjson.loads(found[1])))
        whole, framed = ([frame.west, frame.south, frame.east, frame.north] for frame in frames if frame)
        assert framed == pytest.approx(whole, abs=1e-5)


def _beside_the_version(queries: list[str]) -> list[str]:
    """Leave out the data version, which is read again every half second."""
    return [one for one in queries if "registry_dataversion" not in one]


def _notes_lead_to_their_sources(html: str) -> None:
    for number in set(re.findall(r'href="#source-(\d+)"', html)):
        assert f'id="source-{number}"' in html


@pytest.mark.django_db
def test_drafts_have_no_page_and_are_named_on_none(reader: Reader) -> None:
    hidden = records.deposit(name="Secret hill", record_status=RecordStatus.DRAFT)
    shown = records.deposit(name="Known hill", country=records.country())
    source = records.source(title="Secret paper", record_status=RecordStatus.DRAFT)
    Citation.objects.create(source=source, deposit=shown)
    reader.read(f"/deposits/{hidden.slug}/", status=404)
    assert "Secret" not in reader.read(f"/deposits/{shown.slug}/")
    assert "Secret" not in reader.read("/deposits/")
    assert "Secret" not in reader.read(f"/countries/{shown.country.slug}/")


@pytest.mark.django_db
def test_the_address_of_a_merged_record_leads_on(reader: Reader) -> None:
    survivor = records.deposit(name="Survivor")
    gone = records.deposit(name="Double")
    Deposit.objects.filter(pk=gone.pk).update(record_status=RecordStatus.MERGED, merged_into=survivor)
    response = reader.get(f"/deposits/{gone.slug}/", headers=BROWSER)
    assert (response.status_code, response.headers["Location"]) == (301, f"/deposits/{survivor.slug}/")
