"""A merge that is taken back: two records as they were, and what was changed since where it belongs."""

from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from registry.merging import Merge, MergeError, merge_as_judged, merge_take_back, record_merge, take_back_preview
from registry.merging.ledger import compared, reached
from registry.merging.relations import relations_of
from registry.models import (
    Citation,
    Country,
    Deposit,
    DepositCommodity,
    DisagreementMember,
    ExternalId,
    ImportRun,
    Judgement,
    License,
    MergedRow,
    Name,
    Source,
)
from registry.models.base import Record
from tests import records
from tests.constraints.refusals import refused
from tests.curation import kinds
from tests.curation.conftest import Curator
from tests.merging.rows import row
from tests.merging.snapshots import rows_of
from tests.records import maker_of

pytestmark = pytest.mark.django_db
KINDS: list[type[Record]] = [
    m for m in apps.get_app_config("registry").get_models() if issubclass(m, Record) and m is not Country
]


def merge(record: Any, into: Any, admin: Curator, **given: Any) -> None:
    record_merge(record=record, into=into, user=admin.user, **{"reason": "one and the same", **given})


def take_back(record: Any, admin: Curator, reason: str = "two pits after all") -> Any:
    return merge_take_back(record=record, user=admin.user, reason=reason)


@pytest.mark.parametrize("model", KINDS, ids=[m.__name__ for m in KINDS])
def test_two_records_of_any_kind_are_what_they_were(model: Any, admin: Curator) -> None:
    """With a row of every table that can point at them: some that move, some that both have. Two pairs, merged at once."""
    pairs = [(maker_of(model)(), maker_of(model)()) for _ in range(2)]
    for gone, stays in pairs:
        for relation in relations_of(model):
            one = row(relation.model, relation.field.name, gone)
            if not relation.is_of_records and relation.once:
                twin = relation.model._base_manager.get(pk=one.pk)
                twin.pk = None
                setattr(twin, relation.field.name, stays)
                if relation.model._meta.model_name not in ("externalid", "licenseparty", "disagreementmember"):
                    twin.save(force_insert=True)
    before = rows_of(model)
    merge_as_judged([Merge(gone, stays, f"one and the same {gone.pk}") for gone, stays in pairs], actor="test")
    assert rows_of(model) != before
    noted = Counter(MergedRow.objects.values_list("judgement__gone_id", flat=True))
    assert len(set(noted.values())) == 1 and len(noted) == 2, "each row is noted for its own merge"
    for gone, _ in pairs:
        events = model.history.rel.related_model.objects.filter(pgh_obj_id=gone.pk, record_status="merged")
        assert events.latest("pgh_id").pgh_context["reason"] == f"one and the same {gone.pk}"
        assert take_back(gone, admin).judgement.reason == f"one and the same {gone.pk}"
    assert rows_of(model) == before
    assert not Judgement.objects.exists() and not MergedRow.objects.exists()


def test_each_change_since_stays_where_it_belongs(admin: Curator) -> None:
    one = records.deposit(name="Akbulak", host_rock="syenite", age="Permian", at=(60.0, 50.0))
    other = records.deposit(name="Ak-Bulak", host_rock="granite")
    moved = Citation.objects.create(source=records.source(), deposit=one, locator="p. 9")
    gone_name = Name.objects.create(deposit=one, text="Акбулак")
    merge(one, other, admin, take={"age", "location"})
    estimate = records.estimate(deposit=other)
    own = Citation.objects.create(source=records.source(), deposit=other, locator="p. 1")
    Citation.objects.filter(pk=moved.pk).update(quote="as the report states")
    Deposit.objects.filter(pk=other.pk).update(ore_minerals="monazite", age="Triassic")
    gone_name.delete()
    done = take_back(one, admin)
    one.refresh_from_db()
    other.refresh_from_db()
    moved.refresh_from_db()
    assert (one.record_status, one.merged_into_id, one.age, one.location.coords) == ("published", None, "Permian", (60.0, 50.0))
    assert (other.ore_minerals, other.age, other.location) == ("monazite", "Triassic", None), "what was changed since stays"
    assert (moved.deposit_id, moved.quote) == (one.pk, "as the report states"), "a row returns with what was changed in it"
    assert other.estimates.get() == estimate and own in other.citations.all(), "what was added since stays"
    assert set(one.names.values_list("text", "kind")) == {("Akbulak", "preferred")}, "what was deleted since stays deleted"
    assert set(other.names.values_list("text", "kind")) == {("Ak-Bulak", "preferred")}
    assert {field.name for field in done.fields} >= {"location"} and "age" not in {field.name for field in done.fields}


