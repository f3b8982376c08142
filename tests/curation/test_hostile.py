"""Whatever is sent, the admin answers in words or with 4xx, never with 500, and saves nothing by accident."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from registry.models import Deposit
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.curation.forms import messages

pytestmark = pytest.mark.django_db

JUNK: dict[str, str] = {
    "null bytes": "a\x00b",
    "markup": "<script>alert(1)</script>{{ 7 }}%s%(x)s' OR 1=1 --",
    "a lone surrogate": "\ud800",
    "a huge number": "9" * 400,
    "a negative number": "-1",
    "not a number": "NaN",
    "an infinite number": "1e999",
    "a list": '["a", {"b": null}]',
    "deep JSON": "[" * 5000,
    "JSON with a null character": '{"a": "\\u0000"}',
    "infinite JSON": '{"a": 1e999}',
    "right to left": "\u202e\u200b\ufeff",
    "very long": "x" * 100_000,
    "a half geometry": "POLYGON((0 0, 1 1",
    "a place in no range": "POINT(1000 1000)",
    "many brackets": "GEOMETRYCOLLECTION(" * 2000,
}


def events(record: Any) -> int:
    return type(record).history.rel.related_model.objects.count()  # type: ignore[no-any-return]


@contextmanager
def undone() -> Iterator[None]:
    """Take back what was saved, so that a form that was opened once may be sent again."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def some_junk(kind: str) -> dict[str, str]:
    """All goes into the form of a deposit, a fifth into those of other kinds, another fifth from kind to kind."""
    return JUNK if kind == "deposit" else dict(list(JUNK.items())[sorted(kinds.MAKERS).index(kind) % 5 :: 5])


@pytest.mark.parametrize("kind", sorted(kinds.MAKERS))
def test_junk_in_every_field_of_a_form(kind: str, admin: Curator) -> None:
    record = kinds.MAKERS[kind]()
    form = admin.open(kinds.address(record))
    kept = {
        name for name in form.data if name.endswith(("_FORMS", "-id")) or name.startswith("_") or name == "csrfmiddlewaretoken"
    }
    before = events(record)
    for name, junk in some_junk(kind).items():
        sent = junk.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        response = admin.post(
            kinds.address(record), {**dict.fromkeys(form.data, sent), **{k: form.data[k] for k in kept}, "_save": "1"}
        )
        assert response.status_code in (200, 302, 400), (name, response.status_code)
    assert events(record) == before


FIELDS = ["name", "slug", "location", "footprint", "description", "citations-0-stated_value", "citations-0-note", "_reason"]


@pytest.mark.parametrize("field", FIELDS)
def test_junk_in_one_field_at_a_time(field: str, admin: Curator) -> None:
    """Each value in two fields, each field with four values: all of them in all fields at once is the test before."""
    page = kinds.address(records.deposit(record_status="draft"))
    form = admin.open(page)
    for n, (junk, value) in enumerate(sorted(JUNK.items())):
        if (FIELDS.index(field) - n) % len(FIELDS) not in (0, 3):
            continue
        with undone():
            response = admin.send(page, {field: value.encode("utf-8", "replace").decode()}, form)
        assert response.status_code in (200, 302), junk
        if junk == "null bytes":
            assert response.status_code == 200 and "null" in response.content.decode().lower()


@pytest.mark.parametrize("kind", ["deposit", "resourceestimate", "finding", "license", "policyframework", "disagreement"])
def test_a_form_for_a_new_record_filled_with_junk(kind: str, admin: Curator) -> None:
    form = admin.open(f"/admin/registry/{kind}/add/")
    for name, junk in some_junk(kind).items():
        sent = junk.encode("utf-8", "replace").decode()
        data = {key: value if key.endswith("_FORMS") else sent for key, value in form.data.items()}
        assert admin.post(f"/admin/registry/{kind}/add/", {**data, "_save": "1"}).status_code in (200, 302, 400), name


TAMPERED = [
    {"citations-TOTAL_FORMS": "100000000"},
    {"citations-TOTAL_FORMS": "-1"},
    {"citations-TOTAL_FORMS": "x"},
    {"citations-INITIAL_FORMS": "50"},
    {"citations-INITIAL_FORMS": ""},
    {"citations-0-id": "x"},
    {"citations-0-id": "9" * 40},
    {"citations-0-id": "1, 2"},
    {"citations-0-source": "9" * 40},
    {"citations-0-source": "x"},
    {"citations-0-source": "999999999"},
    {"citations-0-deposit": "7"},
    {"country": "0x1"},
    {"parent": "-5"},
    {"_step": "destroy"},
    {"_step": "merge"},
    {"_seen": "x" * 1000},
    {"_version": "1 OR 1=1"},
    {"_snapshot": "1:2:" + "3," * 1000},
    {"_to_field": "password"},
    {"_popup": "1"},
    {"_saveasnew": "1"},
]


