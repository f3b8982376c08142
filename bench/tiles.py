"""`python -m bench.tiles`: cold tiles of a seeded pyramid, ours beside tipg's over the same deposits.

python -m bench.tiles [--size N] [--each K] [--without-tipg]
"""

import argparse
import math
import random
import statistics
import time
import urllib.error
import urllib.request
from contextlib import ExitStack

from bench.__main__ import connect, prepare
from bench.services import SERVICES, install, running
from config.environment import Environment

_OURS = "/tiles/deposits/{z}/{x}/{y}.mvt"
_TIPG = "/collections/public.bench_deposit/tiles/WebMercatorQuad/{z}/{x}/{y}"


def pyramid(url: str, each: int) -> list[tuple[int, int, int]]:
    """Give tiles of each zoom around deposits chosen by chance, the same at every run."""
    with connect(url) as database:
        places = [(float(x), float(y)) for x, y in database.execute(
            "SELECT ST_X(location), ST_Y(location) FROM registry_deposit WHERE location IS NOT NULL AND slug ~ '^d[0-9]+$'"
            " ORDER BY hashint8extended(id, 5) LIMIT 2000"
        )]  # type: ignore[arg-type]  # fmt: skip
    chance, tiles = random.Random(5), set()
    for zoom in range(15):
        side = 1 << zoom
        for x, y in chance.sample(places, min(each, 4**zoom * 3)):
            latitude = math.radians(max(-85.0, min(85.0, y)))
            row = (0.5 - math.log(math.tan(math.pi / 4 + latitude / 2)) / (2 * math.pi)) * side
            tiles.add((zoom, min(side - 1, int((x + 180) / 360 * side)), min(side - 1, int(row))))
    return sorted(tiles)


def ask(address: str) -> tuple[float, int, int]:
    """Ask for a tile; give milliseconds, bytes and status."""
    begin = time.perf_counter()
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            size, status = len(answer.read()), answer.status
    except urllib.error.HTTPError as error:
        size, status = len(error.read()), error.code
    return (time.perf_counter() - begin) * 1000, size, status


def main() -> None:
    """Ask each service for each tile once, in turn."""
    parser = argparse.ArgumentParser(prog="python -m bench.tiles", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=30, help="tiles of each zoom")
    parser.add_argument("--without-tipg", action="store_true")
    options = parser.parse_args()
    target = prepare(Environment.current().database_url, options.size)
    tiles = pyramid(target, options.each)
    asked = {"ours": _OURS} if options.without_tipg else {"ours": _OURS, "tipg": _TIPG}
    if not options.without_tipg:
        install("tipg")
    times: dict[tuple[str, int], list[float]] = {}
    sizes: dict[tuple[str, int], list[int]] = {}
    with ExitStack() as stack:
        services = {name: stack.enter_context(running(SERVICES[name], target)) for name in asked}
        for name, path in asked.items():
            # A first tile at the end of the world wakes each worker's connection.
            for x in range(16):
                ask(services[name].base + path.format(z=14, x=x, y=0))
        for z, x, y in tiles:
            for name, path in asked.items():
                taken, size, status = ask(services[name].base + path.format(z=z, x=x, y=y))
                if status not in (200, 204):
                    raise SystemExit(f"{name} answers {status} for {z}/{x}/{y}")
                times.setdefault((name, z), []).append(taken)
                sizes.setdefault((name, z), []).append(size)
    print("| zoom | tiles |", " | ".join(f"{name} p50 ms | p95 ms | largest kB" for name in asked), "|")
    print("|---|---|" + "---|---|---|" * len(asked))
    for zoom in range(15):
        cells = [
            f"{_of(times[name, zoom], 50):.1f} | {_of(times[name, zoom], 95):.1f} | {max(sizes[name, zoom]) / 1e3:.0f}"
            for name in asked
        ]
        print(f"| {zoom} | {len(times['ours', zoom])} |", " | ".join(cells), "|")
    for name in asked:
        every = [taken for (service, _), found in times.items() if service == name for taken in found]
        print(f"\n{name}: p50 {_of(every, 50):.1f} ms, p95 {_of(every, 95):.1f} ms, most {max(every):.0f} ms", end="")
    print()


def _of(values: list[float], percent: int) -> float:
    if len(values) < 2:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
