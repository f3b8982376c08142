"""What may be found of two records."""

from registry.vocabularies.base import Vocabulary


class Verdict(Vocabulary):
    """Whether two records are of the same thing; `unsure` if what is known of them does not tell."""

    SAME = "same", "The same"
    DIFFERENT = "different", "Different"
    UNSURE = "unsure", "Unsure"
