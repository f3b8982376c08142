"""Waiting for a change: what a request looks for meanwhile.

It looks at the end of the log, a probe of an index, and holds neither a thread nor a transaction between two looks.
"""

from dataclasses import dataclass

from api.changes import log
from api.changes.feed_query import FeedQuery
from api.changes.position import Position


@dataclass
class MoreChanges:
    """More changes than there were up to a position, of the kinds that a request names."""

    query: FeedQuery
    at: Position

    @property
    def seconds(self) -> float:
        """How long the request wants to wait."""
        return self.query.wait_s

    def ready(self) -> bool:
        """Look once; changes of other kinds are passed over."""
        if not log.is_there_more(self.at):
            return False
        stretch = log.read(self.at, self.query.kinds, self.query.limit)
        self.at = stretch.end
        return bool(stretch.entries) or not stretch.is_last
