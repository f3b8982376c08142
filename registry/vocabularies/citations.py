"""What a source does for a record."""

from registry.vocabularies.base import Vocabulary


class CitationRelation(Vocabulary):
    """How the source stands to the record or to one of its fields."""

    SUPPORTS = "supports", "Supports"
    CONTRADICTS = "contradicts", "Contradicts"
    MENTIONS = "mentions", "Mentions"


class Confidence(Vocabulary):
    """How sure the curator is of the statement or of the match."""

    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"
