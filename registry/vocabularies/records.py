"""The life of a curated record."""

from registry.vocabularies.base import Vocabulary


class RecordStatus(Vocabulary):
    """Where a record stands; only `published` is public."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
    MERGED = "merged", "Merged into another record"
