"""How far an import has come, and what its rows became."""

from registry.vocabularies.base import Vocabulary


class ImportState(Vocabulary):
    """Where the import of a file stands."""

    READING = "reading", "Being read"
    CHECKED = "checked", "Checked, not loaded"
    LOADED = "loaded", "Loaded"
    UNDONE = "undone", "Undone"
    FAILED = "failed", "Failed"


class RowOutcome(Vocabulary):
    """What a row did to the registry."""

    NEW = "new", "A new record"
    CHANGED = "changed", "A changed record"
    UNCHANGED = "unchanged", "Nothing to change"
    LEFT = "left", "Left alone"
    REFUSED = "refused", "Refused"
