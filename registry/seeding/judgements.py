"""Judgements of pairs of deposits from a file: each was made by reading both rows.

A pair that a person has judged in the registry, or whose judgement a person has taken back, is left alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pghistory
from django.db.models import Q

from registry.matching.judgements import kind_name
from registry.merging import Merge, MergeError, merge_as_judged, take_back_at_once
from registry.merging.links import links_of
from registry.models import Deposit, Judgement, MergedRow
from registry.seeding.errors import SeedError
from registry.seeding.judgement_file import Pair, keys_of, read_judgements
from registry.seeding.judgement_waves import Judged, Ordered, Row, Step, Wave, ordered, steps_of, waves_back, waves_of

#: Who writes, in the history, when the file is loaded.
ACTOR = "judgements"
_TAKEN_BACK = "the judgements of the file were taken back"


def load_judgements(path: Path) -> Counter[str]:
    """Judge the pairs of the file, and count what was done; the caller holds the transaction."""
    pairs = read_judgements(path)
    steps = _steps(pairs)
    links = links_of(Deposit, {key for step in steps for key in (step.one, step.other)})
    for wave in waves_of(steps, links):
        _judge(wave)
    done = Counter(str(step.pair.verdict) for step in steps)
    return done + Counter(left=len(pairs) - len(steps))


def take_back_judgements() -> Counter[str]:
    """Take back, the latest first, what the file judged and no person has judged again; raises MergeError."""
    held = {one.pk: one for one in Judgement.objects.filter(kind=kind_name(Deposit), decided_by=None).order_by("-pk")}
    done = Counter(str(one.verdict) for one in held.values())
    for wave in waves_back(_judged_rows(held.values())):
        merges = [held[one.key].gone_id for one in wave if one.is_merge]
        if merges:
            take_back_at_once(records=list(Deposit.objects.filter(pk__in=merges)), actor=ACTOR, reason=_TAKEN_BACK)
        with pghistory.context(actor=ACTOR, reason=_TAKEN_BACK):
            Judgement.objects.filter(pk__in=[one.key for one in wave if not one.is_merge]).delete()
    return done


def _judged_rows(judgements: Iterable[Judgement]) -> list[Judged]:
    """Give each judgement with the rows that it concerns."""
    rows: dict[int, set[Row]] = defaultdict(set)
    for key, table, row, twin in MergedRow.objects.values_list("judgement_id", "table", "row_id", "twin_id"):
        rows[key].update((table, one) for one in (row, twin) if one is not None)
    records, own = Deposit._meta.db_table, Judgement._meta.db_table
    return [
        Judged(
            one.pk,
            one.gone_id is not None,
            frozenset({*rows[one.pk], (own, one.pk), (records, one.one_id), (records, one.other_id)}),
        )
        for one in judgements
    ]


def _steps(pairs: Sequence[Pair]) -> list[Step]:
    """List what is left to be judged."""
    keys = keys_of(pairs)
    return steps_of(pairs, keys, _merged(keys.values()), _judged() | _decided_by_people())


def _judge(wave: Wave) -> None:
    """Write a wave: what is not the same, then the merges, which take those judgements along."""
    with pghistory.context(actor=ACTOR, reason=f"{len(wave.apart)} pairs that were judged not to be the same"):
        Judgement.objects.bulk_create(
            Judgement(kind=kind_name(Deposit), one_id=low, other_id=high, verdict=step.pair.verdict, reason=step.pair.reason)
            for step in wave.apart
            for low, high in [ordered(step.one, step.other)]
        )
    if wave.same:
        _merge(wave.same)


def _merge(steps: Sequence[Step]) -> None:
    """Merge, and take the values that the records that stay leave open; if one of several cannot be, say which."""
    held = Deposit.objects.in_bulk([key for step in steps for key in (step.one, step.other)])
    merges = [Merge(held[step.other], held[step.one], step.pair.reason) for step in steps]
    try:
        merge_as_judged(merges, actor=ACTOR)
    except MergeError as error:
        if len(steps) == 1:
            raise SeedError(steps[0].pair.place, str(error)) from error
        for step in steps:
            _merge([step])


def _merged(keys: Iterable[int]) -> dict[int, int]:
    """Return which deposits are merged, and into which."""
    merged = Deposit.objects.filter(pk__in=set(keys), merged_into__isnull=False)
    return dict(merged.values_list("pk", "merged_into"))


def _judged() -> set[Ordered]:
    """Return the pairs that are judged."""
    return set(Judgement.objects.filter(kind=kind_name(Deposit)).values_list("one_id", "other_id"))


def _decided_by_people() -> set[Ordered]:
    """Return the pairs of which a person has taken back a judgement."""
    decided = _deleted().filter(~Q(pgh_context__user=None), pgh_context__user__isnull=False)
    return set(decided.values_list("one_id", "other_id"))


def _deleted() -> Any:
    """Return the deletions of judgements, from the history."""
    events: Any = Judgement.history.rel.related_model.objects  # type: ignore[attr-defined]
    return events.filter(kind=kind_name(Deposit), pgh_label="delete")
