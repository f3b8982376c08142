"""A file is loaded: every sound row becomes a record, cited by its row."""

from pathlib import Path

import pytest

from registry.models import Citation, Deposit, ExternalId, ImportRun, Name
from tests.imports.given import at, load, row
from tests.records import commodity, country, source, square

pytestmark = pytest.mark.django_db


def test_rows_become_published_records(tmp_path: Path) -> None:
    here = country(boundary=square(60, 40, 10))
    nd = commodity(slug="XNd")
    run = load(
        tmp_path,
        row("1", "Akbulak", **at(65, 45, here.slug), commodities=[{"symbol": "xnd", "role": "main"}],
            other_names=[{"text": "Ақбұлақ", "language": "kk-Cyrl"}]),
        row("2", "Кундыбай", description="a place"),
    )  # fmt: skip
    assert run.counts == {
        "rows": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "left": 0,
        "refused": 0,
        "warned": 0,
        "differing": 0,
        "derived": 0,
    }
    first = Deposit.objects.get(slug="akbulak-survey-1")
    assert (first.name, first.record_status, first.country, first.version) == ("Akbulak", "published", here, 1)
    assert first.location.coords == (65, 45) and first.located_in == [here.pk]
    assert [c.commodity for c in first.commodities.all()] == [nd]
    assert {n.text for n in first.names.all()} == {"Akbulak", "Ақбұлақ"}
    assert [str(e) for e in first.external_ids.all()] == ["survey:1"]
    cited = first.citations.get()
    assert (cited.source.slug, cited.locator, cited.relation) == ("survey-list", "row 2, 1", "supports")
    assert Deposit.objects.get(external_ids__value="2").slug == "kundibai-survey-2"


def test_the_same_file_again_changes_nothing_and_leaves_no_trace(tmp_path: Path) -> None:
    rows = [row("1"), row("2", "Kundybai", development_status="operating")]
    load(tmp_path, *rows)
    before = [model.history.rel.related_model.objects.count() for model in (Deposit, Name, ExternalId, Citation)]
    again = load(tmp_path, *rows)
    assert again.counts["unchanged"] == 2 and not again.counts["new"] and not again.counts["changed"]
    assert before == [model.history.rel.related_model.objects.count() for model in (Deposit, Name, ExternalId, Citation)]
    assert "Nothing to change" in again.report
    assert not again.rows.exists()


def test_what_the_file_says_anew_is_written(tmp_path: Path) -> None:
    load(tmp_path, row("1", host_rock="syenite"))
    run = load(tmp_path, row("1", host_rock="granite"), row("2"))
    assert (run.counts["changed"], run.counts["new"]) == (1, 1)
    changed = Deposit.objects.get(external_ids__value="1")
    assert changed.host_rock == "granite"
    last = changed.history.order_by("-pgh_id").first()
    assert last.pgh_context["import_run"] == run.pk and "list.csv" in last.pgh_context["reason"]
    assert ImportRun.objects.count() == 2


def test_names_that_a_row_gives_anew_are_cited_by_it(tmp_path: Path) -> None:
    load(tmp_path, row("1", other_names=[{"text": "Old"}]), row("2", "Kundybai"))
    # Of the second, somebody cites another source, and removes the citation of the row.
    second = Deposit.objects.get(external_ids__value="2")
    second.citations.create(source=source(slug="map"), fields=["name"])
    second.citations.get(source__slug="survey-list").delete()
    new = [{"text": "Old"}, {"text": "Ақбұлақ", "language": "kk-Cyrl"}]
    run = load(tmp_path, row("1", other_names=new), row("2", "Kundybai", other_names=[{"text": "Кундыбай"}]))
    assert run.counts["changed"] == 2
    first = Deposit.objects.get(external_ids__value="1")
    assert {n.text for n in first.names.all()} == {"Akbulak", "Old", "Ақбұлақ"}
    assert {"names:Old", "names:Ақбұлақ"} <= set(first.citations.get().fields)
    assert "names:Кундыбай" in second.citations.get(source__slug="survey-list").fields
    assert load(tmp_path, row("1", other_names=new)).counts["unchanged"] == 1
