"""The source that the rows of a file cite."""

from dataclasses import dataclass

from registry.models.sources import NOT_STATED


@dataclass(frozen=True)
class SourceCard:
    """A source by its slug; where the registry has none of that slug, it is made from the rest."""

    slug: str
    title: str
    publisher: str | None = None
    #: A partial date: "2002", "2024-01-31".
    published: str | None = None
    url: str | None = None
    rights: str = NOT_STATED
    attribution: str | None = None
    kind: str = "dataset"