def test_a_form_that_was_tampered_with(admin: Curator) -> None:
    deposit = records.deposit(name="Kutessay")
    form = admin.open(kinds.address(deposit))
    for changes in TAMPERED:
        with undone():
            response = admin.send(kinds.address(deposit), changes, form)
            assert response.status_code in (200, 302, 400), changes
            assert list(Deposit.objects.values_list("name", "record_status")) == [("Kutessay", "published")], changes
            assert deposit.citations.count() == 1, changes


def test_a_number_of_forms_alone_makes_none(admin: Curator) -> None:
    """A hundred million forms that were never sent took 42 s to draw."""
    deposit = records.deposit()
    sent = admin.open(kinds.address(deposit)).html.count('name="citations-')
    answer = admin.send(kinds.address(deposit), {"citations-TOTAL_FORMS": "100000000", "name": ""}).content.decode()
    assert answer.count('name="citations-') == sent, "shown again, for it has no name, with the rows that it had"


def test_a_citation_of_another_record_cannot_be_taken_over(admin: Curator) -> None:
    mine, other = records.deposit(), records.deposit()
    theirs = other.citations.get()
    admin.send(kinds.address(mine), {"citations-0-id": str(theirs.pk), "citations-0-note": "taken"})
    theirs.refresh_from_db()
    assert (theirs.deposit, theirs.note) == (other, "")


def test_ten_megabytes_are_refused(admin: Curator) -> None:
    deposit = records.deposit()
    for content_type in ("application/x-www-form-urlencoded", None):
        data = admin.open(kinds.address(deposit)).data | {"description": "x" * 10_000_000}
        if content_type:
            from urllib.parse import urlencode

            response = admin.post(kinds.address(deposit), urlencode(data, doseq=True), content_type=content_type)
        else:
            response = admin.post(kinds.address(deposit), data)
        assert response.status_code == 400
    assert Deposit.objects.get().description == ""


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 5000,
        "q=%F0%9F%92%A9",
        "q=%25%5F%5C",
        "q=dossier:",
        "q=:",
        "o=999.-999.x",
        "p=999999",
        "p=-1",
        "p=x",
        "all=1",
        "e=1",
        "record_status__exact=%00",
        "record_status__exact=nothing",
        "country__id__exact=x",
        "country__id__exact=" + "9" * 40,
        "country__boundary__intersects=x",
        "name__regex=(((",
        "citations__source__title=x",
        "warning=%00",
        "warning=x",
        "nothing=1",
        "_to_field=id",
        "_to_field=uid",
        "_facets=1",
    ],
)
def test_lists_with_odd_addresses(query: str, admin: Curator) -> None:
    records.deposit()
    for kind in ("deposit", "source"):
        response = admin.get(f"/admin/registry/{kind}/?{query}", follow=True)
        assert response.status_code in (200, 400, 403), query


@pytest.mark.parametrize("key", ["0", "-1", "x", "9" * 40, "1_00", "%00", "..%2F", "1/../2", "é"])
def test_records_that_are_not_there(key: str, admin: Curator) -> None:
    for page in ("change", "history", "delete"):
        response = admin.get(f"/admin/registry/deposit/{key}/{page}/", follow=True)
        assert response.status_code in (200, 404, 400), (key, page)
        response = admin.post(f"/admin/registry/deposit/{key}/{page}/", {"post": "yes"})
        assert response.status_code in (302, 404, 400, 403, 405), (key, page)


@pytest.mark.parametrize(
    "data",
    [
        {"action": "publish", "_selected_action": ["x", "9" * 40], "index": "0"},
        {"action": "publish", "_selected_action": ["1"], "index": "0", "reason": "a\x00b"},
        {"action": "publish", "_selected_action": ["1"], "index": "0", "reason": "x" * 5000},
        {"action": "delete_selected", "_selected_action": ["1"], "index": "0"},
        {"action": "__class__", "_selected_action": ["1"], "index": "0"},
        {"action": "publish", "select_across": "1", "_selected_action": ["1"], "index": "x"},
    ],
)
def test_actions_with_odd_data(data: dict[str, Any], admin: Curator) -> None:
    deposit = records.deposit(record_status="draft")
    response = admin.post("/admin/registry/deposit/", {**data})
    assert response.status_code in (200, 302, 400)
    assert Deposit.objects.get(pk=deposit.pk).record_status in ("draft", "published")


