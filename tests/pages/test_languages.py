"""The pages in Russian: every kind has one, nothing of it stays in English, and each language leads to the other."""

import re
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import ngettext

from api.resources.resource import all_resources
from explorer.language import NAMES
from tests.explorer.conftest import Reader, words

#: Words of our own that a page in another language must not have; names and texts of sources stay as they are.
ENGLISH = (
    *(
        "Registry",
        "Records",
        "Facts",
        "Country",
        "Kind",
        "Status",
        "Commodities",
        "Location",
        "Licence",
        "Published",
        "Version",
    ),
    *("Cite this", "Get this", "About this record", "Report an error", "What is not known", "Where sources disagree"),
    *(
        "Resources and reserves",
        "Show all",
        "Next page",
        "Name",
        "Names",
        "Holder",
        "Active",
        "Company",
        "Bad request",
        "Filters",
        "Charts",
        "Remove all",
    ),
    *("Example queries", "The seventeen elements", "Skip to the content", "not stated", "Not found", "Page not found"),
)
#: Beginnings of our own sentences.
BEGIN = (
    "No source in",
    "No source gives",
    "Another source says",
    "The map needs",
    "Disputed: sources",
    "Number of deposits",
    "Each query is",
)
BROWSER = {"accept": "text/html"}
#: What no language has its own of, and the switch to the other language.
SHARED = ("/api/", "/ogc/", "/tiles/", "/static/", "/admin/", "/openapi.yaml", "/docs/", "/llms.txt")


