"""Counts that the documentation states, so that tests hold them."""

import re

from tests.seed.conftest import FIXTURES

#: What is counted with the world layer loaded: before pairs are judged, and after.
WORLD_COUNTS = (
    *("deposits of the cards and the world layer", "of these, with a rare earth", "of these, on the map"),
    *("deposits after the judgements", "after them, with a rare earth", "after them, on the map"),
)


def documented(page: str, heading: str) -> dict[str, str]:
    """Read the first table after a heading: what is counted, and the number."""
    text = (FIXTURES.parent / "docs" / page).read_text(encoding="utf-8").partition(f"\n{heading}\n")[2]
    rows = [line.strip("|").split("|") for line in text.partition("\n## ")[0].splitlines() if line.startswith("|")]
    return {what.strip(): re.sub(r"(?<=\d),(?=\d{3})", "", number.strip()) for what, number in rows[2:]}