@pytest.mark.parametrize("junk", sorted(JUNK))
@pytest.mark.parametrize("kind", ["point", "outline", "nothing"])
def test_the_reader_of_places_answers_in_words(kind: str, junk: str, admin: Curator) -> None:
    text = JUNK[junk].encode("utf-8", "replace").decode()
    response = admin.post("/admin/read-place/", {"kind": kind, "text": text, "country": text[:50]})
    assert response.status_code == 200 and ("error" in response.json() or "empty" in response.json())


def test_the_reader_of_places_says_what_saving_would(admin: Curator) -> None:
    home = records.country(name="Kyrgyzstan", boundary=records.square(70, 40, 10))
    answer = admin.post("/admin/read-place/", {"kind": "point", "text": "42°40′ с.ш. 76°10′ в.д.", "country": home.pk}).json()
    assert answer["understood"] == "42°40′00″ N, 76°10′00″ E, printed to ten minutes ≈ ±9.3 km"
    assert (answer["uncertainty_m"], answer["lies"], answer["outside"]) == (9270, "In Kyrgyzstan.", False)
    swapped = admin.post("/admin/read-place/", {"kind": "point", "text": "76.1, 42.6", "country": home.pk}).json()
    assert swapped["outside"] and "latitude and longitude exchanged" in swapped["lies"]
    far = admin.post("/admin/read-place/", {"kind": "point", "text": "10, 10", "country": home.pk}).json()
    assert far["lies"] == "In no country with a boundary in the registry. That is outside the stated country."
    assert admin.post("/admin/read-place/", {"kind": "point", "text": " "}).json() == {"empty": True}
    assert admin.get("/admin/read-place/").status_code == 405


@pytest.mark.parametrize("junk", sorted(JUNK))
def test_small_answers_to_odd_questions(junk: str, admin: Curator) -> None:
    text = JUNK[junk].encode("utf-8", "replace").decode()[:3000]
    asked = {"app_label": "registry", "model_name": "deposit", "field_name": "country"}
    for changes in ({"term": text}, {"page": text}, {"field_name": text}, {"model_name": text}, {"app_label": text}):
        assert admin.get("/admin/autocomplete/", {**asked, **changes}).status_code in (200, 400, 403, 404)
        assert admin.get("/admin/find/", {**asked, "model_name": "findingsubject", **changes}).status_code in (200, 400, 403)
    assert admin.get("/admin/slug/", {"model": "deposit", "text": text}).status_code == 200
    assert admin.get("/admin/slug/", {"model": text, "text": "a"}).status_code == 403


def test_a_form_from_another_site_is_refused() -> None:
    from django.contrib.auth import get_user_model
    from django.test import Client

    user = get_user_model()._default_manager.create_superuser(username="head", password="long-enough-1")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    deposit = records.deposit(name="Kutessay")
    assert client.post(kinds.address(deposit), {"name": "Other"}).status_code == 403
    assert client.post("/admin/read-place/", {"kind": "point", "text": "1, 2"}).status_code == 403


def test_what_curators_write_is_shown_as_text(admin: Curator) -> None:
    evil = "<img src=x onerror=alert(1)>"
    deposit = records.deposit(name=evil, host_rock=evil)
    deposit.citations.update(locator=evil)
    records.estimate(deposit=deposit)
    pages = ["/admin/", "/admin/registry/deposit/", kinds.address(deposit), kinds.address(deposit, "history")]
    admin.send(kinds.address(deposit), {"_reason": evil, "age": "old"})
    for page in pages:
        assert evil not in admin.get(page).content.decode(), page
    found = admin.get(
        "/admin/autocomplete/", {"app_label": "registry", "model_name": "deposit", "field_name": "parent", "term": "img"}
    )
    assert found["Content-Type"] == "application/json"


@pytest.mark.parametrize("reason", ["a\x00b", "x" * 10_000])
def test_a_reason_that_the_history_cannot_keep(reason: str, admin: Curator) -> None:
    draft = records.deposit(record_status="draft", cited=False)
    for action, sent in {"delete": {"post": "yes"}, "revert": {"_transaction": "1"}, "note": {"_note": reason}}.items():
        response = admin.post(kinds.address(draft, action), {**sent, "_reason": reason})
        assert response.status_code == 302, action
    assert Deposit.objects.filter(pk=draft.pk).exists(), "a reason that was refused deletes nothing"
    admin.post(kinds.address(draft, "delete"), {"post": "yes"})
    said = admin.post("/admin/bin/", {"_kind": "deposit", "_key": str(draft.pk), "_reason": reason}, follow=True)
    assert "reason" in messages(said)[-1] and not Deposit.objects.exists()
