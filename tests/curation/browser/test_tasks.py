"""The tasks of a survey, as a curator does them: each action is counted, and no save is refused."""

import re
from collections.abc import Callable

import pytest

from registry.models import Deposit, License, ResourceEstimate
from tests.curation.browser.curator import Curator

pytestmark = pytest.mark.browser
CORNERS = """Координаты угловых точек лицензионной площади (СК-42)
№\tС.Ш.\tВ.Д.
1\t42°40′12,5″\t76°10′30,2″
2\t42°40′12,5″\t76°14′30,2″
3\t42°38′00″\t76°14′30,2″
4\t42°38′00″\t76°10′30,2″
Площадь – 22,3 кв. км"""


def test_from_paper_to_a_deposit_with_its_estimate(at: Callable[..., Curator]) -> None:
    curator = at("/admin/registry/deposit/add/")
    page = curator.page
    curator.write("#id_name", "Kutessay")
    page.get_by_role("status").filter(has_text="similar").wait_for()
    assert page.locator(".similar a").first.get_attribute("href"), "the records that are there already are named"
    curator.find("#id_country", "Kyrgyzstan")
    curator.write("#id_location", "X 4732123 Y 13578123")
    page.locator(".place-understood").filter(has_text=re.compile(r"Gauss–Krüger zone 13, Pulkovo 1942, moved \d+ m")).wait_for()
    assert page.locator("#id_location_kind").input_value() == "reported"
    curator.click("#citations-group .add-row a")
    with page.expect_popup() as opened:
        curator.click("#add_id_citations-0-source")
    source = opened.value
    curator.write("#id_title", "Отчёт геологоразведочной партии за 1956 г.", source)
    with source.expect_event("close"):
        curator.click("input[name=_save]", source)
    curator.click("button[name=_estimate]")
    page.wait_for_url("**/resourceestimate/add/?deposit=*")
    assert "1956" in page.locator("#citations-group .select2-selection__rendered").first.inner_text()
    curator.write("#id_ore_tonnes", "20220000")
    curator.choose("#id_reporting_code", "GKZ")
    offered = page.locator("#id_category option").evaluate_all("options => options.map(option => option.value)")
    assert "C1" in offered and "measured" not in offered
    curator.choose("#id_category", "C1")
    curator.find("#id_grades-0-analyte", "TREO")
    curator.write("#id_grades-0-value", "0.25")
    curator.choose("#id_grades-0-unit", "pct")
    curator.click("input[name=_save]")
    page.wait_for_url("**/deposit/*/change/#estimates-group")
    assert curator.actions <= 20, curator.actions
    page.locator("#estimates-group").get_by_text("20,220,000 t ore").wait_for()
    deposit = Deposit.objects.filter(name="Kutessay", record_status="draft").latest("pk")
    assert (deposit.location_kind, deposit.source_srid, deposit.location_uncertainty_m) == ("reported", 28413, 0.5)
    estimate = ResourceEstimate.objects.get(deposit=deposit)
    assert estimate.citations.get().source == deposit.citations.get().source
    step = page.locator(".next-steps a").first
    target = str(step.get_attribute("href"))
    step.click()
    curator.visit.until("target => document.querySelector(target).contains(document.activeElement)", target)


def test_a_licence_from_a_corner_table_and_one_that_is_drawn(at: Callable[..., Curator]) -> None:
    curator = at("/admin/registry/license/add/")
    page = curator.page
    curator.write("#id_number", "AE-77")
    curator.find("#id_country", "Kyrgyzstan")
    curator.write("#id_area", CORNERS)
    page.get_by_text("4 corners in Pulkovo 1942").wait_for()
    curator.click(".place-offers button")
    page.get_by_text(re.compile(r"22\.\d+ km² on the ellipsoid, 0\.\d% more than the declared 22\.3 km²")).wait_for()
    curator.click("input[name=_save]")
    page.locator(".messagelist .success").wait_for()
    licence = License.objects.filter(number="AE-77").latest("pk")
    assert curator.actions <= 8 and licence.declared_area_km2 == 22.3 and licence.area is not None

    page.goto(f"{curator.visit.site}/admin/registry/license/{licence.pk}/change/")
    page.locator("#id_area").fill("")
    page.locator("[data-draw]").click()
    board = page.locator(".place-map")
    page.get_by_text("Click each corner on the map").wait_for()
    page.locator(".place-map[data-ready=yes]").wait_for()
    board.scroll_into_view_if_needed()
    page.get_by_role("button", name="Stop drawing").wait_for()
    corners = ("1 of at least 3 corners", "2 of at least 3 corners", "Finish the outline of 3 corners", "Draw on the map")
    for (x, y), then in zip(((200, 60), (320, 60), (320, 150), (200, 60)), corners, strict=True):
        board.click(position={"x": x, "y": y})
        page.get_by_role("button", name=then).wait_for()
    page.get_by_text("Outline in one part, 3 vertices").wait_for()
    assert '"entered":"on_map"' in page.locator("#id_area").input_value()