def test_names_come_back_as_they_were(admin: Curator) -> None:
    one, other = records.deposit(name="Kundybai"), records.deposit(name="Кундыбай")
    Name.objects.create(deposit=other, text="Kundybai")
    merge(one, other, admin, take={"name"})
    assert set(other.names.values_list("text", "kind")) == {("Kundybai", "preferred"), ("Кундыбай", "alternate")}
    take_back(one, admin)
    assert set(one.names.values_list("text", "kind")) == {("Kundybai", "preferred")}
    assert set(other.names.values_list("text", "kind")) == {("Кундыбай", "preferred"), ("Kundybai", "alternate")}
    assert Deposit.objects.get(pk=other.pk).name == "Кундыбай"


def test_the_merged_records_own_name_is_kept_whatever_was_made_of_it(admin: Curator) -> None:
    one, other = records.deposit(name="Kundybai"), records.deposit(name="Кундыбай")
    merge(one, other, admin)
    Name.objects.filter(deposit=other, text="Kundybai").update(text="Kundybay")
    take_back(one, admin)
    assert set(one.names.values_list("text", "kind")) == {("Kundybai", "preferred"), ("Kundybay", "alternate")}


def test_what_hung_on_a_row_that_both_had_returns_to_the_row_that_is_there_again(admin: Curator) -> None:
    one, other, source = records.deposit(), records.deposit(), records.source()
    gone, stays = (Citation.objects.create(source=source, deposit=d, locator="p. 7") for d in (one, other))
    identity = ExternalId.objects.create(citation=gone, scheme="dossier", value="c-1")
    side = DisagreementMember.objects.create(disagreement=records.disagreement(), citation=gone)
    merge(one, other, admin)
    Citation.objects.filter(pk=stays.pk).update(note="checked")
    take_back(one, admin)
    identity.refresh_from_db()
    side.refresh_from_db()
    assert identity.citation_id == side.citation_id == gone.pk and one.citations.filter(pk=gone.pk, note="").exists()
    assert Citation.objects.get(pk=stays.pk).note == "checked"


def test_a_statement_that_the_merge_made_goes_unless_it_was_changed(admin: Curator) -> None:
    one, other = records.deposit(age="Permian", discovery_year=1950), records.deposit(discovery_year=1951)
    merge(one, other, admin)
    made = {c.stated_value: c for c in other.citations.exclude(stated_value=None)}
    Citation.objects.filter(pk=made["Permian"].pk).update(locator="p. 3")
    take_back(one, admin)
    assert list(other.citations.exclude(stated_value=None)) == [made["Permian"]]


def test_a_licence_has_its_number_again(admin: Curator) -> None:
    country = kinds.any_country()
    one = records.license_(country=country, number="74-MR", name="A", count=1)
    other = records.license_(country=country, name="A", count=1)
    merge(one, other, admin, take={"number"})
    take_back(one, admin)
    assert list(License.objects.filter(pk__in=(one.pk, other.pk)).order_by("pk").values_list("number", flat=True)) == [
        "74-MR",
        None,
    ]


def test_tables_without_history_return_too(admin: Curator) -> None:
    one, other = records.source(), records.source()
    runs = [
        ImportRun.objects.create(
            kind="mrds", target="deposit", file_name="a", file_sha256="0" * 64, file_bytes=1, source=source
        )
        for source in (one, other)
    ]
    merge(one, other, admin)
    assert set(ImportRun.objects.values_list("source", flat=True)) == {other.pk}
    take_back(one, admin)
    assert [ImportRun.objects.get(pk=run.pk).source_id for run in runs] == [one.pk, other.pk]
    assert "importrun" not in {table._meta.model_name for table in reached(Source)}


def test_a_chain_is_taken_back_from_its_end(admin: Curator) -> None:
    a, b, c = (records.deposit() for _ in range(3))
    before = rows_of(Deposit)
    merge(a, b, admin)
    between = rows_of(Deposit)
    merge(b, c, admin)
    with pytest.raises(MergeError, match=f"{b.slug}.*was itself merged into.*Take that merge back first"):
        take_back(a, admin)
    take_back(b, admin)
    assert rows_of(Deposit) == between and Deposit.objects.get(pk=a.pk).merged_into_id == b.pk
    take_back(a, admin)
    assert rows_of(Deposit) == before


def test_merges_into_one_record_are_taken_back_in_any_order_unless_rows_became_one(admin: Curator) -> None:
    a, b, c, commodity = records.deposit(), records.deposit(), records.deposit(), records.commodity()
    for deposit in (a, b):
        DepositCommodity.objects.create(deposit=deposit, commodity=commodity)
    before = rows_of(Deposit)
    merge(a, c, admin)
    merge(b, c, admin)
    with pytest.raises(MergeError, match=f"{b.slug}.*rows of the two became one"):
        take_back(a, admin)
    take_back(b, admin)
    take_back(a, admin)
    assert rows_of(Deposit) == before
    DepositCommodity.objects.filter(deposit=b).delete()
    before = rows_of(Deposit)
    merge(a, c, admin)
    merge(b, c, admin)
    take_back(a, admin)
    take_back(b, admin)
    assert rows_of(Deposit) == before


