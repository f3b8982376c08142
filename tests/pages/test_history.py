"""What changed in a record, and the sitemap."""

import io
from typing import Any

import pytest
from django.db import connection
from PIL import Image

from registry.models import Deposit
from registry.vocabularies import RecordStatus
from tests import records
from tests.explorer.conftest import Reader, words


@pytest.fixture
def changed(db: None) -> Any:
    """Make a deposit in two versions, each of its own time, as transactions of their own would write them."""
    hill = records.deposit(name="Hill", locality="near a river", at=(70, 45))
    Deposit.objects.filter(pk=hill.pk).update(locality="on a river")
    with connection.cursor() as cursor:
        for table in ("registry_deposithistory", "registry_citationhistory"):
            cursor.execute(
                f"UPDATE {table} h SET pgh_created_at = now() - interval '1 day' + pgh_id * interval '1 second'"
                " WHERE h.pgh_created_at >= now()"
            )
    return hill


@pytest.mark.django_db
def test_the_history_says_what_changed_from_version_to_version(reader: Reader, changed: Any) -> None:
    html = reader.read(f"/deposits/{changed.slug}/history/")
    assert "<del><bdi>near a river</bdi></del>" in html
    assert "<ins><bdi>on a river</bdi></ins>" in html
    assert "First version on record" in html
    assert words(html).count("By the registry; no reason was recorded.") == 2
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_deposithistory SET pgh_context = %s WHERE version = 2 AND pgh_obj_id = %s",
            ['{"user": 1, "reason": "The map of 1975 <shows> it."}', changed.pk],
        )
    assert "By a curator: The map of 1975 <shows> it." in words(reader.read(f"/deposits/{changed.slug}/history/"))


@pytest.mark.django_db
def test_a_version_is_read_as_it_was(reader: Reader, changed: Any) -> None:
    html = reader.read(f"/deposits/{changed.slug}/history/")
    first = html.split('<a href="/deposits/')[-1].split('"')[0]
    assert "near a river" in words(reader.read(f"/deposits/{first}"))


@pytest.mark.django_db
def test_a_draft_has_no_history(reader: Reader) -> None:
    hidden = records.deposit(name="Secret hill", record_status=RecordStatus.DRAFT)
    reader.read(f"/deposits/{hidden.slug}/history/", status=404)
    shown = records.deposit(name="Known hill")
    reader.read(f"/deposits/{shown.slug}/history/?before=x", status=400)


@pytest.mark.django_db
@pytest.mark.usefixtures("on_seed")
@pytest.mark.parametrize("address", ["/deposits/kutessay-ii/", "/sources/ca24-462/"])
def test_a_page_has_its_own_preview_picture(address: str) -> None:
    reader = Reader()
    html = reader.read(address)
    assert f'<meta property="og:image" content="http://testserver{address}preview.png">' in html
    answer = reader.get(f"{address}preview.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    assert answer.headers["ETag"]


@pytest.mark.django_db
@pytest.mark.usefixtures("on_seed")
def test_the_sitemap_leads_to_the_pages() -> None:
    reader = Reader()
    hidden = records.deposit(name="Secret hill", record_status=RecordStatus.DRAFT)
    index = reader.get("/sitemap.xml").content.decode()
    assert "http://testserver/sitemap-deposits-0.xml" in index
    assert "Sitemap: http://testserver/sitemap.xml" in reader.get("/robots.txt").content.decode()
    parts = [part.split("</loc>")[0].removeprefix("http://testserver") for part in index.split("<loc>")[1:]]
    deposits = "".join(reader.get(part).content.decode() for part in parts if "deposits" in part)
    assert "<loc>http://testserver/deposits/kutessay-ii/</loc><lastmod>20" in deposits
    assert hidden.slug not in deposits
    assert reader.get("/sitemap-nothing-0.xml").status_code == 404
