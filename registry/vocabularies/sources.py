"""Kinds of sources."""

from registry.vocabularies.base import Vocabulary


class SourceKind(Vocabulary):
    """What a source is."""

    NEWS = "news", "News"
    PRESS_RELEASE = "press_release", "Press release"
    REPORT = "report", "Report"
    JOURNAL_ARTICLE = "journal_article", "Journal article"
    LAW = "law", "Law"
    DATASET = "dataset", "Dataset"
    DATABASE = "database", "Database"
    FILING = "filing", "Company filing"
    MAP = "map", "Map"
    EVENT = "event", "Event"
    WEB = "web", "Web page"
    BLOG = "blog", "Blog"
    FORUM = "forum", "Forum"
    ENCYCLOPEDIA = "encyclopedia", "Encyclopedia"