def test_a_pair_that_was_taken_back_can_be_merged_and_taken_back_again(admin: Curator) -> None:
    a, b = records.deposit(age="Permian"), records.deposit()
    before = rows_of(Deposit)
    for gone, stays in ((a, b), (b, a), (a, b)):
        merge(gone, stays, admin, take=set() if gone is b else {"age"})
        take_back(gone, admin)
        assert rows_of(Deposit) == before


def test_a_merge_from_before_there_were_judgements_is_read_from_the_history(admin: Curator) -> None:
    a, b = records.deposit(age="Permian"), records.deposit()
    Name.objects.create(deposit=a, text="Akbulak")
    connection.check_constraints()
    before = rows_of(Deposit)
    merge(a, b, admin, take={"age"})
    Judgement.objects.all().delete()
    # In a test all happens in one transaction; the merge gets another one, as it has in earnest.
    with connection.cursor() as cursor:
        for model in reached(Deposit):
            cursor.execute(
                f"UPDATE {model._meta.db_table}history SET pgh_transaction = pgh_transaction + 1"
                " WHERE pgh_context->>'merge' <> ''"
            )
    take_back(a, admin)
    assert rows_of(Deposit) == before


def test_what_cannot_be_taken_back_says_why(admin: Curator, editor: Curator, reviewer: Curator) -> None:
    a, b, third = (records.deposit() for _ in range(3))
    with pytest.raises(MergeError, match="not merged"):
        take_back(a, admin)
    source = records.source()
    for deposit in (a, b):
        Citation.objects.create(source=source, deposit=deposit, locator="p. 7")
    merge(a, b, admin)
    with pytest.raises(MergeError, match="may not merge"):
        merge_take_back(record=a, user=editor.user, reason="two pits")
    for reason in ("", " ", "x" * 501):
        with pytest.raises(MergeError, match="reason"):
            take_back(a, admin, reason)
    Citation.objects.filter(source=source).delete()
    source.record_status = "draft"
    Source.objects.filter(pk=source.pk).update(published_at=None, record_status="draft")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL registry.owner_deletes = 'on'")
    Source.objects.filter(pk=source.pk).delete()
    with pytest.raises(MergeError, match="the record referred to is gone"):
        take_back(a, admin)
    assert Deposit.objects.get(pk=a.pk).merged_into_id == b.pk and third.pk, "all or nothing"


def test_a_preview_changes_nothing(admin: Curator) -> None:
    a, b = records.deposit(age="Permian"), records.deposit()
    Name.objects.create(deposit=a, text="Akbulak")
    merge(a, b, admin, take={"age"})
    before = rows_of(Deposit)
    shown = take_back_preview(a)
    assert rows_of(Deposit) == before and Judgement.objects.count() == 1
    done = take_back(a, admin)
    assert [table.__dict__ for table in shown.tables] == [table.__dict__ for table in done.tables]
    assert [field.name for field in shown.fields] == [field.name for field in done.fields] == ["age"]


def test_what_was_told_apart_is_told_apart_of_each_again(admin: Curator) -> None:
    from registry.matching.judgements import judgement_of, records_judge
    from registry.vocabularies import Verdict

    a, b, c, d = (records.deposit() for _ in range(4))
    records_judge(one=a, other=c, verdict=Verdict.DIFFERENT, user=admin.user, reason="two valleys")
    merge(a, b, admin)
    records_judge(one=b, other=d, verdict=Verdict.UNSURE, user=admin.user, reason="no location")
    assert judgement_of(b, c)
    take_back(a, admin)
    assert judgement_of(a, c) and not judgement_of(b, c) and judgement_of(b, d)


def test_readers_find_both_again(admin: Curator, api: Any) -> None:
    one, other = records.deposit(name="Кундыбай"), records.deposit(name="Kundybai")
    estimate = records.estimate(deposit=one)
    was = {slug: api.json(f"/api/v1/deposits/{slug}/") for slug in (one.slug, other.slug)}
    merge(one, other, admin)
    assert api.get(f"/api/v1/deposits/{one.slug}/").status_code == 301
    take_back(one, admin)
    for slug, before in was.items():
        now = api.json(f"/api/v1/deposits/{slug}/")
        assert {k: v for k, v in now.items() if k not in ("version", "updated_at")} == {
            k: v for k, v in before.items() if k not in ("version", "updated_at")
        }
    assert [e["slug"] for e in api.json(f"/api/v1/deposits/{one.slug}/")["estimates"]] == [estimate.slug]


def test_a_merged_record_that_was_never_merged_by_the_flow_is_left_alone(admin: Curator) -> None:
    a, b = records.deposit(), records.deposit()
    merge(a, b, admin)
    with refused("merged_frozen"):
        Deposit.objects.filter(pk=a.pk).update(host_rock="granite")
    assert compared(Deposit) and "version" not in compared(Deposit)
