"""Files of chosen records: the API provides them, the admin asks for them; neither knows the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet


@dataclass(frozen=True)
class RecordsFile:
    """A file that is being written; its size is known of one that was built first."""

    content: Iterator[bytes]
    media_type: str
    name: str
    size: int | None


class Provider(Protocol):
    """Writes files of records."""

    def formats(self, kind: str) -> tuple[str, ...]:
        """Name the formats in which a kind of record comes."""
        ...

    def file(self, kind: str, rows: QuerySet[Any], name: str) -> RecordsFile:
        """Write some records into a file; raises CurationError where it is refused now."""
        ...


_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Take the one that writes files, when applications are loaded."""
    _providers[:] = [provider]


def provider() -> Provider:
    """Return the one that writes files."""
    return _providers[0]
