"""How well the score tells: measured on real pairs of the USGS files, with the numbers that docs/merging.md gives."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from registry.matching import LIKELY, POSSIBLE, candidates, kind_of
from registry.matching.probes import of_records
from registry.models import Deposit
from registry.sql import sql
from tests.matching import judged, usgs
from tests.matching.usgs import Pair

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "merging.md"
TABLE = ROOT / "bench" / "matching.md"
#: Precision and recall together, below which the score may not fall on any set of pairs.
GOAL = 0.9


def scores(keys: dict[int, str]) -> dict[frozenset[str], float]:
    """Score all rows against all, as an import would."""
    kind = kind_of(Deposit)
    found = candidates(kind, of_records(kind, sql("r.id = ANY ({keys})", keys=list(keys))), most=60, least=0.3)
    scored: dict[frozenset[str], float] = {}
    for candidate in found:
        if candidate.record in keys:
            pair = frozenset((keys[candidate.probe], keys[candidate.record]))
            scored[pair] = max(scored.get(pair, 0), candidate.score)
    return scored


def measured(truth: Iterable[Pair], scored: dict[frozenset[str], float], threshold: float) -> tuple[float, float, float]:
    """Give precision, recall and F1."""
    truth = list(truth)
    found = [pair for pair in truth if scored.get(frozenset((pair.one, pair.other)), 0) >= threshold]
    right = sum(pair.same for pair in found)
    precision, recall = right / len(found), right / sum(pair.same for pair in truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def stated(path: Path, what: str, numbers: int) -> list[float]:
    """Read the numbers of a row of a document's table."""
    row = re.search(rf"^\| {re.escape(what)} [^\n]*?{r'[|] (0[.][0-9]+|1[.]0+) ' * numbers}\|$", path.read_text(), re.MULTILINE)
    assert row, f"{path.name} gives no numbers for “{what}”"
    return [float(number) for number in row.groups()]


def assert_stated(path: Path, what: str, now: tuple[float, ...]) -> None:
    """Compare with a document."""
    print(f"{what}: {', '.join(f'{number:.3f}' for number in now)}")
    assert stated(path, what, len(now)) == pytest.approx(now, abs=0.006), what


def test_precision_and_recall_are_those_that_are_documented() -> None:
    truth = usgs.pairs()
    assert sum(pair.same for pair in truth) > 300 and sum(not pair.same for pair in truth) > 150
    scored = scores(usgs.load({key for pair in truth for key in (pair.one, pair.other)}))
    for what, threshold in (("possible", POSSIBLE), ("likely", LIKELY)):
        assert_stated(DOCUMENT, what, measured(truth, scored, threshold)[:2])
    for what, half in (("USGS, chosen with", truth[0::2]), ("USGS, held out", truth[1::2]), ("USGS, all", truth)):
        assert_stated(TABLE, what, measured(half, scored, POSSIBLE))
    assert measured(truth, scored, POSSIBLE)[2] >= GOAL


def test_pairs_that_experts_judged_are_told_apart() -> None:
    truth = judged.pairs()
    assert (sum(pair.same for pair in truth), len(truth)) == (14, 41)
    now = measured(truth, scores(judged.load()), POSSIBLE)
    assert_stated(TABLE, "experts", now)
    assert now[2] >= GOAL


def test_the_pairs_of_the_dossier_are_found() -> None:
    """Pairs that were matched by others, for the dossier: nobody had the score in mind."""
    if not (usgs.SHARED / "facts").exists():
        pytest.skip("THERE IS NO DOSSIER beside the project, so its pairs are not looked for")
    truth = usgs.located()
    scored = scores(usgs.load({key for pair in truth for key in (pair.one, pair.other)}))
    missed = [pair for pair in truth if scored.get(frozenset((pair.one, pair.other)), 0) < POSSIBLE]
    print(f"{len(truth) - len(missed)} of {len(truth)} pairs; missed: {[(m.one, m.other) for m in missed]}")
    recall = 1 - len(missed) / len(truth)
    said = re.search(r"(\d+) of the (\d+) pairs of the dossier", DOCUMENT.read_text())
    assert said and (int(said[1]), int(said[2])) == (len(truth) - len(missed), len(truth)), recall
