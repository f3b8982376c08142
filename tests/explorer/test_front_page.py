"""The front page without JavaScript: its words, its numbers, what they cost."""

import re
from typing import Any

import pytest

from explorer.views import COUNTED
from registry.models import Citation, DepositCommodity
from tests import records
from tests.explorer.conftest import Reader, words
from tests.explorer.files import EXPLORER, with_imports


def _tiles(html: str) -> dict[str, tuple[str, str]]:
    """Read the numbers of the page: kind → (how many, the small print)."""
    pattern = r'data-kind="([\w-]+)">\s*<strong>([\d,]+)</strong>\s*<span>[^<]+</span>\s*<small>([^<]*)</small>'
    return {kind: (number, small) for kind, number, small in re.findall(pattern, html)}


def test_the_numbers_are_those_of_the_published_records(reader: Reader) -> None:
    source = records.source()
    for number in range(3):
        Citation.objects.create(source=source, deposit=records.deposit(name=f"Deposit {number}"))
    records.deposit(record_status="draft", name="Nobody knows yet")
    records.license_()
    records.finding(source=source)
    tiles = _tiles(reader.read("/"))
    assert list(tiles) == list(COUNTED)
    assert tiles["deposits"] == ("0", "and 3 others, from 4 sources"), "each has a source of its own, and all share one"
    assert tiles["licenses"] == ("1", "from 1 source")
    assert tiles["findings"] == ("1", "from 1 source")
    assert tiles["estimates"][0] == "0"


def test_a_source_that_is_not_public_is_not_counted(reader: Reader) -> None:
    deposit = records.deposit()
    Citation.objects.create(source=records.source(record_status="draft"), deposit=deposit, locator="p. 2")
    assert _tiles(reader.read("/"))["deposits"] == ("0", "and 1 other, from 1 source")


def test_rare_earth_deposits_are_counted_apart_from_others(reader: Reader) -> None:
    """As the API finds them; what has several rare earths counts once, and a draft not at all."""
    uranium = records.commodity(slug="U", name="uranium", kind="element", atomic_number=92)
    rare = [records.commodity(slug=s, name=s, kind="element", atomic_number=n, ree=True) for s, n in (("Nd", 60), ("Y", 39))]
    held = [
        (rare, {"at": (76, 42)}),
        (rare[:1], {}),
        ([uranium], {"at": (60, 51)}),
        ([], {}),
        (rare, {"record_status": "draft"}),
    ]
    for commodities, given in held:
        deposit = records.deposit(**given)
        for commodity in commodities:
            DepositCommodity.objects.create(deposit=deposit, commodity=commodity)
    number, small = _tiles(reader.read("/"))["deposits"]
    assert (number, small.split(",")[0]) == ("2", "and 2 others")
    said = reader.words("/")
    assert "1 of 2 rare-earth deposits , and 1 of 2 others, have coordinates stated by a source. The other 2 are not" in said
    assert reader.get("/api/v1/deposits/?commodity=Nd,Y&count=exact").json()["count"] == 2


def test_copies_of_a_source_are_not_independent(reader: Reader) -> None:
    root = records.source()
    records.source(derived_from=root)
    assert _tiles(reader.read("/"))["sources"] == ("2", "1 independent")


def test_it_says_how_many_have_no_place(reader: Reader) -> None:
    records.deposit(at=(76, 42))
    records.deposit()
    records.deposit()
    said = reader.words("/")
    assert "1 of 3 others, have coordinates stated by a source. The other 2 are not on the map" in said
    assert "Of 0 prospecting objects and 0 licences, none has a published location yet." in said


def test_it_says_how_many_licences_and_objects_have_a_place(reader: Reader) -> None:
    records.license_(area=records.square(60, 50))
    records.prospecting_object(count=12)
    assert "Of 1 prospecting objects 0, and of 1 licences 1, have a location." in reader.words("/")


def test_the_legend_counts_by_status(reader: Reader) -> None:
    records.deposit(at=(76, 42), development_status="closed")
    records.deposit(development_status="historic")
    records.deposit(at=(60, 51), development_status="feasibility")
    said = reader.words("/")
    assert "Closed, idle or historic 1 on the map, of 2" in said
    assert "Being built, studied or approved 1 on the map, of 1" in said
    assert "Operating 0 on the map, of 0" in said


