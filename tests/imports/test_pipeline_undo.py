"""An import is taken back as a whole, as long as nobody has touched its records since."""

from pathlib import Path

import pytest
from django.db import transaction

from imports.errors import ImportRefused
from imports.flows import import_undo
from registry.merging import Merge, merge_as_judged, take_back_as_judged
from registry.models import Citation, Deposit, ExternalId, Finding, License, Name, Organization
from tests.imports.given import load, row
from tests.records import commodity, country, deposit, disagreement, finding, square

pytestmark = pytest.mark.django_db


def test_what_was_published_is_withdrawn(tmp_path: Path) -> None:
    run = load(tmp_path, row("1"), row("2"))
    undone = import_undo(run=run)
    assert (undone.withdrawn, undone.deleted, undone.left) == (2, 0, 0)
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"withdrawn"}
    last = Deposit.objects.first().history.order_by("-pgh_id").first()
    assert last.pgh_context["import_undo"] == run.pk and last.pgh_context["reason"] == f"import {run.pk} undone"


def test_what_was_never_published_is_deleted(tmp_path: Path) -> None:
    commodity(slug="XA")
    run = load(tmp_path, row("1", commodities=[{"symbol": "XA"}], other_names=[{"text": "Ak"}]), publish=False)
    assert Deposit.objects.get().record_status == "draft"
    undone = import_undo(run=run)
    assert (undone.withdrawn, undone.deleted) == (0, 1)
    left = Deposit.objects.count(), Name.objects.filter(deposit__isnull=False).count(), ExternalId.objects.count()
    assert left == (0, 0, 0) and not Citation.objects.exists()


def test_changes_go_back_to_what_was(tmp_path: Path) -> None:
    for slug in ("XA", "XB"):
        commodity(slug=slug)
    load(tmp_path, row("1", host_rock="syenite", commodities=[{"symbol": "XA", "role": "main"}]))
    record = Deposit.objects.get()
    run = load(tmp_path, row("1", host_rock="granite", commodities=[{"symbol": "XB"}], other_names=[{"text": "Ak"}]))
    record.refresh_from_db()
    assert record.host_rock == "granite"
    undone = import_undo(run=run)
    record.refresh_from_db()
    assert undone.restored == 1 and record.host_rock == "syenite" and record.record_status == "published"
    assert [(c.commodity.slug, c.role) for c in record.commodities.all()] == [("XA", "main")]
    assert not record.names.filter(text="Ak").exists()


def test_a_record_from_elsewhere_loses_what_it_gained(tmp_path: Path) -> None:
    held = deposit(name="Kutessay II", deposit_type="vein")
    held.external_ids.create(scheme="survey", value="1")
    run = load(tmp_path, row("1", "Kutessai", deposit_type="skarn", host_rock="granite"))
    assert held.citations.count() == 3
    import_undo(run=run)
    held.refresh_from_db()
    assert held.host_rock is None and held.citations.count() == 1
    assert held.external_ids.count() == 1 and held.names.count() == 1


def test_what_somebody_touched_since_is_listed_and_left(tmp_path: Path) -> None:
    run = load(tmp_path, row("1"), row("2", "Kundybai"), row("3", "Melovoye"), row("4", "Karasu"))
    by_id = {e.value: e.deposit for e in ExternalId.objects.all()}
    Deposit.objects.filter(pk=by_id["1"].pk).update(age="Permian")
    finding_about = finding()
    finding_about.subjects.create(deposit=by_id["2"])
    disagreement({"citation": by_id["3"].citations.get()}, {"finding": finding_about})
    undone = import_undo(run=run)
    assert undone.withdrawn == 1
    assert dict(undone.left_alone) == {
        "akbulak-survey-1": "changed since",
        "kundybai-survey-2": "another finding subject refers to it",
        "melovoye-survey-3": "a disagreement names its citation",
    }


def test_loads_are_undone_in_either_order(tmp_path: Path) -> None:
    first, second = (load(tmp_path, row("1", host_rock=rock)) for rock in ("syenite", "granite"))
    assert import_undo(run=second).restored == 1
    assert import_undo(run=first).withdrawn == 1
    first, second = (load(tmp_path, row("2", host_rock=rock)) for rock in ("syenite", "granite"))
    assert import_undo(run=first).left == 1, "the later load lies above it"
    assert import_undo(run=second).withdrawn == 1, "and takes along what the first undo had to leave"
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"withdrawn"}


def test_another_data_set_that_changed_a_record_is_undone_before_it(tmp_path: Path) -> None:
    first = load(tmp_path, row("1"))
    other = load(tmp_path, row("1", host_rock="granite"), kind="another-list")
    assert import_undo(run=other).restored == 1
    assert import_undo(run=first).withdrawn == 1


def test_what_was_undone_comes_back_with_the_next_load(tmp_path: Path) -> None:
    rows = row("1", host_rock="syenite"), row("2")
    import_undo(run=load(tmp_path, *rows))
    again = load(tmp_path, *rows)
    assert (again.counts["changed"], again.counts["new"]) == (2, 0)
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"published"}
    undone = import_undo(run=again)
    assert (undone.withdrawn, undone.restored) == (2, 0), "what happened to them, not what the load had done"
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"withdrawn"}
    third = load(tmp_path, *rows)
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"published"}
    about = finding()
    about.subjects.create(deposit=Deposit.objects.get(external_ids__value="1"))
    undone = import_undo(run=third)
    assert (undone.withdrawn, undone.left_alone) == (1, (("akbulak-survey-1", "another finding subject refers to it"),))


