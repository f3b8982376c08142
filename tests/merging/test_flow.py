"""What a merge does to two records: who may, what stays, what keeps the rest, and when it is refused."""

from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction

from registry.curation import CurationError, open_steps
from registry.matching.judgements import judgement_of, judgement_take_back, records_judge
from registry.merging import MergeError, plan_of, record_merge
from registry.models import (
    Citation,
    Deposit,
    DepositCommodity,
    DepositParty,
    Disagreement,
    DisagreementMember,
    ExternalId,
    Judgement,
    License,
    LicenseParty,
    Name,
)
from registry.vocabularies import Verdict
from tests import records
from tests.constraints.refusals import refused
from tests.curation import kinds
from tests.curation.conftest import Curator, signed_in

pytestmark = pytest.mark.django_db


def merge(record: Any, into: Any, admin: Curator, **given: Any) -> Any:
    record_merge(record=record, into=into, user=admin.user, **{"reason": "one and the same", **given})
    into.refresh_from_db()
    return into


def names(record: Any) -> set[tuple[str, str]]:
    return set(record.names.values_list("text", "kind"))


def test_reviewers_may_merge_and_editors_may_not(reviewer: Curator, editor: Curator) -> None:
    one, other = records.deposit(), records.deposit()
    with pytest.raises(MergeError, match="ask a reviewer"):
        record_merge(record=one, into=other, user=editor.user, reason="the same")
    record_merge(record=one, into=other, user=reviewer.user, reason="the same")
    assert Deposit.objects.get(pk=one.pk).merged_into_id == other.pk


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "a\x00b"])
def test_a_reason_is_needed_and_kept(reason: str, admin: Curator) -> None:
    one, other = records.deposit(), records.deposit()
    with pytest.raises(MergeError):
        merge(one, other, admin, reason=reason)
    merge(one, other, admin, reason="the same pit")
    event = Deposit.history.rel.related_model.objects.filter(id=one.pk).latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context["reason"] == "the same pit" and event.pgh_context["user"] == admin.user.pk
    assert event.record_status == "merged" and event.merged_into_id == other.pk


def test_the_fields_of_the_survivor_stay(admin: Curator) -> None:
    one = records.deposit(name="Akbulak", host_rock="syenite", age="Permian", discovery_year=1950)
    other = records.deposit(name="Ak-Bulak", host_rock="granite")
    merge(one, other, admin)
    assert (other.name, other.host_rock, other.age, other.discovery_year) == ("Ak-Bulak", "granite", None, None)
    one.refresh_from_db()
    assert (one.name, one.host_rock) == ("Akbulak", "syenite"), "the merged record keeps what it said"


def test_values_are_taken_only_where_somebody_chose_them(admin: Curator) -> None:
    one = records.deposit(name="Akbulak", host_rock="syenite", age="Permian", at=(60.0, 50.0))
    Deposit.objects.filter(pk=one.pk).update(location_uncertainty_m=90.0, uncertainty_basis="stated")
    one.refresh_from_db()
    other = records.deposit(name="Ak-Bulak", host_rock="granite")
    merge(one, other, admin, take={"name", "age", "location"})
    assert (other.name, other.host_rock, other.age) == ("Akbulak", "granite", "Permian")
    assert other.location.coords == (60.0, 50.0) and (other.location_kind, other.location_uncertainty_m) == ("reported", 90.0)
    assert names(other) == {("Akbulak", "preferred"), ("Ak-Bulak", "alternate")}


@pytest.mark.parametrize("take", [{"nonsense"}, {"slug"}, {"record_status"}, {"name"}, {"x" * 9000}])
def test_a_choice_that_is_none_is_refused(take: set[str], admin: Curator) -> None:
    one, other = records.deposit(name="Akbulak"), records.deposit(name="Akbulak")
    with pytest.raises(MergeError, match="do not differ"):
        merge(one, other, admin, take=take)


def test_names_follow_and_none_is_said_twice(admin: Curator) -> None:
    one, other = records.deposit(name="Кундыбай"), records.deposit(name="Kundybai")
    for text in ("Kundybay", "Kundybai"):
        Name.objects.create(deposit=one, text=text)
    Name.objects.create(deposit=other, text="Kundybay")
    merge(one, other, admin)
    assert sorted(names(other)) == [
        ("Kundybai", "alternate"),
        ("Kundybai", "preferred"),
        ("Kundybay", "alternate"),
        ("Кундыбай", "alternate"),
    ]


def test_commodities_without_doubles_and_the_survivors_role_stays(admin: Curator) -> None:
    one, other, shared, own = records.deposit(), records.deposit(), records.commodity(), records.commodity()
    DepositCommodity.objects.create(deposit=one, commodity=shared, role="trace")
    DepositCommodity.objects.create(deposit=one, commodity=own, role="by_product")
    DepositCommodity.objects.create(deposit=other, commodity=shared, role="main")
    (move,) = [m for m in plan_of(one, other).moves if m.relation.model is DepositCommodity]
    assert (move.moved, move.doubled) == (1, 1)
    assert [(f.name, stays, goes) for f, stays, goes in move.twins[0].differs] == [("role", "main", "trace")]
    merge(one, other, admin)
    assert set(other.commodities.values_list("commodity", "role")) == {(shared.pk, "main"), (own.pk, "by_product")}


