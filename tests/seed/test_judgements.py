"""Judgements from a file: each pair once, nothing of a person's work overwritten, and every mistake named."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.matching.judgements import judgement_of, judgement_take_back
from registry.merging import merge_take_back
from registry.models import Deposit, ExternalId, Judgement
from registry.seeding.errors import SeedError
from registry.seeding.judgement_file import Pair, read_judgements
from registry.seeding.judgements import load_judgements, take_back_judgements
from registry.vocabularies import Verdict
from tests import records
from tests.curation.conftest import Curator, admin, roles  # noqa: F401

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
WORLD = FIXTURES / "world"
SOUND = {"one": "mrds:1", "other": "mrds:2", "verdict": "same", "reason": "one pit"}


def file_of(folder: Path, *pairs: dict[str, Any]) -> Path:
    path = folder / "judgements.yaml"
    path.write_text(yaml.safe_dump({"pairs": list(pairs)}), encoding="utf-8")
    return path


@pytest.fixture
def four(db: None) -> list[Deposit]:
    found = [records.deposit(name=f"Akbulak {number}") for number in range(1, 5)]
    for number, deposit in enumerate(found, 1):
        ExternalId.objects.create(deposit=deposit, scheme="mrds", value=str(number))
    return found


def test_pairs_are_judged_once_and_taken_back(four: list[Deposit], tmp_path: Path) -> None:
    a, b, c, d = four
    Deposit.objects.filter(pk=b.pk).update(age="Permian")
    path = file_of(
        tmp_path,
        SOUND,
        {"one": "mrds:2", "other": "mrds:3", "verdict": "different", "reason": "two valleys"},
        {"one": "mrds:3", "other": "mrds:4", "verdict": "unsure", "reason": "no location"},
    )
    assert load_judgements(path) == {"same": 1, "different": 1, "unsure": 1}
    assert load_judgements(path) == {"left": 3}
    a.refresh_from_db()
    b.refresh_from_db()
    assert (b.merged_into_id, a.age) == (a.pk, "Permian"), "what the other leaves open is filled"
    assert judgement_of(a, c) and judgement_of(c, d), "a merged record is judged as the one it was merged into"
    events = Judgement.history.rel.related_model.objects.filter(verdict="same")  # type: ignore[attr-defined]
    assert {event.pgh_context["actor"] for event in events} == {"judgements"}
    assert take_back_judgements() == {"same": 1, "different": 1, "unsure": 1}
    b.refresh_from_db()
    assert (b.record_status, Judgement.objects.count()) == ("published", 0)
    assert load_judgements(path) == {"same": 1, "different": 1, "unsure": 1}


def test_what_a_person_has_decided_stays(four: list[Deposit], tmp_path: Path, admin: Curator) -> None:  # noqa: F811
    b = four[1]
    path = file_of(tmp_path, SOUND, {"one": "mrds:2", "other": "mrds:3", "verdict": "unsure", "reason": "no location"})
    load_judgements(path)
    merge_take_back(record=b, user=admin.user, reason="two pits")
    (unsure,) = Judgement.objects.all()
    judgement_take_back(judgement=unsure, model=Deposit, user=admin.user, reason="a map shows it")
    assert load_judgements(path)["left"] >= 1
    b.refresh_from_db()
    assert b.record_status == "published", "a merge that a person took back is not made again"


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ({"verdict": "perhaps"}, "“verdict” is one of"),
        ({"reason": ""}, "a pair has the texts"),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"other": "mrds:1"}, "twice"),
        ({"other": "mrds:99"}, "no deposit has the external id mrds:99"),
        ({"more": "x"}, "a pair has the texts"),
        ({"reason": 5}, "a pair has the texts"),
    ],
)
def test_a_mistake_is_named(pair: dict[str, Any], said: str, four: list[Deposit], tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=said):
        load_judgements(file_of(tmp_path, {**SOUND, **pair}))
    assert not Judgement.objects.exists()


def test_judgements_that_contradict_each_other_are_refused(four: list[Deposit], tmp_path: Path) -> None:
    apart = {"one": "mrds:1", "other": "mrds:3", "verdict": "different", "reason": "two valleys"}
    path = file_of(tmp_path, SOUND, {**SOUND, "one": "mrds:2", "other": "mrds:3"}, apart)
    with pytest.raises(SeedError, match="one record by other pairs"):
        load_judgements(path)
    (tmp_path / "empty.yaml").write_text("")
    with pytest.raises(SeedError, match="must contain the list"):
        load_judgements(tmp_path / "empty.yaml")


def _ids() -> Iterator[str]:
    for name, scheme, column in (
        ("usgs_ree", "usgs_ree", "record_id"),
        ("mrds", "mrds", "dep_id"),
        ("usgs_major", "usgs_major", "record_id"),
    ):
        with (WORLD / f"{name}.csv").open(encoding="utf-8") as lines:
            yield from (f"{scheme}:{row[column]}" for row in csv.DictReader(lines))


def test_the_judgements_of_the_world_layer_are_sound() -> None:
    """Every id is one of the files or of a card; that no pairs contradict each other is checked when they are read."""
    pairs: list[Pair] = read_judgements(WORLD / "judgements.yaml")
    assert len(pairs) >= 1_200 and {pair.verdict for pair in pairs} == set(Verdict)
    cards = "".join(path.read_text(encoding="utf-8") for path in (FIXTURES / "deposits").glob("*.yaml"))
    known = set(_ids())
    for name in {name for pair in pairs for name in (pair.one, pair.other)}:
        scheme, _, value = name.partition(":")
        assert name in known or scheme == "ga_critical_minerals" or (scheme == "dossier" and f'"{value}"' in cards), name
