"""Hostile and odd records: a page stays safe and readable whatever a record holds."""

import re

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from registry.models import Citation, FindingSubject, Name, ResourceEstimate
from registry.vocabularies import RecordStatus
from tests import records
from tests.explorer.conftest import Reader

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.mark.django_db
def test_what_a_record_holds_cannot_leave_its_place(reader: Reader) -> None:
    source = records.source(title=SCRIPT, url="https://example.org/?a=<b>", publisher=SCRIPT)
    hill = records.deposit(name=SCRIPT, locality=SCRIPT, host_rock=SCRIPT, at=(70, 45))
    Name.objects.create(deposit=hill, text=f"{SCRIPT} 2", language="en")
    Citation.objects.create(source=source, deposit=hill, note=SCRIPT, locator=SCRIPT)
    for address in (f"/deposits/{hill.slug}/", f"/sources/{source.slug}/", "/deposits/", "/sources/"):
        html = reader.read(address)
        assert "<script>alert" not in html
        assert "<img" not in html.replace('<img src="/static/explorer/icon.svg"', "")
    bibtex = reader.get(f"/deposits/{hill.slug}.bib").content.decode()
    assert bibtex.count("\n}") == 1


@pytest.mark.django_db
def test_a_record_of_nothing_and_one_of_very_much(reader: Reader) -> None:
    bare = records.deposit(name="Bare")
    assert "No source gives a point" in reader.words(f"/deposits/{bare.slug}/")
    full = records.deposit(name="N" * 200, description="word " * 2_000)
    # The longest name that the registry takes: one of 10,000 characters is refused by name.
    Name.objects.create(deposit=full, text="W" * 500, language="ar")
    many = ResourceEstimate.objects.bulk_create(
        ResourceEstimate(deposit=full, slug=f"many-{number}", ore_tonnes=number + 1, record_status=RecordStatus.PUBLISHED)
        for number in range(1_000)
    )
    for number in range(31):
        FindingSubject.objects.create(finding=records.finding(text=f"Statement {number}"), deposit=full)
    table, fields = records.source(), records.everything(ResourceEstimate)
    Citation.objects.bulk_create(Citation(source=table, estimate=one, fields=fields) for one in many)
    html = reader.read(f"/deposits/{full.slug}/")
    assert html.count('<th scope="row"><a href="/estimates/many-') == 100
    assert f'<a href="/estimates/?deposit={full.slug}">900 more</a>' in html
    assert f'<bdi lang="ar">{"W" * 500}</bdi>' in html
    assert f'<a href="/findings/?deposit={full.slug}">1 more</a>' in html
    assert len(html) < 200_000


@pytest.mark.django_db
@pytest.mark.parametrize(
    "area",
    [
        MultiPolygon(
            Polygon(((179, 10), (180, 10), (180, 12), (179, 10))), Polygon(((-180, 10), (-179, 10), (-180, 12), (-180, 10)))
        ),
        MultiPolygon(Polygon(((-180, 80), (180, 80), (180, 90), (-180, 90), (-180, 80)))),
    ],
    ids=["antimeridian", "pole"],
)
def test_outlines_over_the_antimeridian_and_at_a_pole_are_drawn(reader: Reader, area: MultiPolygon) -> None:
    licence = records.license_(area=area)
    html = reader.read(f"/licenses/{licence.slug}/")
    assert '<path class="area" d="M' in html
    # Of the two halves at the antimeridian, one is drawn beside the other rather than at the ends of the world.
    corners = [float(x) for x in re.findall(r"[ML]([-\d.]+),", html.partition('class="area"')[2].partition("/>")[0])]
    assert max(corners) - min(corners) > 40
    assert "nan" not in html
    assert "inf" not in re.findall(r"viewBox.*?</svg>", html, re.DOTALL)[0]
