"""Load: wrk asks the services, pgbench asks PostgreSQL itself to build the same JSON."""

import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.services import Running

#: Asks the addresses of a file in turn.
_ROTATE = """
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local position = tonumber(os.getenv("FROM")) or 0
local tag = os.getenv("TAG")
local headers = tag and {["If-None-Match"] = tag} or nil
request = function()
  position = position + 1
  return wrk.format("GET", paths[(position % #paths) + 1], headers)
end
"""


@dataclass(frozen=True)
class Measured:
    """What one run of one read on one service gave."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    largest_worker_mb: float
    errors: int


def ask(service: Running, paths: list[str], connections: int, seconds: float, tag: str | None = None) -> Measured:
    """Ask a service over some connections for some seconds."""
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder, "paths"), Path(folder, "rotate.lua")
        listed.write_text("\n".join(paths) + "\n")
        script.write_text(_ROTATE)
        variables = {**os.environ, "PATHS": str(listed), **({"TAG": tag} if tag else {})}
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "60s",
            "--latency",
            "-s",
            str(script),
            service.base,
        ]
        settle()
        before = service.cpu_seconds()
        output = subprocess.run(command, env=variables, check=True, capture_output=True, text=True).stdout
        used = service.cpu_seconds() - before
    number = int(_found(r"(\d+) requests in", output))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    return Measured(
        float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        _milliseconds(_found(r"50%\s+([\d.]+\w+)", output)),
        _milliseconds(_found(r"99%\s+([\d.]+\w+)", output)),
        used / max(number, 1) * 1000,
        service.largest_worker_mb(),
        int(bad[1]) if bad else 0,
    )


def settle() -> None:
    """End what the last one asked still does: a query whose client has gone runs on, and would take from the next."""
    busy = (
        "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
        " WHERE datname LIKE 'bench%' AND pid <> pg_backend_pid() AND state = 'active'"
    )
    calm = 0
    for _ in range(600):
        # A peer may hold every connection that the server allows: then it is not at rest.
        found = subprocess.run(["psql", "-AXtc", busy], check=False, capture_output=True, text=True).stdout
        calm = calm + 1 if found.strip() == "0" else 0
        if calm == 3:
            return
        time.sleep(0.1)
    raise SystemExit("The database does not come to rest.")


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"wrk did not say {pattern!r}:\n{text}")
    return match[1]


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}[unit]


_COLUMNS = (
    "slug, uid, name, json_build_object('slug', country, 'name', country_name) AS country, admin_area, admin_code, locality,"
    " occurrence_type, deposit_type, development_status, discovery_year, commodities, parent, longitude, latitude,"
    " location_kind, location_uncertainty_m, uncertainty_basis, version, updated_at"
)


def _collection(where: str, order: str, limit: str) -> str:
    return (
        "SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(json_build_object('type', 'Feature',"
        " 'id', x.slug, 'geometry', x.g, 'properties', (SELECT row_to_json(p) FROM (SELECT"
        f" {', '.join('x.' + n for n in _NAMES)}) p)))) FROM (SELECT {_COLUMNS}, ST_AsGeoJSON(geometry, 7)::json AS g"
        f" FROM bench_deposit WHERE {where} ORDER BY {order} LIMIT {limit}) x;"
    )


_NAMES = (
    "slug", "uid", "name", "country", "admin_area", "admin_code", "locality", "occurrence_type", "deposit_type",
    "development_status", "discovery_year", "commodities", "parent", "longitude", "latitude", "location_kind",
    "location_uncertainty_m", "uncertainty_basis", "version", "updated_at",
)  # fmt: skip


def limit_scripts(read: str, queries: list[dict[str, object]]) -> list[str]:
    """Give, for some queries of a read, the SQL that has PostgreSQL build the whole answer; none where ours has no peer."""
    scripts = []
    for query in queries:
        if read.startswith("detail"):
            scripts.append(_collection(f"slug = '{query['slug']}'", "id", "1"))
        elif read == "list of 100":
            scripts.append(_collection(f"country = '{query['country']}'", "id", "100"))
        elif read.startswith("bbox"):
            west, south, east, north = str(query["bbox"]).split(",")
            box = f"ST_Intersects(geometry, ST_MakeEnvelope({west}, {south}, {east}, {north}, 4326))"
            scripts.append(_collection(box, "id", str(query["limit"])))
        elif read == "20 nearest":
            point = f"geography(ST_Point({query['near']}, 4326))"
            scripts.append(_collection("geometry IS NOT NULL", f"geography(geometry) <-> {point}", "20"))
    return scripts


def limit(scripts: list[str], database: dict[str, str], seconds: float) -> float:
    """Run pgbench with two clients over the scripts in turn and give its transactions per second.

    The simple protocol parses and plans each time, as a request that binds its own values must too.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [_pgbench(), "-n", "-M", "simple", "-c", "2", "-j", "2", "-T", str(max(1, round(seconds)))]
        for position, script in enumerate(scripts):
            path = Path(folder, f"{position}.sql")
            path.write_text(script)
            command += ["-f", str(path)]
        output = subprocess.run(
            command, env={**os.environ, **database, "PGOPTIONS": "-c jit=off"}, check=True, capture_output=True, text=True
        )
    return float(_found(r"tps = ([\d.]+)", output.stdout))


def _pgbench() -> str:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    return str(found[-1]) if found else "pgbench"
