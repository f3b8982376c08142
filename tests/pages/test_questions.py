"""Pages of answers: everything in words, and a link to every record."""

import re
from html import unescape

import pytest

from api.questions.question import all_questions
from tests.explorer.conftest import Reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_seed")]
_CODE = re.compile(r"[a-z]+(_[a-z]+)+|\d{4}-\d\d-\d\dT.*|True|False")


def cells(html: str) -> list[str]:
    table = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [unescape(re.sub("<[^>]+>", "", one)) for one in re.findall(r"<td[^>]*>(.*?)</td>", table, re.DOTALL)]


def test_no_answer_shows_a_code() -> None:
    reader, seen = Reader(), 0
    for question in all_questions():
        found = cells(reader.read(f"/questions/{question.name}/"))
        seen += len(found)
        parts = [part.partition(":")[0] for one in found for part in one.split(", ")]
        assert [one for one in parts if _CODE.fullmatch(one)] == [], question.name
    assert seen > 1_000


def test_a_russian_answer_has_no_english_sentence() -> None:
    """What the database writes in words is declared, so that each such sentence has its translation."""
    reader, sentence = Reader(), re.compile(r"(is|was|are|ended|changed) (a |not |in |on |recorded)|\bof which\b|a measure of")
    asked = {"in-force": ("?on=2019-06-30", "?verdict=unknown&on=2010-01-01"), "frameworks": ("?country=asia", "?country=KG")}
    seen = 0
    for question in all_questions():
        for query in ("", *asked.get(question.name, ())):
            found = cells(reader.read(f"/ru/questions/{question.name}/{query}"))
            columns = re.findall('scope="col"', reader.read(f"/ru/questions/{question.name}/{query}"))
            assert columns or not found
            # Titles and texts of sources stay as they are: a sentence of the registry begins in lower case.
            english = [one for one in found if one[:1].islower() and sentence.search(one)]
            assert english == [], (question.name, query)
            seen += sum("записан" in one or "страна (" in one for one in found)
    assert seen > 10


def test_an_answer_is_in_the_words_of_the_page() -> None:
    reader = Reader()
    assert "Party through membership" in cells(reader.read("/questions/frameworks/?deposit=norra-karr"))
    russian = cells(reader.read("/ru/questions/frameworks/?deposit=norra-karr"))
    assert {"Сторона через членство", "Подписан", "Международный"} <= {*russian}
    assert any("страна (Швеция) состоит с 1995-01-01" in one for one in russian), russian
    assert "European Union" in russian, "records are named, not given by their slugs"
    assert "stans-energy" not in cells(reader.read("/questions/group-licenses/?organization=stans-energy"))
    counts = cells(reader.read("/questions/counts-of-estimates/?by=reporting_code&and=stage"))
    assert {"JORC (Australasia)", "Exploration target"} <= {*counts}
    html = reader.read("/questions/one-source/?country=KG")
    assert "commodities REE, coordinates as printed, country" in html
    assert '<a href="/deposits/ak-tyuz/">' in reader.read("/questions/about-country/?country=KG")
