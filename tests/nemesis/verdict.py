"""What must be true at the end, whatever has happened."""

import time
from typing import Any

import orjson

from api.resources.resource import all_resources
from tests.changes.mirror import without_live
from tests.nemesis.browser import Browser
from tests.nemesis.clients import Crowd, Follower
from tests.nemesis.imports import SCHEME
from tests.nemesis.ledger import Ledger
from tests.nemesis.recovery import Recovery
from tests.nemesis.running_cluster import RunningCluster

_QUIET_S = 30
_PRESENT = f"""
    SELECT description FROM registry_organizationhistory WHERE description LIKE 'nemesis %'
    UNION SELECT value FROM registry_externalid WHERE scheme = '{SCHEME}'
"""


def broken_promises(cluster: RunningCluster, crowd: Crowd, ledger: Ledger, recovery: Recovery) -> list[str]:
    """Compare, and return what is not as promised; writers have stopped, mirrors still follow."""
    recovery.wait_without_writers()
    broken = list(ledger.broken)
    present = set(cluster.primary().sql(_PRESENT, database="registry").splitlines())
    lost = sorted({one.what for one in ledger.acknowledged} - present)
    if lost:
        broken.append(f"{len(lost)} acknowledged and not there: {lost[:20]}")
    ids = cluster.primary().sql(
        f"SELECT value FROM registry_externalid WHERE scheme = '{SCHEME}' GROUP BY value HAVING count(*) > 1",
        database="registry",
    )
    if ids:
        broken.append(f"loaded twice: {ids.split()[:20]}")
    lists = _lists(Browser(cluster.base, "comparison", ledger))
    for follower in crowd.followers:
        broken += _differences(follower, lists)
    verified = cluster.command("manage.py", "verify")
    if verified.returncode:
        broken.append(f"./run manage verify: {verified.stdout[-500:]}{verified.stderr[-500:]}")
    broken += _tracebacks(cluster.log())
    return broken


def _tracebacks(log: str) -> list[str]:
    """Return what the services did not expect; a request that is refused for a moment is expected."""
    found = [line for line in log.splitlines() if "Traceback" in line and '"status_code":503' not in line]
    return [f"in the log, {len(found)} times: {found[0][:3000]}"] if found else []


def _lists(browser: Browser) -> dict[str, dict[str, Any]]:
    lists: dict[str, dict[str, Any]] = {}
    for resource in all_resources():
        address = f"/api/v1/{resource.name}/?limit=1000"
        while address:
            status, body, _ = browser.open(address, Cache_Control="no-cache")
            assert status == 200, (address, status, body[:300])
            page = orjson.loads(body)
            lists.setdefault(resource.name, {}).update((one["slug"], one) for one in page["results"])
            address = page["next"]
    return lists


def _differences(follower: Follower, lists: dict[str, dict[str, Any]]) -> list[str]:
    deadline = time.monotonic() + _QUIET_S
    while (found := _differing(follower, lists)) and time.monotonic() < deadline:
        time.sleep(0.5)
    return [
        f"a mirror that began {follower.mirror.starts} times has other {name}: {slugs[:5]}" for name, slugs in found.items()
    ]


def _differing(follower: Follower, lists: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    found = {}
    for resource in all_resources():
        mine = {slug: without_live(resource, one) for slug, one in follower.mirror.records.get(resource.name, {}).items()}
        theirs = {slug: without_live(resource, one) for slug, one in lists.get(resource.name, {}).items()}
        slugs = sorted(slug for slug in mine.keys() | theirs.keys() if mine.get(slug) != theirs.get(slug))
        if slugs:
            found[resource.name] = slugs
    return found
