"""Kinds of names."""

from registry.vocabularies.base import Vocabulary


class NameKind(Vocabulary):
    """How a name stands to its record."""

    PREFERRED = "preferred", "Preferred (the record's own name)"
    OFFICIAL = "official", "Official"
    ALTERNATE = "alternate", "Alternate"
    TRANSLITERATION = "transliteration", "Transliteration"
    HISTORIC = "historic", "Historic"
    PROJECT = "project", "Project"
