"""Takes the pictures of pages in docs/pictures again, of a running service and of the dry run of a USGS file.

    ./run manage load usgs-ree --file FILE --dry-run --report report.html
    .venv/bin/python -m scripts.screenshots http://localhost:8000 report.html
    .venv/bin/python -m scripts.screenshots http://localhost:8000 --curating REVIEWER PASSWORD EDITOR PASSWORD

The pictures of curating are taken of a registry that holds the seed and is thrown away: a change is proposed in it.
Look at each picture before it is committed.
"""

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"
#: Deposits of the seed: one that is corrected in the pictures, and two that are compared.
_CORRECTED, _COMPARED = "kutessay-ii", ("kutessay-i", "kutessay-ii")


def take(service: str, report: Path) -> None:
    """Take both pictures."""
    pages = {
        "front": (service, 1200, 1340, "#map canvas"),
        "import-report": (report.resolve().as_uri(), 1180, 940, "svg"),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (address, width, height, drawn) in pages.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(address, wait_until="networkidle")
            page.locator(drawn).first.wait_for()
            # The map fades its tiles and labels in.
            page.wait_for_timeout(3_000)
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


def take_curating(service: str, reviewer: tuple[str, str], editor: tuple[str, str]) -> None:
    """Take the pictures of the admin: work, a list, a proposal, two records compared, and a form in Russian."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        _propose(_signed_in(browser, service, *editor, "en-gb"), service)
        page = _signed_in(browser, service, *reviewer, "en-gb")
        keys = {slug: _address_of(page, service, slug) for slug in (_CORRECTED, *_COMPARED)}
        page.goto(f"{service}/admin/registry/deposit/add/")
        page.locator("#id_name").fill("Kichi-Kemin, east")
        page.locator("input[name=_save]").last.click()
        page.goto(f"{service}/admin/registry/proposal/?state__exact=open")
        page.locator("#result_list tbody th a").first.click()
        page.locator(".merge-map[data-ready=yes]").first.wait_for()
        _shoot(page, "curating-proposal", 900)
        page.goto(f"{service}/admin/")
        _shoot(page, "curating-work", 720)
        page.goto(f"{service}/admin/registry/deposit/?missing=one_source")
        page.locator(".list-tool summary").last.click()
        _shoot(page, "curating-list", 640)
        first, second = (keys[slug].rstrip("/").split("/")[-2] for slug in _COMPARED)
        page.goto(f"{service}/admin/registry/deposit/{first}/merge/{second}/")
        page.locator(".merge-map[data-ready=yes]").first.wait_for()
        _shoot(page, "curating-merge", 900)
        page = _signed_in(browser, service, *reviewer, "ru")
        page.goto(keys[_CORRECTED])
        page.locator(".place-understood").first.wait_for()
        _shoot(page, "curating-russian", 900)
        browser.close()


def _propose(page: Any, service: str) -> None:
    """Propose two changes, which then wait for a reviewer, and report an error as a reader."""
    page.goto(f"{service}/deposits/{_COMPARED[0]}/report/")
    page.locator("textarea[name=text]").fill("The pit was worked until 1958, as its own report says.")
    page.locator("form:has(textarea[name=text]) button[type=submit]").click()
    moved = {"location": "42°44′10″ N 76°18′20″ E", "status_as_stated": "closed in 1991"}
    changes = {
        _COMPARED[0]: ({"description": "Worked until 1958."}, "The survey's report of 1960, p. 3"),
        _CORRECTED: (moved, "The report of 1992, p. 14, has the pit further east"),
    }
    for slug, (fields, reason) in changes.items():
        page.goto(_address_of(page, service, slug))
        for name, text in fields.items():
            page.locator(f"#id_{name}").fill(text)
        page.locator("#id_reason").fill(reason)
        page.locator("input[name=_save]").last.click()
        page.locator(".messagelist .success, .messagelist li").first.wait_for()


def _signed_in(browser: Any, service: str, name: str, password: str, language: str) -> Any:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, locale=language, color_scheme="light")
    page.goto(f"{service}/admin/login/?next=/admin/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.keyboard.press("Enter")
    page.locator("#user-tools").wait_for()
    # The account may have chosen another language than the browser's.
    if (switch := page.locator(f".language button[value={language}]")).count():
        switch.click()
    return page


def _address_of(page: Any, service: str, slug: str) -> str:
    page.goto(f"{service}/admin/registry/deposit/?q={slug}")
    return f"{service}{page.locator('#result_list tbody th a').first.get_attribute('href').partition('?')[0]}"


def _shoot(page: Any, name: str, height: int) -> None:
    page.set_viewport_size({"width": 1280, "height": height})
    page.wait_for_timeout(1_500)
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    if sys.argv[2] == "--curating":
        take_curating(sys.argv[1], (sys.argv[3], sys.argv[4]), (sys.argv[5], sys.argv[6]))
    else:
        take(sys.argv[1], Path(sys.argv[2]))
