"""Pairs that are judged in waves: the records, their rows, their history and the way back are those of one pair at a time."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.history import history_of
from registry.merging.ledger import reached
from registry.models import Citation, Deposit, DepositCommodity, ExternalId, Judgement, MergedRow, Name
from registry.seeding.judgement_file import Pair
from registry.seeding.judgement_waves import steps_of, waves_of
from registry.seeding.judgements import load_judgements, take_back_judgements
from registry.vocabularies import Verdict
from tests import records
from tests.merging.snapshots import rows_of

NUMBER = 7
_rows = st.lists(st.lists(st.sampled_from(("alpha", "beta")), max_size=2, unique=True), min_size=NUMBER, max_size=NUMBER)
_ages = st.lists(st.sampled_from((None, "Permian", "Triassic")), min_size=NUMBER, max_size=NUMBER)
_deposits = st.lists(st.integers(0, 2), min_size=NUMBER, max_size=NUMBER)
_order = st.lists(
    st.tuples(st.integers(0, NUMBER - 1), st.integers(0, NUMBER - 1), st.sampled_from(("different", "unsure"))),
    min_size=4,
    max_size=7,
    unique_by=lambda pair: frozenset(pair[:2]),
)


def pairs_of(which: list[int], order: list[tuple[int, int, str]]) -> list[dict[str, str]]:
    """Judge rows by the deposit that each is of, so that no pairs contradict each other."""
    return [
        {
            "one": f"mrds:{one}",
            "other": f"mrds:{other}",
            "verdict": "same" if which[one] == which[other] else apart,
            "reason": f"{one} and {other}",
        }
        for one, other, apart in order
        if one != other
    ]


def state(last: dict[str, int]) -> dict[str, Any]:
    """Read all that judging has made, without the keys of what is new."""

    def key(table: str, number: int | None) -> Any:
        return number if number is None or number <= last[table] else "new"

    def without_key(table: str, row: str) -> str:
        number, rest = row.strip("()").split(",", 1)
        return f"{key(table, int(number))},{rest}"

    found: dict[str, Any] = {table: sorted(without_key(table, row) for row in rows) for table, rows in rows_of(Deposit).items()}
    found["versions"] = list(Deposit.objects.order_by("pk").values_list("pk", "version", "merged_into"))
    found["judged"] = sorted(
        Judgement.objects.values_list("one_id", "other_id", "verdict", "gone_id", "reason", "stays_version")
    )
    found["noted"] = sorted(
        (
            row.judgement.gone_id,
            row.table,
            str(key(row.table, row.row_id)),
            row.before is None,
            row.after is None,
            str(row.twin_id),
        )
        for row in MergedRow.objects.select_related("judgement")
        if row.table != Judgement._meta.db_table
    )
    for table in reached(Deposit):
        if table is not Judgement:
            events: Any = history_of(table).objects  # type: ignore[attr-defined]
            name = table._meta.db_table
            written = events.filter(pgh_context__actor="judgements").values_list(
                "pgh_obj_id", "pgh_label", "pgh_context__merge"
            )
            found[f"history of {name}"] = sorted((str(key(name, one)), label, merge) for one, label, merge in written)
    return found


def write(folder: Path, *pairs: dict[str, str]) -> Path:
    path = folder / "judgements.yaml"
    path.write_text(yaml.safe_dump({"pairs": list(pairs)}), encoding="utf-8")
    return path


def make(rows: list[list[str]], ages: list[str | None]) -> None:
    source, commodities = records.source(), {text: records.commodity() for text in ("alpha", "beta")}
    for number in range(NUMBER):
        deposit = records.deposit(name=f"Akbulak {number % 3}", age=ages[number])
        ExternalId.objects.create(deposit=deposit, scheme="mrds", value=str(number))
        records.deposit(parent=deposit)
        for text in rows[number]:
            Name.objects.create(deposit=deposit, text=text)
            Citation.objects.create(deposit=deposit, source=source, locator=text)
            DepositCommodity.objects.create(deposit=deposit, commodity=commodities[text])


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_rows, ages=_ages, which=_deposits, order=_order)
def test_the_result_is_that_of_one_pair_at_a_time(tmp_path: Path, rows: Any, ages: Any, which: Any, order: Any) -> None:
    pairs = pairs_of(which, order)
    with transaction.atomic():
        make(rows, ages)
        before, last = rows_of(Deposit), _last_keys()
        states = []
        for loads in ([pairs], [[pair] for pair in pairs]):
            with transaction.atomic():
                for load in loads:
                    load_judgements(write(tmp_path, *load))
                states.append(state(last))
                transaction.set_rollback(True)
        assert states[0] == states[1]
        load_judgements(write(tmp_path, *pairs))
        take_back_judgements()
        assert rows_of(Deposit) == before and not MergedRow.objects.exists()
        transaction.set_rollback(True)


def _last_keys() -> dict[str, int]:
    tables: list[Any] = list(reached(Deposit))
    return {table._meta.db_table: max(table._base_manager.values_list("pk", flat=True), default=0) for table in tables}


def test_pairs_that_concern_one_record_are_judged_one_after_the_other() -> None:
    def pair(one: str, other: str, verdict: Verdict = Verdict.SAME) -> Pair:
        return Pair(one, other, verdict, "one pit", None)  # type: ignore[arg-type]

    keys = {name: number for number, name in enumerate("abcdefgh")}
    pairs = [
        pair("a", "b"),
        pair("c", "d"),
        pair("b", "d", Verdict.DIFFERENT),
        pair("e", "f"),
        pair("a", "g"),
        pair("h", "e"),
        pair("b", "g"),
    ]
    steps = steps_of(pairs, keys, {}, set())
    assert [(step.one, step.other) for step in steps] == [(0, 1), (2, 3), (0, 2), (4, 5), (0, 6), (7, 4)], "what is one is left"
    waves = waves_of(steps, {0: {4}, 4: {0}})
    told = [([(s.one, s.other) for s in wave.apart], [(s.one, s.other) for s in wave.same]) for wave in waves]
    assert told == [([], [(0, 1), (2, 3)]), ([(0, 2)], [(4, 5)]), ([], [(0, 6)]), ([], [(7, 4)])]
