"""How long until all is well again: every address is answered, a write is acknowledged, and both replicas follow."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from config.embedded.messages import Refusal
from tests.nemesis.browser import Browser, Unanswered
from tests.nemesis.ledger import Ledger
from tests.nemesis.running_cluster import RunningCluster

MOST_S = 30
_GIVE_UP_S = 180
_LIST = "/api/v1/organizations/?limit=5"


@dataclass(frozen=True)
class Waited:
    """Seconds until clients were served and could write, and until every server was in its place again."""

    served_s: float
    whole_s: float


class Recovery:
    """Waits for it after each fault, and keeps the times by fault."""

    def __init__(self, cluster: RunningCluster, ledger: Ledger) -> None:
        """No fault yet."""
        self.cluster, self.ledger = cluster, ledger
        self.waited: dict[str, list[Waited]] = {}
        self._browsers = [Browser(base, "look", ledger) for base in (*cluster.services, cluster.base)]
        self._number, self._lacking = 0, ""

    def wait(self) -> Waited:
        """Wait; raises Refusal if it never is."""
        begin = time.monotonic()
        self._until(self._is_served, begin)
        self._until(lambda: self.ledger.last_begun_at() > begin, begin)
        served_s = time.monotonic() - begin
        self._lacking = ""
        self._until(self._is_whole, begin, 10)
        return Waited(served_s, time.monotonic() - begin)

    def wait_without_writers(self) -> None:
        """Wait, when nobody writes any more; raises Refusal if it never is."""
        begin = time.monotonic()
        self._until(self._is_served, begin)
        self._until(self._is_whole, begin)

    def _until(self, condition: Callable[[], bool], begin: float, patience_s: float = _GIVE_UP_S) -> None:
        while not condition():
            if time.monotonic() - begin > patience_s:
                print(f"not yet: {self._lacking}", flush=True)
                patience_s = _GIVE_UP_S
            if time.monotonic() - begin > _GIVE_UP_S:
                raise Refusal(f"no recovery within {_GIVE_UP_S} s; the cluster said:\n{self.cluster.log()[-3000:]}")
            time.sleep(0.1)

    def _is_served(self) -> bool:
        try:
            for browser in self._browsers:
                # Past what is kept: from the replica, and from the primary.
                self._number += 1
                for headers in ({}, {"Cache_Control": "no-cache"}):
                    if browser.open(f"{_LIST}&search=x{self._number}", **headers)[0] != 200:
                        return False
        except Unanswered:
            return False
        return True

    def _is_whole(self) -> bool:
        try:
            self._lacking = f"{self.cluster.primary().following()} follow, {len(self.cluster.children())} programs run"
            return len(self.cluster.primary().following()) == 2 and len(self.cluster.children()) >= 4
        except (Refusal, OSError) as error:
            self._lacking = str(error)
            return False

    def note(self, fault: str, said: str | None, waited: Waited | None) -> None:
        """Keep what a fault took, and print it; `said` is None where it could not be made here."""
        if waited is None:
            print(f"SKIPPED: {fault}", flush=True)
            return
        self.waited.setdefault(fault, []).append(waited)
        times = f"served after {waited.served_s:.1f} s, whole after {waited.whole_s:.1f} s"
        print(f"{time.strftime('%H:%M:%S')} {fault}{f' ({said})' if said else ''}: {times}", flush=True)
        if waited.whole_s > MOST_S:
            self.ledger.note_broken(f"{fault}: whole after {waited.whole_s:.1f} s")

    def table(self) -> list[str]:
        """Return the times by fault, as rows of Markdown."""
        rows = ["| fault | times | served after, at most | whole after, at most |", "|---|---|---|---|"]
        for fault, found in sorted(self.waited.items()):
            served, whole = max(one.served_s for one in found), max(one.whole_s for one in found)
            rows.append(f"| {fault} | {len(found)} | {served:.1f} s | {whole:.1f} s |")
        return rows
