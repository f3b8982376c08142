"""A mirror of all lists, as docs/changes.md has it, one page at a time: what is refused is asked for again."""

from collections.abc import Callable
from typing import Any

Fetch = Callable[[str], tuple[int, dict[str, Any]]]


class Mirror:
    """Copies the lists, then follows the feed; starts again when the registry says that its cursor is of another era."""

    def __init__(self, fetch: Fetch) -> None:
        """Begin with nothing."""
        self._fetch = fetch
        self.starts = 0
        self._begin()

    def _begin(self) -> None:
        self.starts += 1
        self.records: dict[str, dict[str, Any]] = {}
        self.next, self.is_up_to_date = "", False
        self._lists: list[tuple[str, str]] | None = None
        self._positions: list[str] = []

    def step(self) -> None:
        """Take the next page, of a list or of the feed."""
        if self.next:
            self._follow()
        else:
            self._copy()

    def _copy(self) -> None:
        if self._lists is None:
            status, page = self._fetch("/api/v1/")
            if status == 200:
                self._lists = [(one["name"], f"/api/v1/{one['name']}/?limit=1000") for one in page["resources"]]
            return
        name, address = self._lists[-1]
        status, page = self._fetch(address)
        if status != 200:
            # A cursor of a list may be of another database too.
            if status in (400, 404, 410):
                self._begin()
            return
        self._positions.append(page["position"])
        self.records.setdefault(name, {}).update((one["slug"], one) for one in page["results"])
        self._lists.pop()
        if page["next"]:
            self._lists.append((name, page["next"]))
        if not self._lists:
            self.next = f"/api/v1/changes/?after={min(self._positions)}&limit=1000"

    def _follow(self) -> None:
        status, page = self._fetch(self.next)
        if status == 410:
            self._begin()
        if status != 200:
            return
        for change in page["changes"]:
            if change["record"]:
                self.records.setdefault(change["resource"], {})[change["slug"]] = change["record"]
            else:
                self.records.setdefault(change["resource"], {}).pop(change["slug"], None)
        self.next, self.is_up_to_date = page["next"], page["up_to_date"]