def test_every_status_has_a_group() -> None:
    from explorer.numbers import STATUS_GROUPS
    from registry.vocabularies import DevelopmentStatus

    grouped = [status for _, group in STATUS_GROUPS.values() for status in group]
    assert sorted(grouped) == sorted(DevelopmentStatus)


def test_elements_count_the_deposits_filed_with_them(reader: Reader) -> None:
    neodymium = records.commodity(slug="Nd", name="neodymium", kind="element", atomic_number=60, ree=True)
    records.commodity(slug="U", name="uranium", kind="element", atomic_number=92)
    for status in ("published", "published", "draft"):
        DepositCommodity.objects.create(deposit=records.deposit(record_status=status), commodity=neodymium)
    said = reader.words("/")
    assert "60 Nd neodymium 2 deposits" in said
    assert "uranium" not in said
    assert reader.get("/api/v1/deposits/?commodity=Nd&count=exact").json()["count"] == 2


def test_deposits_are_counted_by_what_is_kept_of_them(reader: Reader, queries: list[str]) -> None:
    records.disagreement()
    records.commodity(slug="Nd", ree=True)
    reader.read("/")
    queries.clear()
    reader.read("/")
    # All and the rare ones, and those of them without a location; of a million rows, anything else takes seconds.
    assert len([sql for sql in queries if "chosen_bits" in sql]) == 4
    # Commodities four times, deposits four times, the other kinds, elements, and disagreements twice.
    assert len([sql for sql in queries if "registry_dataversion" not in sql]) == 12, "\n".join(one[:120] for one in queries)


def test_the_numbers_are_remembered_until_the_data_change(
    reader: Reader, queries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.database import version
    from explorer.numbers import numbers

    monkeypatch.setattr(version, "FRESH_SECONDS", 60)  # A busy machine may need longer than half a second.
    reader.read("/")
    queries.clear()
    assert numbers() is numbers()
    assert queries == []
    read_at, known = version._known["default"]
    moved = (known.number + 1, known.changed_at, known.place, known.era, known.horizon)
    version._known["default"] = read_at, version.DataVersion(*moved, ("deposit",), (known.number + 1,))
    numbers()
    assert queries != []


def test_an_empty_registry_has_a_front_page_too(reader: Reader) -> None:
    said = reader.words("/")
    assert "0 of 0 rare-earth deposits" in said and "Disagreements" not in said


def test_questions_are_links_that_need_no_script(reader: Reader) -> None:
    html = reader.read("/")
    assert 'href="/api/v1/deposits/?search=%D0%9A%D1%83%D0%BD%D0%B4%D1%8B%D0%B1%D0%B0%D0%B9"' in html
    assert "/api/v1/deposits/?search=Кундыбай" in words(html)
    assert "<noscript>" in html
    assert '<form class="search" action="/deposits/" method="get"' in html


def test_the_page_is_light(reader: Reader) -> None:
    html = reader.read("/")
    files = {EXPLORER / name for name in re.findall(r'(?:src|href)="/static/explorer/([\w./-]+)"', html)}
    loaded = {file for name in files for file in (with_imports(name) if name.suffix == ".js" else {name})}
    loaded |= {EXPLORER / "strata.svg"}
    weight = len(html.encode()) + sum(len(file.read_bytes()) for file in loaded)
    assert len(loaded) > 12
    assert len(html.encode()) < 40_000
    assert weight < 150_000, f"{weight:,} bytes"


def test_names_cannot_break_out_of_the_page(reader: Reader) -> None:
    sides = [{"finding": records.finding(text=f"<script>alert({n})</script>")} for n in range(2)]
    records.disagreement(*sides, title='"><img src=x onerror=alert(1)>', note="</section><script>")
    html = reader.read("/")
    assert "<script>alert" not in html and "<img src=x" not in html and "</section><script>" not in html


def test_a_database_that_is_away_is_said_politely(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    def away(*args: Any) -> Any:
        raise psycopg.OperationalError("the server has gone")

    monkeypatch.setattr("explorer.numbers.fetch", away)
    response = reader.get("/", headers={"accept": "text/html"})
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert "temporarily unavailable" in words(response.content.decode())
    assert "server has gone" not in response.content.decode()
