"""What a source supports, and what would be left without it."""

from typing import Any

import pytest

from registry.models import Citation, Source
from tests import records
from tests.curation.conftest import Curator

pytestmark = pytest.mark.django_db


def test_a_source_lists_what_it_supports_and_what_would_be_left(editor: Curator) -> None:
    one, other = records.source(title="<b>One</b>"), records.source(title="Other")
    both: Any = records.deposit(name="Both", age="Devonian", cited=False, record_status="draft")
    for source, fields in ((one, ["name", "age"]), (other, ["name"])):
        Citation.objects.create(deposit=both, source=source, fields=fields, locator=f"p. {source.pk}")
    type(both).objects.filter(pk=both.pk).update(record_status="published")
    page = editor.get(f"/admin/registry/source/{one.pk}/supports/").content.decode()
    assert f"p. {one.pk}" in page and "<code>age</code>" in page and "<b>One" not in page
    left = page.partition("citation</h2>")[2].partition("</section>")[0]
    assert "Both" in left and "<code>age</code>" in left and "<code>name</code>" not in left
    assert "Nothing: all that it supports" in editor.get(f"/admin/registry/source/{other.pk}/supports/").content.decode()
    assert set(Source.objects.values_list("record_status", flat=True)) == {"published"}, "looking changes nothing"
    assert (
        f"/admin/registry/source/{one.pk}/supports/" in editor.get(f"/admin/registry/source/{one.pk}/change/").content.decode()
    )
    assert editor.get("/admin/registry/source/999999/supports/").status_code == 302
    editor.user.groups.clear()
    assert editor.get(f"/admin/registry/source/{one.pk}/supports/").status_code == 403


def test_a_withdrawal_that_is_refused_shows_what_would_be_left(reviewer: Curator) -> None:
    one, other = records.source(title="One"), records.source(title="Other")
    bare: Any = records.deposit(name="Akbulak", age="Devonian", cited=False, record_status="draft")
    Citation.objects.create(deposit=bare, source=one, fields=["name", "age"])
    type(bare).objects.filter(pk=bare.pk).update(record_status="published")
    address = f"/admin/registry/source/{one.pk}/change/"
    assert "left-title" not in reviewer.get(address).content.decode()
    refused = reviewer.send(address, {"_reason": "doubtful"}, button="_step=withdraw").content.decode()
    left = refused.partition('id="left-title"')[2].partition("</section>")[0]
    assert "Akbulak" in left and "<code>age</code>" in left and "<code>name</code>" in left
    assert reviewer.send(f"/admin/registry/source/{other.pk}/change/", button="_step=withdraw").status_code == 302
    assert dict(Source.objects.values_list("title", "record_status")) == {"One": "published", "Other": "withdrawn"}
