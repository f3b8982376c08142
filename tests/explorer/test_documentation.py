"""The documentation as a site: every document is a page and a Markdown file, every link leads somewhere, and all is found."""

import json
import re
from functools import cache
from html import unescape

import pytest
from django.test import Client

from explorer.docs import library, search
from tests.explorer.conftest import words
from tests.explorer.files import ROOT

ENTRIES = library.entries()
NAMES = [entry.page.name for entry in ENTRIES if entry.page]
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
pytestmark = pytest.mark.django_db


def read(address: str, **headers: str) -> str:
    response = Client().get(address, headers={**BROWSER, **headers})
    assert response.status_code == 200, address
    return response.content.decode()


@cache
def linked(address: str) -> str:
    """Read a page to which others lead, once for all of them."""
    return read(address)


def test_every_document_is_listed_once() -> None:
    listed = [entry.page.file for entry in ENTRIES if entry.page]
    written = [path for path in (ROOT / "docs").rglob("*.md") if path != library.INDEX]
    assert sorted(listed) == sorted(
        [*written, *(ROOT / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "DATA_LICENSE.md"))]
    )
    for group in library.groups():
        assert group.entries, group.title


@pytest.mark.parametrize("name", ["", *NAMES])
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    address = f"/docs/{name}/" if name else "/docs/"
    html = read(address)
    assert f'<link rel="canonical" href="http://testserver{address}">' in html
    assert "localhost:8000" not in html and html.count("<h1") == 1
    assert "](" not in words(re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL))
    for link in {unescape(link) for link in re.findall(r'<a [^>]*href="([^"]+)"', html)}:
        path, _, part = link.partition("#")
        if path.startswith("/docs/") or (part and not path):
            target = linked(path or address)
            assert not part or f'id="{part}"' in target, link
        elif not path.startswith("/"):
            assert path.startswith("https://"), link
    for picture in re.findall(r'<img [^>]*src="/static/docs/([^"]+)"', html):
        assert (ROOT / "docs" / "pictures" / picture).exists()


@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_its_markdown(name: str) -> None:
    response = Client().get(f"/docs/{name}.md")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    text = response.content.decode()
    negotiated = Client().get(f"/docs/{name}/", headers={"accept": "text/markdown, text/html;q=0.5"})
    assert negotiated.content.decode() == text and "Accept" in negotiated["Vary"]
    source = next(entry.page for entry in ENTRIES if entry.page and entry.page.name == name).text
    assert text.count("\n") == source.count("\n") and text.startswith(source.partition("\n")[0])
    for link in re.findall(r"\]\(http://testserver(/docs/[^)#]+\.md)", text):
        assert Client().get(link).status_code == 200, link


def test_pages_follow_each_other() -> None:
    html = read(f"/docs/{NAMES[1]}/")
    assert re.findall(r'href="([^"]+)" rel="(prev|next)"', html) == [
        (f"/docs/{NAMES[0]}/", "prev"),
        (f"/docs/{NAMES[2]}/", "next"),
    ]
    assert 'rel="prev"' not in read(f"/docs/{NAMES[0]}/") and 'rel="next"' not in read(f"/docs/{NAMES[-1]}/")


def test_the_search_needs_no_javascript() -> None:
    html = read("/docs/?q=antimeridian+BBOX")
    assert re.search(r'<ol class="found"><li><a href="/docs/api-guide/#queries">', html)
    assert "No section contains “<b>”" in unescape(read("/docs/?q=%3Cb%3E"))
    assert "“<b>” in" not in read("/docs/?q=%3Cb%3E")
    read(f"/docs/?q={'x' * 5000}")


def test_a_heading_counts_more_than_a_text() -> None:
    (best, _), *_ = search.find("renumbers era")
    assert best.page == "Changes and history"
    assert search.find("a mirror")[0][0].heading == "A mirror"
    assert search.find("no-such-word-anywhere") == search.find("  ") == []


def test_the_index_of_the_search_holds_every_section() -> None:
    rows = json.loads(read("/docs/search.json"))
    assert len(rows) == len(search.places()) > 100
    assert {row[2].partition("/#")[0] for row in rows} == set(NAMES)
    assert not any("localhost:8000" in row[3] for row in rows)


def test_llms_txt_says_what_there_is() -> None:
    text = read("/llms.txt")
    assert text.startswith("# Rare-earth deposits registry\n\n> ")
    assert "http://testserver/api/v1/" in text and "CC BY 4.0" in text
    links = re.findall(r"^- \[[^]]+\]\(http://testserver([^)]+)\): ", text, re.M)
    assert {f"/docs/{name}.md" for name in NAMES} <= set(links)
    for link in links:
        read(link, accept="*/*")


@pytest.mark.parametrize(
    "address", ["/docs/nothing/", "/docs/README.md", "/docs/../README.md", "/docs/pictures/", "/docs/api.md"]
)
def test_nothing_else_is_served(address: str) -> None:
    assert Client().get(address, headers=BROWSER).status_code == 404


def test_the_sitemap_names_every_page() -> None:
    assert "http://testserver/sitemap-docs.xml" in read("/sitemap.xml")
    named = re.findall(r"<loc>http://testserver([^<]+)</loc>", read("/sitemap-docs.xml"))
    assert named == ["/docs/", *(f"/docs/{name}/" for name in NAMES)]
