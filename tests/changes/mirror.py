"""A mirror that follows the feed, as anybody could write it, and what it is compared with."""

import time
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from django.db import connection
from django.test import Client

from api.resources.resource import Resource, all_resources
from tests.caches import forget_everything

CHANGES = "/api/v1/changes/"
#: What lists compute at reading, from today's date or from other records.
LIVE = {r.name: tuple(r.live().fields) for r in all_resources() if r.live}  # type: ignore[attr-defined]


_ELSEWHERE = """
    SELECT count(*) FROM pg_stat_activity WHERE datname <> current_database() AND backend_xid IS NOT NULL
    AND backend_xid::text::bigint < %s
"""


def wait_for_other_databases() -> None:
    """Let end what other tests have begun meanwhile: the feed ends before the oldest open transaction of the whole server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        ((now,),) = cursor.fetchall()
        for _ in range(1_200):
            cursor.execute(_ELSEWHERE, [now])
            ((open_ones,),) = cursor.fetchall()
            if not open_ones:
                return
            time.sleep(0.05)


def get(address: str, status: int = 200, **headers: Any) -> Any:
    forget_everything()
    if address.startswith((CHANGES, "http")):
        wait_for_other_databases()
    parts = urlsplit(address)
    response = Client().get(f"{parts.path}?{parts.query}" if parts.query else parts.path, **headers)
    assert response.status_code == status, (address, response.status_code, response.content[:600])
    return orjson.loads(response.content)


def from_here(**parameters: Any) -> str:
    """Give the address of what changes from now on, by the position of a list."""
    wait_for_other_databases()
    position = get("/api/v1/regions/?limit=1&fields=slug")["position"]
    return f"{CHANGES}?{urlencode({'after': position, **parameters})}"


class Mirror:
    """Keeps a copy of every list: begins anywhere, follows in pages of some size."""

    def __init__(self, limit: int = 100, start: str = "now") -> None:
        """Begin where the lists are now, or at the beginning of the feed if `start` is empty."""
        self.records: dict[tuple[str, str], Any] = {}
        self.seen: list[dict[str, Any]] = []
        self.next = from_here(limit=limit) if start else f"{CHANGES}?limit={limit}"

    def fill(self) -> None:
        for resource in all_resources():
            for record in listed(resource):
                self.records[resource.kind, record["slug"]] = record

    def step(self) -> bool:
        """Take one page; tell whether it was the last for now."""
        page = get(self.next)
        for change in page["changes"]:
            self.seen.append(change)
            key = change["kind"], change["slug"]
            if change["record"] is None:
                self.records.pop(key, None)
            else:
                self.records[key] = change["record"]
        self.next = page["next"]
        return bool(page["up_to_date"])

    def follow(self) -> list[dict[str, Any]]:
        before = len(self.seen)
        while not self.step():
            pass
        return self.seen[before:]

    def changes(self) -> list[tuple[str, str, list[str]]]:
        """Follow, and give operation, slug and fields of what was new."""
        return [(c["operation"], c["slug"], c["fields"]) for c in self.follow()]


def listed(resource: Resource) -> list[Any]:
    found: list[Any] = []
    following: str | None = f"/api/v1/{resource.name}/?limit=1000"
    while following:
        page = get(following)
        found += page["results"]
        following = page["next"]
    return found


def without_live(resource: Resource, record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in LIVE.get(resource.name, ())}


def assert_equals_the_lists(mirror: Mirror) -> None:
    for resource in all_resources():
        mine = {slug: without_live(resource, r) for (kind, slug), r in mirror.records.items() if kind == resource.kind}
        theirs = {r["slug"]: without_live(resource, r) for r in listed(resource)}
        assert mine == theirs, resource.name