def test_what_hangs_on_a_row_that_both_have_moves_to_the_row_that_stays(admin: Curator) -> None:
    one, other, source = records.deposit(), records.deposit(), records.source()
    gone, stays = (Citation.objects.create(source=source, deposit=d, locator="p. 7") for d in (one, other))
    identity = ExternalId.objects.create(citation=gone, scheme="dossier", value="c-1")
    side = DisagreementMember.objects.create(disagreement=records.disagreement(), citation=gone)
    merge(one, other, admin)
    identity.refresh_from_db()
    side.refresh_from_db()
    assert identity.citation_id == side.citation_id == stays.pk
    assert not Citation.objects.filter(pk=gone.pk).exists()


def test_chains_are_resolved_and_there_are_no_cycles(admin: Curator, api: Any) -> None:
    a, b, c = (records.deposit() for _ in range(3))
    merge(a, b, admin)
    merge(b, c, admin)
    assert set(Deposit.objects.filter(merged_into=c).values_list("pk", flat=True)) == {a.pk, b.pk}
    assert api.get(f"/api/v1/deposits/{a.slug}/")["Location"].endswith(f"/{c.slug}/")
    for record, into in ((c, a), (c, b), (a, c), (c, c)):
        with pytest.raises(MergeError):
            merge(record, into, admin)


def test_a_public_record_is_not_merged_into_one_that_readers_do_not_see(admin: Curator) -> None:
    public, draft = records.deposit(), records.deposit(record_status="draft")
    with pytest.raises(MergeError, match="is not published"):
        merge(public, draft, admin)
    merge(draft, public, admin)


def test_kinds_are_not_mixed_and_countries_are_not_merged(admin: Curator) -> None:
    with pytest.raises(MergeError, match="the same kind"):
        merge(records.deposit(), records.organization(), admin)
    with pytest.raises(MergeError, match="ISO 3166"):
        merge(kinds.any_country(), kinds.any_country(), admin)


def test_a_part_does_not_swallow_its_whole(admin: Curator) -> None:
    whole = records.deposit(name="Field")
    part = records.deposit(name="Zone", parent=whole)
    with pytest.raises(MergeError, match="is the parent of"):
        merge(whole, part, admin)
    other = records.deposit(name="Field II")
    deeper = records.deposit(parent=part)
    with pytest.raises(MergeError, match="ancestors"):
        merge(whole, deeper, admin)
    merge(part, whole, admin)
    assert Deposit.objects.get(pk=deeper.pk).parent_id == whole.pk
    merge(whole, other, admin)
    assert Deposit.objects.get(pk=deeper.pk).parent_id == other.pk


def test_two_sides_of_a_published_disagreement_stay_two(admin: Curator) -> None:
    one, other = records.deposit(), records.deposit()
    question = records.disagreement({"deposit": one}, {"deposit": other})
    with pytest.raises(MergeError, match="two or more sides"):
        merge(one, other, admin)
    assert Deposit.objects.get(pk=one.pk).record_status == "published", "all or nothing"
    Disagreement.objects.filter(pk=question.pk).update(record_status="withdrawn")
    merge(one, other, admin)


def test_holders_at_one_time_are_named_and_nothing_is_half_done(admin: Curator) -> None:
    one, other, company = records.license_(), records.license_(), records.organization()
    for license_, share in ((one, 60), (other, 50)):
        LicenseParty.objects.create(license=license_, organization=company, share_pct=share)
    with pytest.raises(MergeError, match="has this role at that time"):
        merge(one, other, admin)
    LicenseParty.objects.filter(license=one).update(share_pct=50)
    merge(one, other, admin)
    assert other.parties.count() == 1


def test_a_licence_gives_its_number(admin: Curator) -> None:
    country = kinds.any_country()
    one = records.license_(country=country, number="74-MR", name="A", count=1)
    other = records.license_(country=country, name="A", count=1)
    merge(one, other, admin, take={"number"})
    assert other.number == "74-MR" and License.objects.get(pk=one.pk).number == "74-MR"
    with refused("license_number"):
        records.license_(country=country, number="74-MR", count=1)


def test_an_organization_is_one_everywhere(admin: Curator) -> None:
    one, other = records.organization(name="Stans Energy"), records.organization(name="Stans Energy Corp.")
    deposit = records.deposit()
    for organization in (one, other):
        DepositParty.objects.create(deposit=deposit, organization=organization)
    merge(one, other, admin)
    assert list(deposit.parties.values_list("organization", flat=True)) == [other.pk]


def test_a_merged_record_takes_no_more_steps(admin: Curator) -> None:
    one, other = records.deposit(), records.deposit()
    merge(one, other, admin)
    one.refresh_from_db()
    assert open_steps(one, admin.user) == []


