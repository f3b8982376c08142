"""`./run bench`: measures this registry beside its peers and PostgreSQL itself, and writes bench/RESULTS.md.

python -m bench [--size N] [--quick] [--only READ …] [--seconds S]
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from bench import report
from bench.load import Measured, ask, limit, limit_scripts
from bench.reads import QUERIES, READS, Query, Read, Shape, fetch, records
from bench.services import ROOT, SERVICES, Running, install, running
from config.environment import Environment

Results = dict[tuple[str, str, int], list[Measured]]
#: Our service over a small registry, among the results.
SMALL = "small"


def say(text: str) -> None:
    """Tell what is going on."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    """Connect to a database by its URL."""
    return psycopg.connect(url.replace("postgis://", "postgresql://", 1), autocommit=True)


def prepare(url: str, size: int) -> str:
    """Make the registry of that size, unless it is there already, and give its URL."""
    name = f"bench_{size}"
    split = urlsplit(url)
    target = split._replace(path=f"/{name}").geturl()
    with connect(url) as server:
        there = server.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if there is not None:
            with connect(target) as database:
                marker = database.execute("SELECT to_regclass('bench_done')").fetchone()
            if marker and marker[0]:
                return target
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}"')
    say(f"making a registry of {size:,} deposits and {size // 5:,} licences …")
    begin = time.monotonic()
    variables = {**os.environ, "DATABASE_URL": target, "REGISTRY_LOG_LEVEL": "ERROR"}
    for command in (["migrate", "-v0"], ["seed"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=variables, check=True, stdout=subprocess.DEVNULL)
    for script in ("registry.sql", "views.sql"):
        psql = [
            "psql",
            "-q",
            "-v",
            f"size={size}",
            "-f",
            str(ROOT / "bench" / script),
            target.replace("postgis://", "postgresql://", 1),
        ]
        subprocess.run(psql, check=True, stderr=subprocess.DEVNULL)
    with connect(target) as database:
        database.execute("CREATE TABLE bench_done ()")
    say(f"made in {time.monotonic() - begin:.0f} s")
    return target


def look(url: str, size: int) -> Shape:
    """Look at the registry, to ask queries that have answers."""
    with connect(url) as database:
        countries = [str(c) for (c,) in database.execute(
            "SELECT c.slug FROM registry_deposit d JOIN registry_country c ON c.id = d.country_id "
            "GROUP BY 1 HAVING count(*) > 200 ORDER BY 1"
        )]  # fmt: skip
        words = [str(w) for (w,) in database.execute(
            "SELECT DISTINCT split_part(name, ' ', 1) FROM registry_deposit "
            "WHERE id %% 997 = 3 AND slug ~ '^d[0-9]+$' LIMIT 300", ()
        )]  # fmt: skip
        places = [(float(x), float(y)) for x, y in database.execute(
            "SELECT ST_X(location), ST_Y(location) FROM registry_deposit WHERE location IS NOT NULL AND slug ~ '^d[0-9]+$'"
            " ORDER BY hashint8extended(id, 3) LIMIT 500"
        )]  # type: ignore[arg-type]  # fmt: skip

        def held(side: float) -> float:
            boxes = [(x - side, y - side, x + side, y + side) for x, y in places[:150]]
            sql = "SELECT count(*) FROM registry_deposit WHERE geometry && ST_MakeEnvelope(%s, %s, %s, %s, 4326)"
            return float(statistics.median(database.execute(sql, box).fetchone()[0] for box in boxes))  # type: ignore[index]

        def half(wanted: int) -> float:
            """Find half the side of boxes whose median holds a tenth more than wanted, at every size alike."""
            least, most = 0.01, 90.0
            for _ in range(14):
                side = (least * most) ** 0.5
                least, most = (least, side) if held(side) >= wanted * 1.1 else (side, most)
            return most

        return Shape(size, countries, words, places, half(100), half(1000))


def check(read: Read, queries: list[Query], services: dict[str, Running]) -> None:
    """See that all services answer a few queries with the same records."""
    asked = [name for name in read.ask if name in services]
    for query in queries[:5]:
        answers = {name: records(fetch(services[name].base + read.ask[name](query))) for name in asked}
        ours = answers["ours"]
        for name, theirs in answers.items():
            complete = len(ours) < int(query.get("limit", 1000))
            same = (ours == theirs if read.ordered else set(ours) == set(theirs)) if complete else len(ours) == len(theirs)
            if not same and read.name != "deep page":
                raise SystemExit(
                    f"{read.name}: {name} answers {query} with {len(theirs)} other records than ours ({len(ours)})"
                )


def measure(
    reads: list[Read], shape: Shape, services: dict[str, Running], options: argparse.Namespace, database: dict[str, str]
) -> tuple[Results, dict[str, list[float]]]:
    """Ask each service in turn, A B C A B C, at each number of connections."""
    results: Results = defaultdict(list)
    limits: dict[str, list[float]] = defaultdict(list)
    for read in reads:
        chance = random.Random(7)
        queries = [read.queries(chance, shape) for _ in range(QUERIES)]
        check(read, queries, services)
        asked = {name: [read.ask[name](q) for q in queries] for name in read.ask if name in services}
        # The first service would read from the disk what the others find in memory.
        for name, paths in asked.items():
            ask(services[name], paths, 8, 1)
        for connections in options.connections:
            for _ in range(options.rounds):
                # The noise of the machine: the same empty view in every round.
                results["empty view", "ours", 8].append(ask(services["ours"], ["/healthz"], 8, 1))
                for name, paths in asked.items():
                    seconds = options.seconds if name == "ours" or connections == 8 else options.seconds / 2
                    got = ask(services[name], paths, connections, seconds)
                    results[read.name, name, connections].append(got)
                    say(
                        f"{read.name:22} {SERVICES[name].label:18} {connections:3} connections {got.per_second:9.1f}/s"
                        f"  p50 {got.p50_ms:8.2f} ms  p99 {got.p99_ms:8.2f} ms  cpu {got.cpu_ms:6.2f} ms"
                        f"{f'  {got.errors} errors' if got.errors else ''}"
                    )
        scripts = limit_scripts(read.name, queries[:100])
        if scripts:
            for _ in range(options.rounds):
                limits[read.name].append(limit(scripts, database, options.seconds))
            say(f"{read.name:22} {'PostgreSQL alone':18}                 {limits[read.name][-1]:9.1f}/s")
    _conditional(services["ours"], results, options)
    return results, limits


def scale(reads: list[Read], shape: Shape, options: argparse.Namespace, target: str, results: Results) -> None:
    """Ask our service the same of a registry of 10,000, to compare its times with those of the large one."""
    with running(SERVICES["ours"], target) as ours:
        for read in reads:
            chance = random.Random(7)
            paths = [read.ask["ours"](read.queries(chance, shape)) for _ in range(QUERIES)]
            ask(ours, paths, 8, 1)
            for _ in range(options.rounds):
                results[read.name, SMALL, 8].append(ask(ours, paths, 8, options.seconds))
            say(f"{read.name:22} of 10,000: p50 {results[read.name, SMALL, 8][-1].p50_ms:.2f} ms")


def _conditional(ours: Running, results: Results, options: argparse.Namespace) -> None:
    """Measure a 304 beside an empty view."""
    import urllib.request

    path = "/api/v1/deposits/?limit=100"
    with urllib.request.urlopen(ours.base + path) as answer:
        tag = answer.headers["ETag"]
    for _ in range(options.rounds):
        results["304", "ours", 8].append(ask(ours, [path], 8, options.seconds, tag))
        results["empty view", "ours", 8].append(ask(ours, ["/healthz"], 8, options.seconds))
    for name in ("304", "empty view"):
        say(f"{name:22} {results[name, 'ours', 8][-1].per_second:9.1f}/s")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000, help="deposits (default: 1,000,000)")
    parser.add_argument("--quick", action="store_true", help="10,000 deposits, short runs: under three minutes")
    parser.add_argument("--only", nargs="*", help="names of reads")
    parser.add_argument("--peers", nargs="*", default=["tipg", "pygeoapi", "conventional"], help="peers to measure")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, nargs="*", default=[1, 8, 32])
    parser.add_argument("--write", default="bench/RESULTS.md", help="where the results go; “-” for nowhere")
    options = parser.parse_args()
    if options.quick:
        options.size, options.seconds, options.rounds, options.connections = min(options.size, 10_000), 2, 1, [8]
        options.write = "-" if options.write == "bench/RESULTS.md" else options.write
    url = Environment.current().database_url
    target = prepare(url, options.size)
    shape = look(target, options.size)
    split = urlsplit(target)
    host = unquote(split.hostname or parse_qs(split.query)["host"][0])
    database = {"PGHOST": host, "PGUSER": split.username or "registry", "PGDATABASE": split.path.lstrip("/")}
    os.environ.update(database)
    reads = [read for read in READS if not options.only or read.name in options.only]
    for name in options.peers:
        install(name)
    with ExitStack() as stack:
        named = ("ours", "cached", *options.peers)
        services = {name: stack.enter_context(running(SERVICES[name], target)) for name in named}
        results, limits = measure(reads, shape, services, options, database)
    if options.size > 10_000:
        small = prepare(url, 10_000)
        scale(reads, look(small, 10_000), options, small, results)
    text = report.results(results, limits, options)
    print(text)
    if options.write != "-":
        Path(ROOT, options.write).write_text(text)
        report.picture(results, limits, ROOT / "bench" / "results.svg")


if __name__ == "__main__":
    main()
