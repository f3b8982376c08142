"""Judgements of pairs of deposits from a file: each was made by reading both rows, and names them by an external id.

A pair that a person has judged in the registry, or whose judgement a person has taken back, is left alone.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pghistory
import yaml
from django.db.models import Q

from registry.matching.judgements import kind_name
from registry.merging import MergeError, differences, merge_as_judged, take_back_as_judged
from registry.models import Deposit, ExternalId, Judgement
from registry.seeding.errors import CardLocation, SeedError
from registry.seeding.reader import CoreLoader
from registry.vocabularies import Verdict

FILE = "judgements.yaml"
#: Who writes, in the history, when the file is loaded.
ACTOR = "judgements"
_TAKEN_BACK = "the judgements of the file were taken back"
_KEYS = {"one", "other", "verdict", "reason"}


@dataclass(frozen=True)
class Pair:
    """A judgement of the file: two external ids, of which the first names the record that stays if they are the same."""

    one: str
    other: str
    verdict: Verdict
    reason: str
    place: CardLocation


def read_judgements(path: Path) -> list[Pair]:
    """Read and check the file; raises SeedError."""
    name = path.name
    content = yaml.load(path.read_text(encoding="utf-8"), CoreLoader)
    rows = content.get("pairs") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise SeedError(CardLocation(name), "the file must contain the list “pairs:”")
    pairs, seen = [], set()
    for number, row in enumerate(rows, 1):
        place = CardLocation(name).at(f"pairs {number}")
        texts = isinstance(row, dict) and set(row) == _KEYS and all(isinstance(value, str) and value for value in row.values())
        if not texts:
            raise SeedError(place, f"a pair has the texts {', '.join(sorted(_KEYS))}")
        if row["verdict"] not in Verdict.values or len(row["reason"]) > 500:
            raise SeedError(place, f"“verdict” is one of {', '.join(Verdict.values)}, and “reason” has at most 500 characters")
        ids = frozenset((row["one"], row["other"]))
        if len(ids) < 2 or ids in seen:
            raise SeedError(place, f"{row['one']} and {row['other']} stand here twice")
        seen.add(ids)
        pairs.append(Pair(row["one"], row["other"], Verdict(row["verdict"]), row["reason"], place))
    _check_agreement(pairs)
    return pairs


def _check_agreement(pairs: list[Pair]) -> None:
    """Refuse that two ids are of one record by some pairs, and not by another."""
    into: dict[str, str] = {}

    def root(name: str) -> str:
        while name in into:
            name = into[name]
        return name

    for pair in pairs:
        one, other = root(pair.one), root(pair.other)
        if pair.verdict == Verdict.SAME and one != other:
            into[other] = one
    for pair in pairs:
        if pair.verdict != Verdict.SAME and root(pair.one) == root(pair.other):
            raise SeedError(pair.place, f"{pair.one} and {pair.other} are one record by other pairs")


def load_judgements(path: Path) -> Counter[str]:
    """Judge the pairs of the file in their order, and count what was done; the caller holds the transaction."""
    pairs = read_judgements(path)
    keys = _keys(pairs)
    into, decided, judged = _merged(keys.values()), _decided_by_people(), _judged()
    done: Counter[str] = Counter()
    for pair in pairs:
        one, other = (_now(keys[name], into) for name in (pair.one, pair.other))
        low, high = pair_now = _ordered(one, other)
        # A card may have the ids of both: what it says goes before.
        if one == other or pair_now in judged or pair_now in decided:
            done["left"] += 1
            continue
        if pair.verdict == Verdict.SAME:
            _merge(pair, record=Deposit.objects.get(pk=other), into=Deposit.objects.get(pk=one))
            into[other] = one
            # What was judged of the record that went is judged of the one that stays.
            judged = {_ordered(_now(a, into), _now(b, into)) for a, b in judged} | {pair_now}
        else:
            with pghistory.context(actor=ACTOR, reason=pair.reason):
                Judgement.objects.create(
                    kind=kind_name(Deposit), one_id=low, other_id=high, verdict=pair.verdict, reason=pair.reason
                )
            judged.add(pair_now)
        done[pair.verdict] += 1
    return done


def judgements_wait(path: Path) -> bool:
    """Return whether pairs of the file are left because loading it was ended: all ids are there, and nothing was taken back."""
    if _deleted().filter(pgh_context__actor=ACTOR, pgh_context__reason=_TAKEN_BACK).exists():
        return False
    pairs = read_judgements(path)
    try:
        keys = _keys(pairs)
    except SeedError:
        return False
    into, known = _merged(keys.values()), _decided_by_people() | _judged()
    now = (_ordered(_now(keys[pair.one], into), _now(keys[pair.other], into)) for pair in pairs)
    return any(one != other and (one, other) not in known for one, other in now)


def take_back_judgements() -> Counter[str]:
    """Take back, the latest first, what the file judged and no person has judged again; raises MergeError."""
    done: Counter[str] = Counter()
    for judgement in Judgement.objects.filter(kind=kind_name(Deposit), decided_by=None).order_by("-pk"):
        if judgement.gone_id:
            take_back_as_judged(record=Deposit.objects.get(pk=judgement.gone_id), actor=ACTOR, reason=_TAKEN_BACK)
        else:
            with pghistory.context(actor=ACTOR, reason=_TAKEN_BACK):
                judgement.delete()
        done[judgement.verdict] += 1
    return done


def _keys(pairs: list[Pair]) -> dict[str, int]:
    """Find the deposits of all ids at once; raises SeedError for one that no deposit has."""
    names = {name for pair in pairs for name in (pair.one, pair.other)}
    split = {name: (scheme, value) for name in names for scheme, _, value in [name.partition(":")]}
    wanted = {value for _, value in split.values()}
    rows = ExternalId.objects.filter(value__in=wanted, deposit__isnull=False).values_list("scheme", "value", "deposit")
    held = {(scheme, value): key for scheme, value, key in rows}
    for pair in pairs:
        for name in (pair.one, pair.other):
            if split[name] not in held:
                raise SeedError(pair.place, f"no deposit has the external id {name}")
    return {name: held[key] for name, key in split.items()}


def _ordered(one: int, other: int) -> tuple[int, int]:
    """Return two keys as judgements hold them."""
    return min(one, other), max(one, other)


def _merged(keys: Iterable[int]) -> dict[int, int]:
    """Return which deposits are merged, and into which."""
    merged = Deposit.objects.filter(pk__in=set(keys), merged_into__isnull=False)
    return dict(merged.values_list("pk", "merged_into"))


def _now(key: int, into: dict[int, int]) -> int:
    """Return the record into which one was merged, also by an earlier pair; else itself."""
    while key in into:
        key = into[key]
    return key


def _merge(pair: Pair, *, record: Deposit, into: Deposit) -> None:
    """Merge, and take the values that the record that stays leaves open."""
    take = [difference.name for difference in differences(record, into) if difference.survivor_is_silent]
    try:
        merge_as_judged(record=record, into=into, actor=ACTOR, reason=pair.reason, take=take)
    except MergeError as error:
        raise SeedError(pair.place, str(error)) from error


def _judged() -> set[tuple[int, int]]:
    """Return the pairs that are judged."""
    return set(Judgement.objects.filter(kind=kind_name(Deposit)).values_list("one_id", "other_id"))


def _decided_by_people() -> set[tuple[int, int]]:
    """Return the pairs of which a person has taken back a judgement."""
    decided = _deleted().filter(~Q(pgh_context__user=None), pgh_context__user__isnull=False)
    return set(decided.values_list("one_id", "other_id"))


def _deleted() -> Any:
    """Return the deletions of judgements, from the history."""
    events: Any = Judgement.history.rel.related_model.objects  # type: ignore[attr-defined]
    return events.filter(kind=kind_name(Deposit), pgh_label="delete")
