"""Doubles in the admin: found, compared side by side, merged or marked as distinct, by those who may."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.models import Deposit, DepositCommodity, Judgement, Name
from tests import records
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.curation.forms import read_form
from tests.curation.test_pages import stays_here

pytestmark = pytest.mark.django_db
LIST = "/admin/registry/deposit/duplicates/"
MERGED = [kind for kind in sorted(kinds.MAKERS) if kind not in ("country", *kinds.PARTS)]


def two(**given: Any) -> tuple[Any, Any]:
    """Give two records that look like one; the first is likelier to go."""
    country = kinds.any_country()
    stays = records.deposit(name="Kundybai", country=country, at=(60.83, 51.99), **given)
    gone = records.deposit(name="Кундыбай", country=country, at=(60.80, 51.90), host_rock="weathered crust")
    return gone, stays


def page_of(gone: Any, stays: Any) -> str:
    return f"/admin/registry/{gone._meta.model_name}/{gone.pk}/merge/{stays.pk}/"


SURE = {"_reason": "same pit, same row of the inventory", "_sure": "on"}


def test_a_record_shows_what_may_be_the_same_with_score_and_parts(admin: Curator) -> None:
    gone, stays = two()
    html = admin.get(kinds.address(stays)).content.decode()
    card = html[html.index('id="doubles"') : html.index("Identity")]
    assert "Кундыбай" in card and page_of(gone, stays) in card and "Likely" in card
    assert re.search(r"<b>Name</b> the same", card) and re.search(r"<b>Place</b> 10 km apart", card)
    stays_here(html)


def test_the_list_shows_each_pair_once_best_first(admin: Curator) -> None:
    gone, stays = two()
    other = records.deposit(name="Kundybai", country=stays.country)
    html = admin.get(LIST).content.decode()
    found = re.findall(r'href="(/admin/registry/deposit/\d+/merge/\d+/)"', html)
    assert found[0] == page_of(gone, stays) and len(found) == len(set(found)) == 3
    assert page_of(other, stays) in found
    scores = [float(s) for s in re.findall(r'class="score">([\d.]+)<', html)]
    assert scores == sorted(scores, reverse=True) and "3 records checked" in html
    stays_here(html)


def test_the_list_goes_on_where_a_page_ends(admin: Curator, monkeypatch: pytest.MonkeyPatch) -> None:
    from curation.merging import duplicates

    monkeypatch.setattr(duplicates, "_AT_ONCE", 2)
    monkeypatch.setattr(duplicates, "_ENOUGH", 1)
    for number in range(3):
        for _ in range(2):
            records.deposit(name=f"Akbulak {number}{number}{number}", at=(60.0 + number * 5, 50.0))
    seen, address = [], LIST
    for _ in range(9):
        html = admin.get(address).content.decode()
        seen += re.findall(r'href="(/admin/registry/deposit/\d+/merge/\d+/)"', html)
        following = re.search(r'href="(\?before=\d+)" rel="next"', html)
        if not following:
            break
        address = LIST + following[1]
    assert len(seen) == len(set(seen)) == 3 and not following


def test_the_list_asks_as_much_for_many_as_for_few(admin: Curator) -> None:
    two()
    with CaptureQueriesContext(connection) as few:
        admin.get(LIST)
    for _ in range(5):
        two()
    with CaptureQueriesContext(connection) as many:
        admin.get(LIST)
    assert len(many) <= len(few) <= 14


def test_both_stand_side_by_side_with_distance_map_and_what_moves(admin: Curator) -> None:
    gone, stays = two()
    commodity = records.commodity(name="cerium")
    DepositCommodity.objects.create(deposit=gone, commodity=commodity, role="trace")
    DepositCommodity.objects.create(deposit=stays, commodity=commodity, role="main")
    Name.objects.create(deposit=gone, text="Kundibay", language="kk-Latn")
    html = admin.get(page_of(gone, stays)).content.decode()
    assert (
        "Between the two locations: <b>10 km</b>" in html and '"stays": {"type": "Point"' in html and "data-merge-map" in html
    )
    assert "Kundibay (kk-Latn)" in html and "p. 1" in html
    assert re.search(r"<b>–</b> commodities; both have already: 1", html)
    assert re.search(r"role: <ins>Main[^<]*</ins> is kept, <del>Trace[^<]*</del> is dropped", html)
    stays_here(html)


def test_a_merge_from_the_page(admin: Curator, api: Any) -> None:
    gone, stays = two()
    response = admin.send(page_of(gone, stays), SURE, button="_merge")
    assert response.status_code == 302 and response["Location"] == kinds.address(stays)
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert (gone.record_status, gone.merged_into_id) == ("merged", stays.pk)
    assert stays.host_rock == "weathered crust", "the page offers what the survivor does not say, and shows that it does"
    assert api.get(f"/api/v1/deposits/{gone.slug}/")["Location"].endswith(f"/{stays.slug}/")
    assert {str(entry.object_id) for entry in LogEntry.objects.order_by("-pk")} == {str(gone.pk), str(stays.pk)}


def test_what_was_chosen_stays_and_is_still_chosen_after_a_refusal(admin: Curator) -> None:
    gone, stays = two(host_rock="granite")
    form = admin.open(page_of(gone, stays))
    assert form.data["take-host_rock"] == form.data["take-name"] == ["stays"]
    refused = admin.send(page_of(gone, stays), {"take-name": "gone", "_reason": "the same"}, form, button="_merge")
    said = read_form(refused.content.decode())
    assert "Tick the box" in said.said and said.data["take-name"] == ["gone"] and said.data["_reason"] == "the same"
    assert admin.send(page_of(gone, stays), SURE, said, button="_merge").status_code == 302
    stays.refresh_from_db()
    assert (stays.name, stays.host_rock) == ("Кундыбай", "granite")


def test_the_other_can_be_kept(admin: Curator) -> None:
    gone, stays = two()
    html = admin.get(page_of(gone, stays)).content.decode()
    assert f'href="{page_of(stays, gone)}"' in html
    assert admin.send(page_of(stays, gone), SURE, button="_merge").status_code == 302
    assert Deposit.objects.get(pk=stays.pk).merged_into_id == gone.pk


def test_a_reason_is_asked_for(admin: Curator) -> None:
    gone, stays = two()
    response = admin.send(page_of(gone, stays), {"_sure": "on"}, button="_merge")
    assert response.status_code == 200 and "A reason for the merge" in read_form(response.content.decode()).said


def test_two_that_are_not_one_are_not_proposed_again(editor: Curator) -> None:
    gone, stays = two()
    assert editor.send(page_of(gone, stays), {"_reason": "two valleys"}, button="_apart").status_code == 302
    (held,) = Judgement.objects.all()
    assert (held.one_id, held.other_id, held.verdict, held.reason) == (stays.pk, gone.pk, "different", "two valleys")
    assert held.decided_by == editor.user
    assert "There are no possible duplicates" in editor.get(LIST).content.decode()
    assert page_of(gone, stays) not in editor.get(kinds.address(stays)).content.decode()
    assert "two valleys" in editor.get(page_of(gone, stays)).content.decode()


def test_what_nobody_can_tell_is_listed_by_itself_and_can_be_judged_again(editor: Curator) -> None:
    gone, stays = two()
    assert "State the reason" in read_form(editor.send(page_of(gone, stays), {}, button="_unsure").content.decode()).said
    assert editor.send(page_of(gone, stays), {"_reason": "no location"}, button="_unsure").status_code == 302
    queue = editor.get(LIST).content.decode()
    assert "There are no possible duplicates" in queue and "1 that nobody could tell" in queue
    listed = "/admin/registry/deposit/judgements/"
    html = editor.get(listed, {"verdict": "unsure"}).content.decode()
    assert "no location" in html and page_of(gone, stays) in html and editor.user.username in html
    assert "There are none" in editor.get(listed, {"verdict": "same"}).content.decode()
    stays_here(html)
    assert editor.send(page_of(gone, stays), {"_reason": "a map shows it"}, button="_judge_again").status_code == 302
    assert not Judgement.objects.exists() and page_of(gone, stays) in editor.get(LIST).content.decode()


def test_a_merge_is_taken_back_with_a_preview_and_a_reason(reviewer: Curator, editor: Curator, api: Any) -> None:
    gone, stays = two()
    Name.objects.create(deposit=gone, text="Kundibay")
    reviewer.send(page_of(gone, stays), SURE, button="_merge")
    page = f"/admin/registry/deposit/{gone.pk}/take-back/"
    assert page in reviewer.get(kinds.address(gone)).content.decode()
    assert page in reviewer.get("/admin/registry/deposit/judgements/").content.decode()
    html = reviewer.get(page).content.decode()
    assert SURE["_reason"] in html and "has its earlier value of: host rock" in html and "as before: 2" in html
    stays_here(html)
    assert "_take_back" not in editor.get(page).content.decode()
    refused = reviewer.send(page, {}, button="_take_back")
    assert refused.status_code == 200 and "reason" in read_form(refused.content.decode()).said
    assert reviewer.send(page, {"_reason": "two valleys"}, button="_take_back")["Location"] == kinds.address(gone)
    assert api.json(f"/api/v1/deposits/{gone.slug}/?fields=slug") == {"slug": gone.slug}
    assert reviewer.get(page)["Location"] == kinds.address(gone), "it is not merged any more"
    for record in (gone, stays):
        event = record.history.latest("pgh_id")
        assert (event.pgh_context["reason"], event.pgh_context["user"]) == ("two valleys", reviewer.user.pk)


def test_a_merge_that_cannot_be_taken_back_says_so_before_it_is_tried(reviewer: Curator) -> None:
    gone, stays = two()
    third = records.deposit(name="Kundybai", country=stays.country)
    reviewer.send(page_of(gone, stays), SURE, button="_merge")
    reviewer.send(page_of(stays, third), SURE, button="_merge")
    html = reviewer.get(f"/admin/registry/deposit/{gone.pk}/take-back/").content.decode()
    assert "Take that merge back first" in html and "_take_back" not in html
    assert reviewer.get("/admin/registry/deposit/999999999/take-back/").status_code == 302
    assert reviewer.get(f"/admin/registry/deposit/{'9' * 40}/take-back/").status_code == 302


def test_editors_compare_and_reviewers_merge(editor: Curator, reviewer: Curator) -> None:
    gone, stays = two()
    html = editor.get(page_of(gone, stays)).content.decode()
    assert 'name="_merge"' not in html and "Only reviewers can merge" in html
    response = editor.send(page_of(gone, stays), SURE, button="_merge")
    assert response.status_code == 200 and "ask a reviewer" in response.content.decode()
    assert Deposit.objects.get(pk=gone.pk).record_status == "published"
    assert reviewer.send(page_of(gone, stays), SURE, button="_merge").status_code == 302


@pytest.mark.parametrize("kind", MERGED)
def test_every_kind_can_be_compared_and_merged(kind: str, admin: Curator) -> None:
    one, other = kinds.MAKERS[kind](rows=2), kinds.MAKERS[kind](rows=2)
    form = admin.open(page_of(one, other))
    stays_here(form.html)
    response = admin.send(page_of(one, other), SURE, form, button="_merge")
    assert response.status_code == 302, read_form(response.content.decode()).said
    one.refresh_from_db()
    assert one.merged_into_id == other.pk
    for page in (kinds.address(one), kinds.address(one, "history"), kinds.address(other), kinds.address(other, "history")):
        stays_here(admin.get(page).content.decode())


def test_a_merged_record_is_shown_as_it_was_and_cannot_be_changed(admin: Curator) -> None:
    gone, stays = two()
    admin.send(page_of(gone, stays), SURE, button="_merge")
    html = admin.get(kinds.address(gone)).content.decode()
    assert "was merged into" in html and kinds.address(stays) in html
    assert 'name="_save"' not in html and 'name="_step"' not in html and "deletelink" not in html
    assert admin.get(page_of(gone, stays))["Location"] == kinds.address(stays)


def test_both_histories_are_kept_and_lead_to_each_other(admin: Curator) -> None:
    gone, stays = two()
    admin.send(kinds.address(gone), {"age": "Triassic"})
    admin.send(page_of(gone, stays), {**SURE, "take-age": "stays"}, button="_merge")
    old = admin.get(kinds.address(gone, "history")).content.decode()
    assert "Triassic" in old and SURE["_reason"] in old and kinds.address(stays, "history") in old
    new = admin.get(kinds.address(stays, "history")).content.decode()
    assert SURE["_reason"] in new and kinds.address(gone, "history") in new and ">moved<" in new


def test_a_merged_record_is_not_offered_for_choice(admin: Curator) -> None:
    gone, stays = two()
    asked = {"app_label": "registry", "model_name": "deposit", "field_name": "parent", "term": gone.slug}
    assert len(admin.get("/admin/autocomplete/", asked).json()["results"]) == 1
    admin.send(page_of(gone, stays), SURE, button="_merge")
    assert admin.get("/admin/autocomplete/", asked).json()["results"] == []
    asked = {"app_label": "registry", "model_name": "findingsubject", "term": gone.slug}
    assert admin.get("/admin/find/", asked).json()["results"] == []


def test_another_record_is_found_by_its_slug(admin: Curator) -> None:
    gone, stays = two()
    ask = f"/admin/registry/deposit/{gone.pk}/merge/"
    assert admin.get(ask, {"with": stays.slug.upper()})["Location"] == page_of(gone, stays)
    for wrong in ("", "no-such", gone.slug, "\x00", "x" * 5000, "'; --"):
        assert admin.get(ask, {"with": wrong})["Location"] == kinds.address(gone)
    assert admin.get("/admin/registry/deposit/999999/merge/", {"with": "x"})["Location"] == "/admin/registry/deposit/"
