"""How a view lets a request wait without a thread: it answers at once, and says that it would rather be called again.

The server's edge (`config.edge`) waits and calls the view again, with `WAITED` in the environment. A server that cannot wait
sends the first response, whose `Retry-After` is then right.
"""

from typing import Any, Protocol

from django.http import HttpResponse

#: Set in the environment of a request that has waited.
WAITED = "registry.waited"


class Again(Protocol):
    """When to call the view again: when something has come, or after some seconds."""

    @property
    def seconds(self) -> float:
        """How long to wait at most."""

    def ready(self) -> bool:
        """Return whether it has come."""


class Preliminary(HttpResponse):
    """A response for a request that would rather wait."""

    def __init__(self, content: bytes, again: Again, **kwargs: Any) -> None:
        """Keep what it waits for."""
        super().__init__(content, **kwargs)
        self.again = again