def test_the_versions_that_were_seen_must_still_stand(admin: Curator) -> None:
    one, other = records.deposit(), records.deposit()
    one.refresh_from_db()
    other.refresh_from_db()
    with pytest.raises(MergeError, match="changed while you were comparing"):
        merge(one, other, admin, versions=(one.version, other.version + 1))
    merge(one, other, admin, versions=(one.version, other.version))


def judge(one: Any, other: Any, verdict: Verdict, admin: Curator, reason: str = "two valleys") -> Any:
    return records_judge(one=one, other=other, verdict=verdict, user=admin.user, reason=reason)


def test_what_was_told_apart_from_the_one_is_told_apart_from_the_other(admin: Curator) -> None:
    a, b, c, d = (records.deposit() for _ in range(4))
    judge(c, a, Verdict.DIFFERENT, admin)
    judge(d, a, Verdict.UNSURE, admin)
    judge(b, a, Verdict.DIFFERENT, admin)
    merge(a, b, admin)
    verdicts = [
        found and found.verdict for found in (judgement_of(b, c), judgement_of(b, d), judgement_of(a, c), judgement_of(a, b))
    ]
    assert verdicts == ["different", "unsure", None, "same"]


def test_a_pair_has_one_judgement_with_reason_and_person(admin: Curator, editor: Curator) -> None:
    a, b = records.deposit(), records.deposit()
    judge(a, b, Verdict.UNSURE, editor, "no location")
    judge(b, a, Verdict.DIFFERENT, admin, "two valleys")
    (held,) = Judgement.objects.all()
    assert (held.verdict, held.reason, held.decided_by) == ("different", "two valleys", admin.user)
    judgement_take_back(judgement=held, model=Deposit, user=admin.user, reason="one valley after all")
    assert judgement_of(a, b) is None
    labels = Judgement.history.rel.related_model.objects.order_by("pgh_id").values_list("verdict", "pgh_label")  # type: ignore[attr-defined]
    assert list(labels) == [("unsure", "insert"), ("unsure", "delete"), ("different", "insert"), ("different", "delete")]


def test_what_is_no_judgement_is_refused(admin: Curator) -> None:
    a, b = records.deposit(), records.deposit()
    stranger = signed_in("stranger")
    for one, other, verdict, reason, person in (
        (b, b, Verdict.DIFFERENT, "x", admin),
        (records.source(), records.source(), Verdict.DIFFERENT, "x", admin),
        (a, records.organization(), Verdict.DIFFERENT, "x", admin),
        (a, b, Verdict.SAME, "x", admin),
        (a, b, Verdict.UNSURE, " ", admin),
        (a, b, Verdict.UNSURE, "x" * 501, admin),
        (a, b, Verdict.UNSURE, "x", stranger),
    ):
        with pytest.raises(CurationError):
            judge(one, other, verdict, person, reason)
    merge(a, b, admin)
    with pytest.raises(CurationError, match="Take the merge back"):
        judge(a, b, Verdict.DIFFERENT, admin)


def test_the_database_keeps_judgements_sound() -> None:
    sound = {"kind": "deposit", "one_id": 1, "other_id": 2, "verdict": "unsure", "reason": "no location"}
    Judgement.objects.create(**sound)
    for rule, wrong in (
        ("judgement_once", {"verdict": "different"}),
        ("judgement_in_order", {"one_id": 3}),
        ("judgement_verdict", {"other_id": 3, "verdict": "perhaps"}),
        ("judgement_reason", {"other_id": 3, "reason": ""}),
        ("judgement_gone", {"other_id": 3, "verdict": "same"}),
        ("judgement_gone", {"other_id": 3, "verdict": "same", "gone_id": 2}),
        ("judgement_gone", {"other_id": 3, "gone_id": 3}),
    ):
        with refused(rule), transaction.atomic():
            Judgement.objects.create(**{**sound, **wrong})


def test_readers_see_the_survivor_with_everything(admin: Curator, api: Any) -> None:
    one, other = records.deposit(name="Кундыбай", at=(60.8, 51.9)), records.deposit(name="Kundybai")
    estimate = records.estimate(deposit=one, ore_tonnes=5.0)
    ExternalId.objects.create(deposit=one, scheme="mrds", value="10207324")
    merge(one, other, admin)
    found = api.json("/api/v1/deposits/?search=Кундыбай&fields=slug")["results"]
    assert found == [{"slug": other.slug}]
    assert api.json("/api/v1/deposits/?external_id=mrds:10207324&fields=slug")["results"] == [{"slug": other.slug}]
    shown = api.json(f"/api/v1/deposits/{other.slug}/")
    assert [e["slug"] for e in shown["estimates"]] == [estimate.slug]
    assert {n["name"] if "name" in n else n["text"] for n in shown["names"]} == {"Кундыбай", "Kundybai"}
    assert Point(60.8, 51.9).coords == Deposit.objects.get(pk=one.pk).location.coords  # type: ignore[union-attr]