@pytest.mark.django_db
@pytest.mark.usefixtures("on_seed")
class TestSeed:
    """Over the seed, which the tests read and do not change."""

    @pytest.mark.parametrize("resource", all_resources(), ids=lambda one: one.name)
    def test_every_kind_is_in_russian_and_leads_to_russian_pages(self, resource: Any) -> None:
        reader = Reader()
        record = f"/{resource.name}/{resource.example_slug}/"
        for address in (f"/{resource.name}/", record, f"{record}report/", f"{record}history/"):
            html = reader.read(f"/ru{address}")
            assert '<html lang="ru" data-words="/ru/words.json">' in html
            _has_no_english(html)
            _links_stay(html, address)
            assert not re.search(r'(?:x|y|r|cx|cy|x1|x2|y1|y2|width|height)="[\d.]*,', html)

    def test_the_front_page_and_errors_are_in_russian(self) -> None:
        reader = Reader()
        explored = "/explore/deposits/?country=KG&search=a&near=76.2,42.8&radius_km=300"
        for address, status in (
            ("/", 200),
            (explored, 200),
            ("/explore/licenses/", 200),
            ("/deposits/nope/", 404),
            ("/nothing", 404),
            ("/deposits/?contry=KZ", 400),
        ):
            html = reader.read(f"/ru{address}", status=status)
            assert '<html lang="ru" data-words="/ru/words.json">' in html
            _has_no_english(html)
            _links_stay(html, address)

    def test_each_language_names_the_other_and_the_switch_keeps_the_query(self) -> None:
        reader = Reader()
        for prefix, other, code in (("", "/ru", "ru"), ("/ru", "", "en")):
            html = reader.read(f"{prefix}/deposits/?country=KG")
            for name, before in (("en", ""), ("ru", "/ru"), ("x-default", "")):
                assert f'<link rel="alternate" hreflang="{name}" href="http://testserver{before}/deposits/">' in html
            assert f'<link rel="canonical" href="http://testserver{prefix}/deposits/">' in html
            switch = (
                f'<a class="language" href="{other}/deposits/?country=KG" lang="{code}" hreflang="{code}">{NAMES[code]}</a>'
            )
            assert switch in html

    def test_countries_have_their_names_in_the_language_of_the_page(self) -> None:
        reader = Reader()
        html = reader.read("/ru/countries/KZ/")
        assert "<h1>Казахстан</h1>" in html
        assert ">Kazakhstan</bdi>" in html
        assert "Центральная Азия" in words(html)
        assert "<bdi>редкоземельные элементы; уран; иттриевая группа</bdi>" in html
        read = reader.words("/ru/deposits/kutessay-ii/")
        for expected in (
            "Месторождение; Chuy region, Kemin district, Кыргызстан. Источники называют: редкоземельные элементы, ",
            "42,848° с. ш., 76,1339° в. д.",
            "42 980 т REO",
            "около 60 000 т",
            "Закрыто",
        ):
            assert expected in read, expected
        held = reader.words("/ru/licenses/kutessay-ii-mining-licence/")
        assert "Лицензия (добыча); Кыргызстан; статус: отозвана. Владелец, как указано: Kutisay Mining LLC." in held

    def test_what_has_one_form_in_all_languages_is_not_below_a_prefix(self) -> None:
        reader = Reader()
        html = reader.read("/ru/deposits/kutessay-ii/")
        assert '"@id": "http://testserver/deposits/kutessay-ii/"' in html
        assert "http://testserver/deposits/kutessay-ii/?as_of=" in html
        assert "(2026). Kazakhstan [country, version" in re.sub(r"\(20\d\d\)", "(2026)", reader.read("/ru/countries/KZ/"))
        assert 'content="http://testserver/deposits/kutessay-ii/preview.png"' in html
        for address in ("/ru/openapi.yaml", "/ru/robots.txt", "/ru/sitemap.xml", "/ru/api/v1/", "/ru/admin/", "/ru/docs/"):
            assert reader.get(address).status_code == 404, address
        # The documentation is in English alone; from there the switch leads to the front page.
        manual = reader.read("/docs/")
        assert 'hreflang="ru" href=' not in manual
        assert '<a class="language" href="/ru/" lang="ru"' in manual
        part = reader.get("/sitemap-countries-0.xml").content.decode()
        assert '<xhtml:link rel="alternate" hreflang="ru" href="http://testserver/ru/countries/KZ/"/>' in part

    def test_the_address_alone_chooses_the_language(self) -> None:
        reader = Reader()
        russian = BROWSER | {"accept-language": "ru"}
        english = reader.get("/deposits/kutessay-ii/", headers=russian)
        assert '<html lang="en">' in english.content.decode()
        assert "Accept-Language" not in english.headers["Vary"]
        first = reader.get("/ru/deposits/kutessay-ii/", headers=BROWSER)
        assert first.headers["Content-Language"] == "ru"
        assert first.headers["ETag"] != english.headers["ETag"]
        # The pages before leave nothing behind them.
        assert reader.get("/api/v1/nothing", headers={"accept-language": "ru"}).json()["title"] == "Not found"
        assert "Location" not in reader.get("/", headers=russian).headers
        assert reader.get("/ru").headers["Location"] == "/ru/"
        assert reader.get("/ru/deposits?country=KZ").headers["Location"] == "/ru/deposits/?country=KZ"
        moved = reader.get("/ru/deposits/kutessay-ii.json")
        assert moved.headers["Location"] == "/api/v1/deposits/kutessay-ii/?format=json"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 запись"), (2, "2 записи"), (5, "5 записей"), (11, "11 записей"), (21, "21 запись"), (112, "112 записей")],
)
def test_plural_forms(number: int, said: str) -> None:
    with translation.override("ru"):
        assert ngettext("%(n)s record", "%(n)s records", number) % {"n": number} == said


def _has_no_english(html: str) -> None:
    texts = re.findall(r">\s*([^<>]+?)\s*<", re.sub(r"(?s)<(script|code|pre|bdi).*?</\1>", "", html))
    assert not (found := [text for text in texts if text in ENGLISH or text.startswith(BEGIN)]), found


def _links_stay(html: str, address: str) -> None:
    switched = address.partition("?")[0]
    for link in re.findall(r'(?:href|action)="(/[^"]*)"', html):
        assert link.startswith(("/ru/", *SHARED)) or link.partition("?")[0] == switched, link


@pytest.mark.django_db
def test_scripts_speak_the_language_of_the_page(reader: Reader) -> None:
    assert "data-words" not in reader.read("/")
    said = reader.get("/ru/words.json").json()
    assert said["messages"]["Close"] == "Закрыть"
    assert said["messages"]["{n} source"]["few"] == "{n} источника"
    assert said["codes"]["operating"] == "Разрабатывается"
