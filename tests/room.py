"""Calls with room for the frames of all that is called.

Python 3.11 keeps frames in pieces of 16 kB, and frees a piece when its last frame ends: of a function at the edge of one,
each call has the kernel give a piece and take it. That was up to a third of the tests' time.
"""

from collections.abc import Callable
from typing import Any


def with_room(function: Callable[..., object], /, **given: Any) -> None:
    """Call a function from a frame that asks for more than half a megabyte: it gets a whole one, and the callee the rest."""
    function(**given)


with_room.__code__ = with_room.__code__.replace(co_stacksize=70_000)
