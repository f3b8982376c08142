"""Requests by route, status and time, and the time that their threads spent in the database."""

import time

from prometheus_client import Counter, Histogram

from api.database import durations

#: First step of an address → the route that it is counted as; every other first step is that of a page of records.
_ROUTES = {
    **dict.fromkeys(("", "sitemap.xml", "robots.txt", "llms.txt", "words.json"), "front"),
    **{
        name: name for name in ("api", "ogc", "tiles", "explore", "docs", "admin", "static", "questions", "reports", "releases")
    },
    **dict.fromkeys(("healthz", "readyz", "metrics"), "health"),
}
_BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_requests = Counter(
    "registry_requests",
    "Requests by route, status, and whether their response was made or kept from an earlier one.",
    ("route", "status", "response"),
)
_seconds = Histogram(
    "registry_request_seconds",
    "Time from a request to the head of its response.",
    ("route", "response"),
    buckets=_BOUNDS_S,
)
_database_seconds = Counter("registry_database_seconds", "Time spent waiting for the database, by kind of thread.", ("kind",))
_database_queries = Counter("registry_database_queries", "Queries sent to the database, by kind of thread.", ("kind",))

#: What is counted for a route, status and response: looking for labels would cost more than counting.
_found: dict[tuple[str, int, bool], tuple[Counter, Histogram]] = {}
_spent: dict[str, tuple[Counter, Counter]] = {}


def route_of(path: str) -> str:
    """Return the route of an address: one of a few, whatever the address is."""
    steps = path.split("/", 3)
    first = steps[1] if len(steps) > 1 else ""
    if first == "ru":
        first = steps[2] if len(steps) > 2 else ""
    route = _ROUTES.get(first, "page")
    if route == "api":
        if path.endswith(("/export/", "/export")):
            return "export"
        if "/changes" in path:
            return "changes"
    return route


def count_request(path: str, status: int, begin: float, *, kept: bool) -> None:
    """Count a request whose response begins now."""
    key = (route_of(path), status, kept)
    found = _found.get(key)
    if found is None:
        response = "kept" if kept else "made"
        found = _found[key] = (_requests.labels(key[0], str(status), response), _seconds.labels(key[0], response))
    found[0].inc()
    found[1].observe(time.perf_counter() - begin)


def count_database(kind: str) -> None:
    """Count what this thread has spent in the database since it was asked last."""
    seconds, queries = durations.take()
    if queries:
        found = _spent.get(kind)
        if found is None:
            found = _spent[kind] = (_database_seconds.labels(kind), _database_queries.labels(kind))
        found[0].inc(seconds)
        found[1].inc(queries)
