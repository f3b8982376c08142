"""Files of three kinds, loaded through the admin by somebody at a page."""

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from registry.models import Deposit, ImportRun, License, ResourceEstimate
from tests.curation.browser.curator import Curator

pytestmark = pytest.mark.browser

#: The scale of the map of matches.
SCALE = "[data-import-pairs] .maplibregl-ctrl-scale"
MINFILE = """MINFILE_NO,NAME1,STATUS,LATITUDE,LONGITUDE,COMMODITIES,COUNTRY
082LSE001,Sample Carbonatite,Prospect,51.5,-118.5,"Niobium, Rare Earths",Canada
082LSE002,Sample Creek,Showing,51.7,-118.9,Rare Earths,Canada
"""


def _licences(path: Path) -> Path:
    ring = [[75.0, 42.0], [75.1, 42.0], [75.1, 42.1], [75.0, 42.1], [75.0, 42.0]]
    properties = {"LICENCE_NO": "KG-1", "HOLDER": "Sample Mining LLC (66%)", "STATUS": "active", "GRANT_DATE": "03.04.2020"}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def _resources(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Mineral resources as of 2024"])
    sheet.append(["Deposit", "Code", "Category", "Ore, Mt", "TREO %", "Nd2O3 ppm"])
    sheet.append(["Sample Carbonatite", "NI 43-101", "Measured & Indicated", 12.3, 0.42, 730])
    sheet.append(["Sample Carbonatite", "NI 43-101", "Inferred", 4, 0.35, None])
    book.save(path)
    return path


def _check(curator: Curator, path: Path) -> None:
    page = curator.page
    page.locator("#bring_form, #undo_form").first.wait_for(state="attached", timeout=60_000)
    page.goto(page.url.split("/admin/")[0] + "/admin/registry/importrun/load/")
    page.locator("input[name=file]").set_input_files(path)
    page.locator("#bring_form button[type=submit]").click()
    page.locator("button[name=_check]:not([disabled])").click(timeout=60_000)
    page.locator("#confirm_form").wait_for(timeout=60_000)


def _load(curator: Curator, path: Path) -> None:
    _check(curator, path)
    page = curator.page
    page.locator("#confirm_form button[type=submit]").click()
    page.locator("#undo_form").wait_for(state="attached", timeout=60_000)


def test_a_table_of_sites_licences_and_resources_with_grades(at: Callable[..., Curator], tmp_path: Path) -> None:
    curator = at("/admin/registry/importrun/load/")
    (tmp_path / "minfile.csv").write_text(MINFILE)
    _load(curator, tmp_path / "minfile.csv")
    site = Deposit.objects.get(name="Sample Carbonatite")
    assert (site.country.slug, site.location.coords, site.record_status) == ("CA", (-118.5, 51.5), "published")
    assert {one.commodity.slug for one in site.commodities.all()} == {"Nb", "REE"}
    _load(curator, _resources(tmp_path / "resources.xlsx"))
    found = {one.category: one for one in ResourceEstimate.objects.filter(deposit=site)}
    assert {*found} == {"measured+indicated", "inferred"}
    one = found["measured+indicated"]
    assert (one.ore_tonnes, one.reporting_code) == (12_300_000, "NI43-101")
    assert {(grade.analyte.slug, grade.value, grade.unit) for grade in one.grades.all()} == {
        ("TREO", 0.42, "pct"),
        ("Nd2O3", 730, "ppm"),
    }
    _load(curator, _licences(tmp_path / "licences.geojson"))
    licence = License.objects.get(number="KG-1")
    assert (licence.granted, float(licence.parties.get().share_pct), licence.area is not None) == ("2020-04-03", 66, True)


def test_matches_are_seen_on_a_map_and_ticked_with_fixes_and_words(at: Callable[..., Curator], tmp_path: Path) -> None:
    curator, known = at("/admin/registry/importrun/load/"), Deposit.objects.get(slug="lofdal")
    x, y = round(known.location.x + 0.02, 4), round(known.location.y, 4)
    (tmp_path / "fixes.csv").write_text(
        "id,name,country,longitude,latitude,commodities\n"
        f"T1,Lofdal,Namibia,{x},{y},REE\nT2,Upside Down,Kazakhstan,45.5,65.2,REE\nT3,New Hill,Kazakhstan,65.5,48.2,blue clay\n"
    )
    _check(curator, tmp_path / "fixes.csv")
    page = curator.page
    page.locator("[data-import-pairs] canvas").wait_for(timeout=60_000)
    page.locator("[name=same]").check()
    # The scale of a map of one pair is of some kilometres; that of the world has more digits.
    curator.visit.until(f"() => /^\\d\\s?km$|\\sm$/.test(document.querySelector('{SCALE}').textContent)")
    assert "Lofdal: The registry may have this already" in page.locator("[data-pair]").inner_text()
    page.locator("[name=fix]").check()
    page.locator("#confirm_form select").select_option("Zr")
    assert not curator.visit.too_wide() and not curator.visit.complaints
    page.locator("#confirm_form button[type=submit]").click()
    page.locator("#undo_form").wait_for(state="attached", timeout=60_000)
    run = ImportRun.objects.latest("pk")
    assert (run.counts["new"], run.counts["changed"]) == (2, 1)
    assert [*known.external_ids.filter(scheme="fixes").values_list("value", flat=True)] == ["T1"]
    assert Deposit.objects.get(name="Upside Down").location.coords == (65.2, 45.5)
    assert Deposit.objects.get(name="New Hill").commodities.get().commodity.slug == "Zr"
