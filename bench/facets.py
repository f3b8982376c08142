"""`python -m bench.facets`: lists counted by facets: each selection is requested once, so that no count is remembered.

python -m bench.facets [--size N …] [--each K]
"""

import argparse
import random
import statistics
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from bench.__main__ import connect, look, prepare
from bench.reads import Shape
from bench.services import SERVICES, running
from bench.tiles import ask
from config.environment import Environment

#: What the explore page counts of deposits.
FACETS = (
    "commodity,country,region,admin_code,occurrence_type,deposit_type,development_status,location_kind,reporting_code,source_kind,"
    "discovery_decade,disputed"
)
_STATUSES = ("operating", "closed", "exploration", "undeveloped", "unknown")
_TYPES = ("carbonatite", "placer", "pegmatite", "vein", "skarn", "ion_adsorption_clay", "unknown", "other")
_METALS = (
    "REE",
    "LREE",
    "HREE",
    "Nd",
    "Pr",
    "Dy",
    "Tb",
    "La",
    "Ce",
    "Y",
    "U",
    "Th",
    "Nb",
    "Ta",
    "Zr",
    "Ti",
    "P",
    "Fe",
    "Cu",
    "Au",
)
Given = dict[str, str | int]


def selections(shape: Shape) -> dict[str, Callable[[random.Random], Given]]:
    """Return kinds of selection by name: those of values that are kept counted, then those that records are read for."""

    def box(half: float) -> Callable[[random.Random], Given]:
        def given(chance: random.Random) -> Given:
            x, y = chance.choice(shape.places)
            west, east, south, north = max(-180, x - half), min(180, x + half), max(-90, y - half), min(90, y + half)
            return {"bbox": f"{west:.4f},{south:.4f},{east:.4f},{north:.4f}"}

        return given

    return {
        "everything": lambda chance: {},
        "a commodity": lambda chance: {"commodity": chance.choice(_METALS)},
        "a country": lambda chance: {"country": chance.choice(shape.countries)},
        "rare earths of a status": lambda chance: {"commodity": "REE", "development_status": chance.choice(_STATUSES)},
        "two types, two metals": lambda chance: {
            "deposit_type": ",".join(chance.sample(_TYPES, 2)),
            "commodity": ",".join(chance.sample(_METALS, 2)),
        },
        "a box of 1,000": box(shape.thousand),
        "a tenth of the world": box(40),
        "half of all years": lambda chance: {"discovery_year__gte": chance.randint(1850, 1900)},
        "a word": lambda chance: {"search": chance.choice(shape.words)},
    }


def measured(base: str, shape: Shape, each: int) -> Iterator[tuple[str, list[float]]]:
    """Request some selections of each kind once; give their times in milliseconds."""
    chance = random.Random(11)
    names = FACETS.split(",")
    for name, given in selections(shape).items():
        seen: set[str] = set()
        times = []
        for _ in range(each * 4):
            # What is shown of a record matters as little as which facets come first, but makes another count.
            chance.shuffle(names)
            query = urlencode({"limit": 1, "fields": "slug", "facet": ",".join(names), **given(chance)}, safe=",")
            if query in seen or len(times) == each:
                continue
            seen.add(query)
            taken, _, status = ask(f"{base}/api/v1/deposits/?{query}")
            if status != 200:
                raise SystemExit(f"{status} for {query}")
            times.append(taken)
        yield name, times


def main() -> None:
    """Measure registries of each size."""
    parser = argparse.ArgumentParser(prog="python -m bench.facets", description=__doc__)
    parser.add_argument("--size", type=int, nargs="*", default=[10_000, 1_000_000])
    parser.add_argument("--each", type=int, default=20, help="selections of each kind")
    options = parser.parse_args()
    url = Environment.current().database_url
    found: dict[str, list[str]] = {}
    for size in options.size:
        target = prepare(url, size)
        shape = look(target, size)
        with running(SERVICES["ours"], target) as ours:
            for x in range(16):
                ask(f"{ours.base}/api/v1/deposits/?limit=1&facet=country&search=d{x}")
            for name, times in measured(ours.base, shape, options.each):
                found.setdefault(name, []).append(f"{statistics.median(times):.0f} | {max(times):.0f}")
        with connect(target) as database:
            row = database.execute("SELECT pg_total_relation_size('registry_facetbits') / 1e6").fetchone()
        found.setdefault("size of the bits, MB", []).append(f"{row[0]:.0f} |" if row else "|")
    print("| selection |", " | ".join(f"p50 ms of {size:,} | most ms" for size in options.size), "|")
    print("|---|" + "---|---|" * len(options.size))
    for name, cells in found.items():
        print(f"| {name} |", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