def test_organizations_go_and_come_back_with_their_licences(tmp_path: Path) -> None:
    here = country(boundary=square(110, -35, 10))
    given = {
        "external_id": {"scheme": "tenement", "value": "E7001"}, "country": here.slug, "number": "E 70/1",
        "parties": [{"organization": "GRIFFIN COAL PTY LTD"}, {"private_holder": True}],
    }  # fmt: skip
    run = load(tmp_path, given, target="license")
    held = License.objects.get()
    assert sorted(str(p) for p in held.parties.all()) == ["GRIFFIN COAL PTY LTD (holder)", "private holder (holder)"]
    assert Organization.objects.get().record_status == "published"
    import_undo(run=run)
    assert Organization.objects.get().record_status == "withdrawn"
    again = load(tmp_path, given, target="license")
    assert Organization.objects.get().record_status == "published"
    assert License.objects.get().record_status == "published"
    import_undo(run=again)
    assert Organization.objects.get().record_status == License.objects.get().record_status == "withdrawn"
    third = load(tmp_path, given, target="license")
    another = {**given, "external_id": {"scheme": "tenement", "value": "E7002"}, "number": "E 70/2"}
    other = load(tmp_path, another, target="license")
    import_undo(run=third)
    assert Organization.objects.get().record_status == "published", "another licence still names it"
    import_undo(run=other)
    assert Organization.objects.get().record_status == "withdrawn", "the last import that named it takes it along"


def test_an_import_is_undone_once(tmp_path: Path) -> None:
    run = load(tmp_path, row("1"))
    import_undo(run=run)
    with pytest.raises(ImportRefused, match="undone"):
        import_undo(run=run)


def test_what_a_merge_held_is_undone_when_the_merge_is_taken_back(tmp_path: Path) -> None:
    run = load(tmp_path, row("1", host_rock="granite"), row("2", "Kundybai"), row("3", "Melovoye"))
    gone, stays = (ExternalId.objects.get(value=value).deposit for value in ("1", "2"))
    assert gone and stays
    merge_as_judged([Merge(gone, stays, "one pit")], actor="test")
    undone = import_undo(run=run)
    assert (undone.withdrawn, undone.left) == (1, 2)
    again = import_undo(run=run)
    assert (again.withdrawn, again.left) == (0, 2), "the merge stands"
    take_back_as_judged(record=gone, actor="test", reason="two pits")
    rest = import_undo(run=run)
    assert (rest.withdrawn, rest.left) == (2, 0)
    run.refresh_from_db()
    assert run.counts["undone"] == {"withdrawn": 3, "deleted": 0, "restored": 0, "left": 0}
    assert set(Deposit.objects.values_list("record_status", flat=True)) == {"withdrawn"}
    with pytest.raises(ImportRefused, match="or the rest of one"):
        import_undo(run=run)


def test_a_merge_between_two_imports_does_not_hold_the_first(tmp_path: Path) -> None:
    first = load(tmp_path, row("1"), row("2", "Kundybai"))
    gone, stays = (ExternalId.objects.get(value=value).deposit for value in ("1", "2"))
    assert gone and stays
    merge_as_judged([Merge(gone, stays, "one pit")], actor="test")
    second = load(tmp_path, row("2", "Kundybai", host_rock="granite"))
    assert import_undo(run=second).restored == 1
    take_back_as_judged(record=gone, actor="test", reason="two pits")
    undone = import_undo(run=first)
    assert (undone.withdrawn, undone.left) == (2, 0)


def test_an_import_above_a_merge_says_that_it_had_to_be_undone_first(tmp_path: Path) -> None:
    load(tmp_path, row("1", age="Permian"), row("2", "Kundybai"))
    gone, stays = (ExternalId.objects.get(value=value).deposit for value in ("1", "2"))
    assert gone and stays
    merge_as_judged([Merge(gone, stays, "one pit")], actor="test")
    above = load(tmp_path, row("2", "Kundybai", host_rock="granite"))
    merge_as_judged([Merge(stays, third := deposit(), "one pit more")], actor="test")
    with transaction.atomic():
        assert dict(import_undo(run=above).left_alone)[stays.slug] == "it was merged since: take the merge back first"
        transaction.set_rollback(True)
    take_back_as_judged(record=stays, actor="test", reason=f"not {third}")
    take_back_as_judged(record=gone, actor="test", reason="two pits")
    [(slug, why)] = import_undo(run=above).left_alone
    assert slug == stays.slug and "undo it before the merges below it" in why


def test_findings_go_too(tmp_path: Path) -> None:
    here = country()
    given = {
        "external_id": {"scheme": "mcs", "value": "x-1"}, "text": "A mines 5 t.", "topic": "production", "modality": "reported",
        "subjects": [{"country": here.slug}], "value": 5.0, "unit": "t",
    }  # fmt: skip
    run = load(tmp_path, given, target="finding")
    made = Finding.objects.get()
    assert made.subjects.get().country == here and made.source.slug == "survey-list" and made.record_status == "published"
    assert import_undo(run=run).withdrawn == 1
