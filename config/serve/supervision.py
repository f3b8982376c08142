"""Supervising the private database: a PostgreSQL that was killed is started again, without a person.

PostgreSQL itself survives the loss of a process, but not of its postmaster: the kernel may kill that when memory runs out.
A database that was stopped in order, by `python3 -m config.embedded stop` for instance, is left alone.
"""

import time
from collections import deque

from config.embedded.cluster import Cluster
from config.embedded.lease import is_kept, keep, undisturbed
from config.embedded.messages import Refusal, say

#: A database that dies more often within this time has a cause that another start does not remove.
MOST_DEATHS, WITHIN_S = 5, 600.0
#: How long to wait before the second, third, … start of a database that died again.
_PAUSES_S = (0.0, 1.0, 5.0, 20.0, 60.0)


class Supervision:
    """Sees that the private database runs while the server does."""

    def __init__(self, cluster: Cluster) -> None:
        """Begin with no deaths."""
        self.cluster = cluster
        self._failed = False
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)

    def look(self) -> None:
        """Start the database again if it was killed.

        Raises Refusal when the database dies too often.
        """
        if self.cluster.was_killed() or (self._failed and self.cluster.pid() is None):
            self._revive()

    def _revive(self) -> None:
        now = time.monotonic()
        recent = sum(1 for death in self._deaths if now - death < WITHIN_S)
        self._deaths.append(now)
        log = self.cluster.place.data / "log"
        if recent >= MOST_DEATHS - 1:
            raise Refusal(
                f"the database died {MOST_DEATHS} times within {WITHIN_S / 60:.0f} minutes, the last time just now. Look for"
                f" the reason in {log} and in the kernel's log (dmesg; it may have run out of memory), then start again"
            )
        pause = _PAUSES_S[recent]
        say(f"the database was killed; starting it again{f' in {pause:.0f} s' if pause else ''} (logs: {log})")
        time.sleep(pause)
        begin = time.monotonic()
        try:
            with undisturbed(), self.cluster.locked():
                kept = is_kept(self.cluster)
                pid = self.cluster.start()
                if kept:
                    keep(self.cluster)
        except Refusal as refusal:
            # The next look tries again, after a longer pause, and the last one gives up.
            self._failed = True
            say(str(refusal))
        else:
            self._failed = False
            say(f"the database is running again as process {pid}, after {time.monotonic() - begin:.1f} s")
