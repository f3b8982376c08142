"""In which order pairs are judged: in waves, in each of which all pairs are judged at once, with the result of one by one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from registry.seeding.judgement_file import Pair
from registry.vocabularies import Verdict

#: Two keys of records, the lower one first, as judgements hold them.
Ordered = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """A pair of the file that is to be judged, and the records that it is about after the pairs before it."""

    pair: Pair
    one: int
    other: int


@dataclass
class Wave:
    """Pairs that are judged at once: first those that are not the same, then the merges."""

    apart: list[Step] = field(default_factory=list)
    same: list[Step] = field(default_factory=list)


def ordered(one: int, other: int) -> Ordered:
    """Return two keys as judgements hold them."""
    return min(one, other), max(one, other)


def now(key: int, into: Mapping[int, int]) -> int:
    """Return the record into which one was merged, also by an earlier pair; else itself."""
    while key in into:
        key = into[key]
    return key


def steps_of(pairs: Iterable[Pair], keys: Mapping[str, int], merged: Mapping[int, int], judged: set[Ordered]) -> list[Step]:
    """List what is to be done for the pairs in their order; a pair that is judged or of one record already is left."""
    into, partners = dict(merged), defaultdict[int, set[int]](set)

    def remember(one: int, other: int) -> None:
        partners[one].add(other)
        partners[other].add(one)

    for one, other in judged:
        remember(one, other)
    steps = []
    for pair in pairs:
        one, other = (now(keys[name], into) for name in (pair.one, pair.other))
        # A card may have the ids of both: what it says goes before.
        if one == other or other in partners[one]:
            continue
        steps.append(Step(pair, one, other))
        if pair.verdict == Verdict.SAME:
            into[other] = one
            # What was judged of the record that went is judged of the one that stays.
            for third in partners.pop(other, ()):
                remember(one, third)
        remember(one, other)
    return steps


def waves_of(steps: Iterable[Step], links: Mapping[int, set[int]]) -> list[Wave]:
    """Divide steps so that no record is in two merges of a wave, nor linked with one of another merge.

    A pair comes after those before it that concern its records.
    """
    linked = defaultdict(set, {key: set(others) for key, others in links.items()})
    merged, told_apart = defaultdict[int, int](int), defaultdict[int, int](int)
    waves: dict[int, Wave] = defaultdict(Wave)
    for step in steps:
        one, other = both = (step.one, step.other)
        if step.pair.verdict != Verdict.SAME:
            number = 1 + max(merged[key] for key in both)
            waves[number].apart.append(step)
            for key in both:
                told_apart[key] = max(told_apart[key], number)
            linked[one].add(other)
            linked[other].add(one)
            continue
        near = {one, other} | linked[one] | linked[other]
        number = max(1 + max(merged[key] for key in near), *(told_apart[key] for key in both))
        waves[number].same.append(step)
        for key in both:
            merged[key] = number
        for third in linked[other]:
            linked[third].add(one)
        linked[one] |= linked[other]
    return [waves[number] for number in sorted(waves)]


#: A row that a judgement concerns: its table and key.
Row = tuple[str, int]


@dataclass(frozen=True)
class Judged:
    """A judgement that is to be taken back, and the rows that it concerns, its own and its records among them."""

    key: int
    is_merge: bool
    rows: frozenset[Row]


def waves_back(judged: Iterable[Judged]) -> list[list[Judged]]:
    """Divide judgements, the latest first, so that no row concerns two of a wave of which one is a merge."""
    merged, concerned = defaultdict[Row, int](int), defaultdict[Row, int](int)
    waves: dict[int, list[Judged]] = defaultdict(list)
    for one in judged:
        before = concerned if one.is_merge else merged
        number = 1 + max(before[row] for row in one.rows)
        waves[number].append(one)
        for row in one.rows:
            concerned[row] = max(concerned[row], number)
            if one.is_merge:
                merged[row] = number
    return [waves[number] for number in sorted(waves)]
