"""The file of judgements: pairs of deposits, each named by an external id."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from registry.models import ExternalId
from registry.seeding.errors import CardLocation, SeedError
from registry.seeding.reader import CoreLoader
from registry.vocabularies import Verdict

FILE = "judgements.yaml"
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


def keys_of(pairs: Sequence[Pair]) -> dict[str, int]:
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
