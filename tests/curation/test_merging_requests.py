"""What the pages of merging do with requests that no button of theirs makes."""

from typing import Any

import pytest

from registry.models import Citation, Deposit, Name
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.curation.forms import read_form
from tests.curation.test_merging import LIST, SURE, page_of, two


@pytest.mark.parametrize(
    "changes",
    [
        {"take-nonsense": "gone"},
        {"take-slug": "gone"},
        {"take-": "gone"},
        {"take-" + "x" * 500: "gone"},
        {"_versions": ""},
        {"_versions": "1"},
        {"_versions": "1-" + "9" * 30},
        {"_versions": "٣-٣"},
        {"_reason": "x" * 501},
        {"_reason": "a\x00b"},
        {"_sure": ""},
    ],
)
def test_what_a_stranger_could_send_is_refused_in_words(changes: dict[str, str], admin: Curator) -> None:
    gone, stays = two()
    response = admin.send(page_of(gone, stays), {**SURE, **changes}, button="_merge")
    assert response.status_code == 200 and read_form(response.content.decode()).said
    assert Deposit.objects.get(pk=gone.pk).record_status == "published"


def test_addresses_that_make_no_sense(admin: Curator) -> None:
    deposit = records.deposit()
    for page in (
        f"{deposit.pk}/merge/{deposit.pk}/",
        f"{deposit.pk}/merge/999999999/",
        f"{deposit.pk}/merge/{'9' * 40}/",
        f"{'9' * 40}/merge/",
    ):
        assert admin.get(f"/admin/registry/deposit/{page}").status_code == 302, page
    for query in ("?before=x", "?before=-1", "?before=" + "9" * 40, "?before=%00"):
        assert admin.get(LIST + query).status_code == 200, query
    assert admin.get("/admin/registry/country/duplicates/").status_code == 403
    one, other = kinds.any_country(), kinds.any_country()
    assert admin.get(page_of(one, other)).status_code == 403


def test_names_and_reasons_are_escaped(admin: Curator) -> None:
    evil = "<script>alert(1)</script>"
    one, other = records.deposit(name=evil, host_rock=evil), records.deposit(name=f"{evil} II", host_rock="granite")
    Name.objects.create(deposit=one, text=f"{evil} other")
    Citation.objects.create(deposit=one, source=records.source(title=evil), fields=["host_rock"], locator=evil)
    for page in (page_of(one, other), LIST, kinds.address(one)):
        assert evil not in admin.get(page).content.decode(), page
    refused = admin.send(page_of(one, other), {"_reason": evil}, button="_merge")
    assert evil not in refused.content.decode()


def test_strangers_are_sent_to_sign_in(client: Any, roles: None) -> None:
    from tests.curation.conftest import signed_in

    gone, stays = two()
    for page in (LIST, page_of(gone, stays), f"/admin/registry/deposit/{gone.pk}/merge/?with={stays.slug}"):
        assert "/login/" in client.get(page)["Location"]
        assert signed_in(f"sam{len(page)}").get(page).status_code == 403
