"""The source that the rows of a file cite."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceCard:
    """A source by its slug; where the registry has none of that slug, it is made from the rest."""

    slug: str
    title: str
    publisher: str | None = None
    #: A partial date: "2002", "2024-01-31".
    published: str | None = None
    url: str | None = None
    rights: str | None = None
    attribution: str | None = None
    kind: str = "dataset"
