"""What a request for changes asks, read from its parameters and checked."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.changes import log
from api.changes.position import BEGINNING, Cursor, Position
from api.changes.records import resources_by_kind
from api.database.servers import need_newest
from api.database.version import data_version
from api.errors import BadParameter, Gone
from api.filters.parameters import code_of, count_within, nearest, number, several
from api.http.cache import FRESH_S, STALE_IF_ERROR_S, STALE_S

DEFAULT_LIMIT, MAX_LIMIT = 100, 1_000
MAX_WAIT_S = 30
#: `after=now` begins this long before now: as long as a cache may keep a list, and a minute for the list to be made and sent.
OVERLAP_S = FRESH_S + max(STALE_S, STALE_IF_ERROR_S) + 60
PARAMETERS = ("after", "kind", "limit", "wait")


@dataclass(frozen=True)
class FeedQuery:
    """From where, of which kinds (None for all), how many, how long to wait for the first; or the cursor and no changes."""

    era: str
    after: Position
    kinds: tuple[str, ...] | None
    limit: int
    wait_s: float
    only_cursor: bool = False


def read_query(given: Mapping[str, str]) -> FeedQuery:
    """Read the parameters; raises BadParameter, and Gone for a cursor of before a restoration."""
    for name in given:
        if name not in PARAMETERS:
            raise BadParameter(
                f"The feed of changes has no such parameter.{nearest(name, PARAMETERS)}", name[:80], list(PARAMETERS)
            )
    kinds = None
    if "kind" in given:
        kinds = tuple(sorted({code_of("kind", one, resources_by_kind()) for one in several("kind", given["kind"])}))
    limit = count_within("limit", given["limit"], 1, MAX_LIMIT) if "limit" in given else DEFAULT_LIMIT
    wait_s = number("wait", given["wait"]) if "wait" in given else 0.0
    if not 0 <= wait_s <= MAX_WAIT_S:
        raise BadParameter(f"The value must be between 0 and {MAX_WAIT_S} seconds.", "wait")
    cursor = Cursor.read(given["after"]) if given.get("after", "now") != "now" else None
    if cursor and cursor.position.transaction > data_version().horizon:
        # The client was served by another server, which was ahead of this one's replica.
        need_newest(True)
    era = log.era()
    if cursor is None:
        after = log.end_before(OVERLAP_S) if "after" in given else BEGINNING
    elif cursor.era == era:
        after = cursor.position
    else:
        raise Gone(
            "The registry has been restored from a backup since and may lack changes that you have seen. Start again: read"
            " the lists, then follow from the smallest of their positions.",
            "after",
        )
    only_cursor = given.get("after") == "now"
    # A request for a cursor has nothing to wait for; the address that follows keeps the parameter.
    return FeedQuery(era, after, kinds, limit, 0.0 if only_cursor else wait_s, only_cursor)
