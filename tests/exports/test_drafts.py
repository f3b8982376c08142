"""What is not published, or harmful, leaves in no file."""

import json
from collections.abc import Iterator
from csv import DictReader
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from api.exports.columns import harmless
from api.exports.formats import FORMATS
from curation.roles import make_roles
from registry.models import Citation, Deposit
from tests import records
from tests.databases import clone, database

MARK = "Xyzzy unpublished"


@pytest.fixture
def own_database(empty_database: str, django_db_blocker: Any) -> Iterator[None]:
    """Write what is really committed, for exports read on connections of their own; into a database that is dropped again."""
    with django_db_blocker.unblock(), clone(empty_database, f"{empty_database}_exports") as name, database(name):
        yield


def exported(format_: str) -> bytes:
    response = Client().get(f"/api/v1/deposits/export/?format={format_}")
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_drafts_leave_in_no_file_and_formulas_do_no_harm(own_database: None) -> None:
    with transaction.atomic():
        hidden = {kind: records.MAKERS[kind](record_status="draft", slug=f"hidden-{kind}") for kind in ("deposit", "source")}
        country = records.country(slug="QX", record_status="draft")
        Deposit.objects.filter(pk=hidden["deposit"].pk).update(name=MARK)
        shown = records.deposit(slug="shown", parent=hidden["deposit"], country=country, name='=cmd|"/c calc"!A1', at=(70, 50))
        Citation.objects.create(deposit=shown, source=hidden["source"])
        records.deposit(slug="other", name="-2+3", admin_area="@SUM(A1)", locality="+1", at=(71, 50))
    for format_ in ("csv", "geojsonseq", "geojson"):
        body = exported(format_).decode()
        assert "shown" in body
        for secret in (MARK, "hidden-deposit", "hidden-source", '"QX"', ",QX,"):
            assert secret not in body, format_
    rows = exported("csv").decode()
    assert ""","'=cmd|""/c calc""!A1",""" in rows
    for cell in ("'-2+3", "'@SUM(A1)", "'+1"):
        assert f",{cell}," in rows
    assert ",70,50," in rows, "numbers are left alone"
    import io

    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(exported("xlsx")))["deposits"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "b"}, "no formula"
    assert '=cmd|"/c calc"!A1' in {cell.value for cell in cells}


def test_a_curator_exports_what_a_list_shows_with_the_state_of_each(own_database: None) -> None:
    with transaction.atomic():
        records.deposit(slug="public-hill", name="Public hill", at=(70, 50))
        records.deposit(slug="draft-hill", name="=Draft hill", record_status="draft", cited=False, at=(71, 51))
        records.deposit(slug="valley", name="Valley", record_status="draft", cited=False)
        make_roles()
    people: Any = get_user_model()._default_manager
    auditor, nobody = (people.create_user(name, password="long-enough-1", is_staff=True) for name in ("audrey", "nobody"))
    auditor.groups.set(Group.objects.filter(name="Auditors"))
    client, address = Client(), "/admin/registry/deposit/export/"
    client.force_login(auditor)
    for format_ in FORMATS:
        response: Any = client.get(address, {"q": "hill", "_format": format_})
        body = b"".join(response.streaming_content)
        assert response.status_code == 200 and len(body) > 100, format_
        assert "no-store" in response["Cache-Control"] and "deposits-" in response["Content-Disposition"]
        if format_ == "csv":
            rows = list(DictReader(body.decode("utf-8-sig").splitlines()))
            said = {row["slug"]: (row["name"], row["record_status"]) for row in rows}
            assert said == {"public-hill": ("Public hill", "published"), "draft-hill": ("'=Draft hill", "draft")}
        if format_ == "geojson":
            found = {one["id"]: one["properties"]["record_status"] for one in json.loads(body)["features"]}
            assert found == {"public-hill": "published", "draft-hill": "draft"}
    drafts: Any = client.get(address, {"record_status__exact": "draft", "_format": "csv"})
    body = b"".join(drafts.streaming_content)
    assert b"valley" in body and b"public-hill" not in body
    for wrong in ({"_format": "pdf"}, {"_format": "csv", "nonsense": "1"}):
        assert client.get(address, wrong).status_code == 302
    client.force_login(nobody)
    assert client.get(address, {"_format": "csv"}).status_code == 403
    assert b"record_status" not in exported("csv") + exported("geojson"), "public files have no such column"


@pytest.mark.django_db
@given(text=st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40))
@settings(max_examples=60, deadline=None)
def test_harmless_in_sql_is_harmless_in_python(text: str) -> None:
    from django.db import connection

    from api.query.csv_table import _cell

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {harmless('%s::text')}", [text])
        assert cursor.fetchall() == [(_cell(text),)]
