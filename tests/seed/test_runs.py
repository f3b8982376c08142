"""A second run changes nothing, people's work is left alone, and what no card says any more goes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from registry import models as m
from registry.merging import Merge, merge_as_judged
from registry.seeding.errors import SeedError
from registry.seeding.load import Outcome, load
from tests import records
from tests.seed.conftest import FIXTURES, ROOT

Load = Callable[..., Outcome]
COUNTRY = 'countries: [{slug: "KZ", name: "Kazakhstan", iso3: "KAZ", m49: "398"}]'
SOURCE = 'sources: [{slug: "report", kind: "report", title: "A report"}]'
DEPOSIT = """
deposits:
- slug: "hill"
  name: "Hill"
  country: "KZ"
  cites: ["report#p. 1"{more}]
  {extra}
"""


def deposit(extra: str = "", more: str = "") -> str:
    return DEPOSIT.format(extra=extra, more=more)


def history() -> dict[str, int]:
    """Count the changes that the history holds, by table."""
    return {
        model.__name__: model.objects.count()
        for model in apps.get_app_config("registry").get_models()
        if model.__name__.endswith("History")
    }


def test_a_second_run_changes_nothing_and_writes_no_history(whole: None, capsys: pytest.CaptureFixture[str]) -> None:
    before = history()
    assert sum(before.values()) > 3000
    call_command("seed")
    assert history() == before
    assert "nothing to change: " in (said := capsys.readouterr().out) and "records match the seed" in said


def test_the_history_says_who_wrote_and_why(whole: None) -> None:
    change = m.Deposit.objects.get(slug="kundybai").history.get()
    assert change.pgh_context["actor"] == "seed" and change.pgh_context["reason"].startswith("cards of")


def test_a_changed_card_changes_its_record_alone(cards: Load) -> None:
    cards(countries=COUNTRY, sources=SOURCE, deposits=deposit())
    outcome = cards(deposits=deposit('host_rock: "gneiss"'))
    assert (outcome.new, outcome.changed) == (0, 1)
    assert m.Deposit.objects.get().host_rock == "gneiss"
    assert cards(deposits=deposit()).changed == 1
    assert m.Deposit.objects.get().host_rock is None


def test_what_no_card_says_any_more_goes_if_the_seed_wrote_it(cards: Load) -> None:
    cards(
        countries=COUNTRY,
        sources=SOURCE,
        deposits=deposit('names: ["Mount", "Peak"]', ', {cite: "report#p. 2", fields: ["name"]}'),
    )
    hill = m.Deposit.objects.get()
    with pghistory.context(actor="import"):
        m.Name.objects.create(deposit=hill, text="Summit")
        m.Citation.objects.create(deposit=hill, source=m.Source.objects.get(), fields=["names:Summit"], locator="p. 3")
    cards(deposits=deposit('names: ["Peak"]'))
    assert set(hill.names.values_list("text", flat=True)) == {"Hill", "Peak", "Summit"}
    assert set(hill.citations.values_list("locator", flat=True)) == {"p. 1", "p. 3"}


def test_what_a_file_has_filled_stays_and_what_a_card_has_lost_goes(cards: Load) -> None:
    cards(countries=COUNTRY, sources=SOURCE, deposits=deposit('host_rock: "gneiss"'))
    with pghistory.context(actor="import"):
        m.Deposit.objects.update(age="Devonian")
        m.Citation.objects.create(deposit=m.Deposit.objects.get(), source=m.Source.objects.get(), fields=["age"])
    assert cards(deposits=deposit('host_rock: "gneiss"')).nothing_to_do
    assert cards(deposits=deposit()).changed == 1
    assert m.Deposit.objects.values_list("age", "host_rock").get() == ("Devonian", None)
    assert cards(deposits=deposit('age: "Permian"')).changed == 1, "what a card states is its own"


def test_a_card_of_a_merged_record_is_left_alone_with_what_hangs_on_it(cards: Load) -> None:
    estimate = 'estimates: [{slug: "hill-1", commodity: "REE", ore_tonnes: 5, cites: ["report#p. 2"]}]'
    commodity = 'commodities: [{slug: "REE", kind: "group", name: "Rare earths"}]'
    cards(countries=COUNTRY, sources=SOURCE, commodities=commodity, deposits=deposit(estimate))
    with pghistory.context(actor="import"):
        other = records.deposit(name="Hill of the file")
    merge_as_judged([Merge(m.Deposit.objects.get(slug="hill"), other, "one pit")], actor="judgements")
    outcome = cards(deposits=deposit(f'{estimate}\n  host_rock: "gneiss"'))
    assert (outcome.new, outcome.changed, outcome.left_alone) == (0, 0, ("deposit “hill”", "resource estimate “hill-1”"))
    assert m.ResourceEstimate.objects.get().deposit == other


def test_unknown_on_a_card_does_not_take_back_what_a_file_knows(cards: Load) -> None:
    unknown = deposit('development_status: "unknown"')
    cards(countries=COUNTRY, sources=SOURCE, deposits=unknown)
    with pghistory.context(actor="import"), transaction.atomic():
        m.Deposit.objects.update(development_status="construction")
        m.Citation.objects.create(
            deposit=m.Deposit.objects.get(), source=m.Source.objects.get(), locator="row 7", fields=["development_status"]
        )
    assert cards(deposits=unknown).nothing_to_do


def test_an_id_that_another_record_has_is_left_to_it_and_said(cards: Load) -> None:
    cards(countries=COUNTRY, sources=SOURCE, deposits=deposit())
    hill = m.Deposit.objects.get()
    with transaction.atomic():
        other = m.Deposit.objects.create(slug="hill-of-a-file", name="Hill", country=hill.country, record_status="draft")
        m.ExternalId.objects.create(deposit=other, scheme="mrds", value="7")
    outcome = cards(deposits=deposit('external_ids: {mrds: ["7", "8"]}'))
    assert outcome.warnings[0] == "hill: the id mrds:7 belongs to hill-of-a-file; if both are the same, merge them"
    assert set(hill.external_ids.values_list("value", flat=True)) == {"8"}


@pytest.mark.parametrize("edit", ["record", "row of it", "row taken away"])
def test_what_a_person_has_edited_is_left_alone(cards: Load, edit: str) -> None:
    cards(countries=COUNTRY, sources=SOURCE, deposits=deposit('names: ["Mount"]'))
    with pghistory.context(user=7, reason="seen in the field"):
        if edit == "record":
            m.Deposit.objects.update(location_kind="admin_only")
        elif edit == "row of it":
            m.Citation.objects.update(note="checked")
        else:
            m.Name.objects.filter(text="Mount").delete()
    outcome = cards(deposits=deposit('host_rock: "gneiss"'))
    assert outcome.left_alone == ("deposit “hill”",)
    assert m.Deposit.objects.get().host_rock is None


def test_only_some_files_leave_the_others_as_they_are(whole: None) -> None:
    outcome = load(FIXTURES, only=["deposits/kyrgyzstan", "disagreements"])
    assert outcome.nothing_to_do and outcome.records > 60


def test_check_tries_and_takes_back(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("seed", only=["founding_article"], check=True)
    assert "47 would be added" in capsys.readouterr().out
    assert m.Finding.objects.count() == 0


def test_an_error_leaves_nothing_behind(cards: Load) -> None:
    with pytest.raises(SeedError), transaction.atomic():
        cards(countries=COUNTRY, sources=SOURCE, deposits=deposit("location_uncertainty_m: 5"))
    assert not m.Country.objects.exists()


def test_the_command_names_the_file_and_ends_with_an_error(db: None) -> None:
    with pytest.raises(CommandError, match=r"(?s)there is no such file in fixtures/.*Nothing was written"):
        call_command("seed", only=["nowhere"])


def test_a_new_record_is_written_without_versions_in_between(cards: Load) -> None:
    cards(countries=COUNTRY, sources=SOURCE, deposits=deposit('names: ["Mount"]'))
    assert m.Deposit.objects.get().version == 1
    connection.check_constraints()


def test_the_rules_of_the_database_hold_for_the_whole_seed(whole: None) -> None:
    connection.check_constraints()
    for model in (m.Deposit, m.License, m.ProspectingObject, m.PolicyFramework, m.ResourceEstimate, m.Organization):
        uncited: Any = model.objects.filter(record_status="published", citations__isnull=True)
        assert not uncited.exists()


def test_the_card_in_the_documentation_loads(whole: None, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "seed.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    (tmp_path / "card.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "sources.yaml").write_text('sources: [{slug: "some-report"}, {slug: "other-report"}]', encoding="utf-8")
    outcome = load(tmp_path, only=["card", "sources"])
    assert outcome.new == 5 and not any("new-hill" in said for said in outcome.warnings)
