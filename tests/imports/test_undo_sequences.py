"""Every sequence of loads and undos of two overlapping files, compared with a model of twenty lines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from imports.flows import import_undo
from registry.models import Deposit, ExternalId, ImportRun
from tests.imports.given import load, row
from tests.records import commodity, deposit

pytestmark = pytest.mark.django_db

#: What a record says: its status, its host rock, its commodity; None before there is a record.
Content = tuple[str, str | None, str | None]
#: Two editions with one record each of their own, one in common, and one that the registry has from elsewhere (“e”).
#: They mirror each other: with the names of records and values exchanged, either is the other.
FILES = {1: {"a": ("syenite", "XA"), "b": ("syenite", "XA"), "e": ("syenite", "XA")},
         2: {"b": ("granite", "XB"), "c": ("granite", "XB"), "e": ("granite", "XB")}}  # fmt: skip
DEPTH = 4


@dataclass
class Model:
    """What runs wrote to each record lies on a stack; undone runs count once nothing lies on top of them."""

    content: dict[str, Content] = field(default_factory=lambda: {"e": ("published", None, None)})
    stacks: dict[str, list[tuple[int, Content | None]]] = field(default_factory=dict)
    files: list[int] = field(default_factory=list)
    undone: frozenset[int] = frozenset()

    def copy(self) -> "Model":
        return Model(dict(self.content), {key: list(s) for key, s in self.stacks.items()}, list(self.files), self.undone)

    def load(self, file: int) -> dict[str, int]:
        counts = {"new": 0, "changed": 0, "unchanged": 0}
        for key, (rock, symbol) in FILES[file].items():
            before, after = self.content.get(key), ("published", rock, symbol)
            counts["new" if before is None else "unchanged" if before == after else "changed"] += 1
            if before != after:
                self.stacks.setdefault(key, []).append((len(self.files), before))
                self.content[key] = after
        self.files.append(file)
        return counts

    def undo(self, run: int) -> dict[str, int]:
        self.undone |= {run}
        counts = {"withdrawn": 0, "deleted": 0, "restored": 0, "left": 0}
        for key, stack in self.stacks.items():
            mine = [number for number, _ in stack if number == run]
            if mine and stack[-1][0] != run:
                counts["left"] += 1
                continue
            while stack and stack[-1][0] in self.undone:
                _, before = stack.pop()
                _, *values = self.content[key]
                self.content[key] = before or ("withdrawn", *values)  # type: ignore[assignment]
            if mine:
                counts["withdrawn" if self.content[key][0] == "withdrawn" else "restored"] += 1
        return counts

    def steps(self) -> Iterator[tuple[str, int]]:
        yield from (("load", file) for file in FILES)
        yield from (("undo", run) for run in range(len(self.files)) if run not in self.undone)


def held() -> dict[str, Content]:
    """Read the records as they are."""
    found: dict[str, Content] = {}
    for one in ExternalId.objects.filter(scheme="survey").select_related("deposit"):
        symbols = ", ".join(one.deposit.commodities.values_list("commodity__slug", flat=True))
        found[one.value] = (one.deposit.record_status, one.deposit.host_rock, symbols or None)
    return found


def rows_of(file: int) -> list[dict[str, Any]]:
    said = FILES[file].items()
    return [row(key, key, host_rock=rock, commodities=[{"symbol": symbol}]) for key, (rock, symbol) in said]


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def walk(folder: Path, model: Model, runs: list[ImportRun], path: tuple[Any, ...] = ()) -> int:
    """Take every next step, each from the same state, and go on from there.

    Sequences that begin with the second file are those that begin with the first, mirrored: they would take as long again.
    """
    if len(path) == DEPTH:
        return 1
    walked = 0
    for kind, number in model.steps() if path else [("load", 1)]:
        here = (*path, f"{kind} {number}")
        with taken_back():
            # As if the steps were transactions of their own: a version is counted once in each.
            Deposit.objects.update(updated_at="2020-01-01T00:00Z")
            after = model.copy()
            if kind == "load":
                run = load(folder, *rows_of(number))
                expected = after.load(number)
                assert {key: run.counts[key] for key in expected} == expected, here
                then = [*runs, run]
            else:
                run = ImportRun.objects.get(pk=runs[number].pk)
                assert import_undo(run=run).counts == after.undo(number), here
                then = runs
            assert held() == after.content, here
            walked += walk(folder, after, then, here)
    return walked


def test_every_sequence_of_loads_and_undos(tmp_path: Path) -> None:
    for slug in ("XA", "XB"):
        commodity(slug=slug)
    deposit(name="e").external_ids.create(scheme="survey", value="e")
    assert walk(tmp_path, Model(), []) == 38
    assert connection.is_usable()
