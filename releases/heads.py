"""The heads of the chain over the history, as they are published: in each release, and at an address."""

import json
from typing import Any

from registry.sealing.seal import Seal, seals
from releases.catalogue import releases
from releases.names import folder

HEADS = "heads.json"
#: How many heads one response gives.
MOST = 10_000


def document(found: list[Seal]) -> dict[str, Any]:
    """Return heads as they are published."""
    heads = [
        {"number": one.number, "sealed_at": one.sealed_at.isoformat(), "rows": one.rows, "head": one.head} for one in found
    ]
    return {"heads": heads}


def heads_after(number: int) -> dict[str, Any]:
    """Return the heads after a number, the first ones first."""
    return document([one for one in seals() if one.number > number][:MOST])


def published() -> dict[int, str]:
    """Return the heads that releases have published, by number; of two that differ, the earlier one counts."""
    found: dict[int, str] = {}
    for manifest in releases():
        path = folder() / manifest["name"] / HEADS
        if path.is_file():
            found |= {one["number"]: one["head"] for one in json.loads(path.read_text())["heads"]}
    return found
