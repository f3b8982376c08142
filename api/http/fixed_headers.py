"""Headers that are the same in each response of a kind: checked and encoded once, and put into a response in one step.

Setting a header costs a microsecond, and a list has ten of these.
"""

from collections.abc import Mapping
from typing import Any

from django.http.response import ResponseHeaders


class FixedHeaders:
    """Some headers with their values."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Have Django check them."""
        self._stored: dict[str, Any] = ResponseHeaders(headers)._store  # type: ignore[attr-defined]

    def put(self, response: Any) -> None:
        """Set them in a response."""
        response.headers._store.update(self._stored)

    def put_if_absent(self, response: Any) -> None:
        """Set those that a response does not have."""
        response.headers._store = self._stored | response.headers._store
