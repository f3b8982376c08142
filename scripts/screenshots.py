"""Takes the pictures of pages in docs/pictures again, of a running service and of the dry run of a USGS file.

    ./run manage load usgs-ree --file FILE --dry-run --report report.html
    .venv/bin/python -m scripts.screenshots http://localhost:8000 report.html

Look at each picture before it is committed.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
CHROMIUM = "/usr/bin/chromium"


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


if __name__ == "__main__":
    take(sys.argv[1], Path(sys.argv[2]))
