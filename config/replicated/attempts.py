"""Trying something again until it succeeds: a full disk or a server that just starts is no reason to end the others."""

import time
from collections.abc import Callable

from config.embedded.lease import undisturbed
from config.embedded.messages import Refusal, say

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 8.0


class Attempts:
    """What may have to be tried again; each failure is said, and followed by a longer pause."""

    def __init__(self, act: Callable[[], object]) -> None:
        """Nothing was tried."""
        self._act = act
        self._pause_s, self._not_before = 0.0, 0.0

    def attempt(self) -> bool:
        """Try it, unless the last failure was a moment ago; return whether it succeeded now."""
        if time.monotonic() < self._not_before:
            return False
        try:
            with undisturbed():
                self._act()
        except (Refusal, OSError) as error:
            self._pause_s = min(self._pause_s * 2 or _FIRST_PAUSE_S, _LONGEST_PAUSE_S)
            self._not_before = time.monotonic() + self._pause_s
            say(f"{error}\ntrying again in {self._pause_s:g} s")
            return False
        self._pause_s = 0.0
        return True
