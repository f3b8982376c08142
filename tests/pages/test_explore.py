"""Explore without JavaScript: one address holds a selection, and all parts of the page show that selection."""

import csv
import io
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from api.tiles.layer import layers

pytestmark = pytest.mark.django_db
ADDRESS = "/explore/deposits/?commodity=REE&country=KZ,KG"


def links(html: str) -> dict[str, str]:
    """Give the links that choose something, by their key."""
    found = re.findall(r'<a href="([^"]*)"[^>]*data-key="([^"]*)"', html)
    return {unescape(key): unescape(address) for address, key in found}


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


def number(html: str) -> int:
    found = re.search(r'<p class="count"><strong>([\d,]+)</strong>', html)
    assert found
    return int(found[1].replace(",", ""))


def test_it_begins_with_the_rare_earths(reader: Any) -> None:
    first = reader.get("/explore/")
    assert first.headers["Location"] == "/explore/deposits/?commodity=REE"
    assert reader.get("/explore/?country=KZ").headers["Location"] == "/explore/deposits/?country=KZ"
    html = reader.read("/explore/deposits/?commodity=REE")
    assert links(html)["which"] == "/explore/deposits/"
    everything = reader.read("/explore/deposits/")
    assert query(links(everything)["which"]) == {"commodity": "REE"}
    assert number(everything) >= number(html)
    assert 'href="/explore/"' in reader.read("/")


def test_provinces_have_names_and_the_past_has_another_place(reader: Any) -> None:
    html = reader.read("/explore/deposits/?country=KG")
    assert "Chüy (KG-C)" in html
    assert "Калифорния (US-CA)" in reader.read("/ru/explore/deposits/?country=US")
    assert "Chüy (KG-C)" in reader.read("/deposits/kutessay-ii/")
    assert "show the present" in reader.read("/explore/deposits/?as_of=2026-01-01", status=400)


def test_every_part_shows_the_same_selection(reader: Any) -> None:
    html = reader.read(ADDRESS)
    wanted = query(ADDRESS)
    expected = reader.get("/api/v1/deposits/", {**wanted, "count": "exact", "limit": 1000}).json()
    assert number(html) == expected["count"]
    located = sum(one["geometry"] is None for one in expected["results"])
    assert f"{located} of them without a stated location" in html
    downloads = [unescape(one) for one in re.findall(r'<a href="([^"]+)" download', html)]
    assert {query(one).pop("format") for one in downloads} == {"csv", "xlsx", "geojson", "gpkg"}
    assert all({**query(one), "format": ""} == {**wanted, "format": ""} for one in downloads)
    body = b"".join(reader.get(downloads[0]).streaming_content).decode()
    assert len(list(csv.reader(io.StringIO(body)))) == expected["count"] + 1
    tiles = unescape(re.search(r'data-tiles="([^"]+)"', html)[1])  # type: ignore[index]
    assert query(tiles) == wanted
    assert reader.get(tiles.format(z=0, x=0, y=0)).status_code == 200
    behind = unescape(re.search(r'data-behind="([^"]+)"', html)[1])  # type: ignore[index]
    assert query(behind) == {"country": "KZ,KG"}
    assert reader.get(behind.format(z=0, x=0, y=0)).status_code in (200, 204)
    assert f"GET /api/v1/deposits/?{urlsplit(ADDRESS).query}" in unescape(html)
    shown = re.findall(r'<th scope="row"><a href="/deposits/([^/]+)/"', html)
    assert shown == [one["slug"] for one in expected["results"]][:25]


def test_a_link_of_a_facet_leads_to_as_many_records_as_it_says(reader: Any) -> None:
    html = reader.read(ADDRESS)
    rows = re.findall(r'<a href="([^"]*)"[^>]*data-key="development_status=(\w+)">.*?<span class="number">([\d,]+)', html)
    assert len(rows) > 2
    for address, status, count in rows:
        address = unescape(address)
        assert query(address) == {**query(ADDRESS), "development_status": status}
        assert number(reader.read(address)) == int(count.replace(",", ""))


def test_another_value_can_be_added_and_each_taken_away(reader: Any) -> None:
    chosen = links(reader.read("/explore/deposits/?country=KZ"))
    assert query(chosen["country=KG"]) == {"country": "KZ,KG"}
    assert urlsplit(chosen["country=KZ"]).query == ""
    html = reader.read(ADDRESS)
    assert "Country: Kyrgyzstan" in html
    assert query(links(html)["country=KZ"]) == {"commodity": "REE", "country": "KG"}
    assert query(links(reader.read("/explore/deposits/?disputed=true"))["disputed=false"]) == {"disputed": "false"}


@pytest.mark.parametrize(
    "parameters",
    ["search=Кутессай", "bbox=66,37,80,46", "near=76,42&radius_km=300", "within=central-asia", "discovery_year__gte=1950"],
)
def test_what_is_no_facet_narrows_too_and_is_named(reader: Any, parameters: str) -> None:
    html = reader.read(f"/explore/deposits/?{parameters}")
    given = dict(parse_qsl(parameters))
    expected = reader.get("/api/v1/deposits/", {**given, "count": "exact"}).json()
    assert number(html) == expected["count"]
    left_out = expected.get("unlocated", 0)
    assert (f"{left_out} more without a stated location may lie there too" in html) == bool(left_out)
    assert html.count('data-key="chip-') == 1
    assert urlsplit(links(html)["chip-1"]).query == ""


@pytest.mark.parametrize("layer", layers(), ids=lambda layer: layer.name)
def test_every_layer_is_coloured_by_each_of_its_codes(reader: Any, layer: Any) -> None:
    for colour in layer.codes:
        html = reader.read(f"/explore/{layer.name}/?colour={colour}")
        assert f'data-colour="{colour}"' in html
        assert 'data-hue="' in html
        assert "colour" not in unescape(re.search(r'data-tiles="([^"]+)"', html)[1])  # type: ignore[index]


def test_the_table_is_turned_over_within_the_selection(reader: Any) -> None:
    first = reader.read("/explore/deposits/?commodity=REE")
    second = reader.read(links(first)["next"])
    rows = [re.findall(r'<th scope="row"><a href="([^"]+)"', html) for html in (first, second)]
    assert rows[1]
    assert not {*rows[0]} & {*rows[1]}
    assert number(first) == number(second)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("contry=KZ", "Did you mean “country”"),
        ("colour=name", "cannot be coloured"),
        ("limit=5", "not this parameter"),
        ("near=76,42", "radius_km"),
    ],
)
def test_what_has_no_meaning_is_refused_by_name(reader: Any, parameters: str, said: str) -> None:
    assert said in unescape(reader.read(f"/explore/deposits/?{parameters}", 400))


def test_nothing_found_is_said(reader: Any) -> None:
    html = reader.read("/explore/deposits/?search=zzzzqq")
    assert number(html) == 0
    assert "No record matches all of this." in html


def test_a_hostile_search_is_only_text(reader: Any) -> None:
    html = reader.read("/explore/deposits/?search=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in html
