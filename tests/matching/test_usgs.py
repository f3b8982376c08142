"""How well the score tells: measured on real pairs of the USGS files, with the numbers that docs/merging.md gives."""

import re
from pathlib import Path

import pytest

from registry.matching import LIKELY, POSSIBLE, candidates, kind_of
from registry.matching.probes import of_records
from registry.models import Deposit
from registry.sql import sql
from tests.matching import usgs

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "merging.md"


def scores(wanted: set[str]) -> dict[frozenset[str], float]:
    """Score all rows against all, as an import would."""
    keys = usgs.load(wanted)
    kind = kind_of(Deposit)
    found = candidates(kind, of_records(kind, sql("r.id = ANY ({keys})", keys=list(keys))), most=30, least=0.3)
    scored: dict[frozenset[str], float] = {}
    for candidate in found:
        if candidate.record in keys:
            pair = frozenset((keys[candidate.probe], keys[candidate.record]))
            scored[pair] = max(scored.get(pair, 0), candidate.score)
    return scored


def stated(what: str) -> tuple[float, float]:
    """Read precision and recall from the documentation's table."""
    row = re.search(rf"\| {what} [^|]*\|[^|]*\| (0\.\d+) \| (0\.\d+) \|", DOCUMENT.read_text())
    assert row, f"docs/merging.md gives no numbers for “{what}”"
    return float(row[1]), float(row[2])


def test_precision_and_recall_are_those_that_are_documented() -> None:
    truth = usgs.pairs()
    assert sum(pair.same for pair in truth) > 300 and sum(not pair.same for pair in truth) > 150
    scored = scores({key for pair in truth for key in (pair.one, pair.other)})
    for what, threshold in (("possible", POSSIBLE), ("likely", LIKELY)):
        found = [pair for pair in truth if scored.get(frozenset((pair.one, pair.other)), 0) >= threshold]
        right = sum(pair.same for pair in found)
        precision, recall = right / len(found), right / sum(pair.same for pair in truth)
        print(f"{what}: precision {precision:.3f}, recall {recall:.3f}, {right} of {len(found)}")
        documented = stated(what)
        assert abs(precision - documented[0]) < 0.006 and abs(recall - documented[1]) < 0.006, (what, precision, recall)


def test_the_pairs_of_the_dossier_are_found() -> None:
    """Pairs that were matched by others, for the dossier: nobody had the score in mind."""
    if not (usgs.SHARED / "facts").exists():
        pytest.skip("THERE IS NO DOSSIER beside the project, so its pairs are not looked for")
    truth = usgs.located()
    scored = scores({key for pair in truth for key in (pair.one, pair.other)})
    missed = [pair for pair in truth if scored.get(frozenset((pair.one, pair.other)), 0) < POSSIBLE]
    print(f"{len(truth) - len(missed)} of {len(truth)} pairs; missed: {[(m.one, m.other) for m in missed]}")
    recall = 1 - len(missed) / len(truth)
    said = re.search(r"(\d+) of the (\d+) pairs of the dossier", DOCUMENT.read_text())
    assert said and (int(said[1]), int(said[2])) == (len(truth) - len(missed), len(truth)), recall
