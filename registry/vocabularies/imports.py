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


class TaskKind(Vocabulary):
    """What a process of its own does with a file that was uploaded."""

    LOOK = "look", "Looking at the file"
    CHECK = "check", "Checking the rows"
    LOAD = "load", "Loading"
    UNDO = "undo", "Taking back"
    DISCARD = "discard", "Discarding"


class TaskState(Vocabulary):
    """Where such a process stands."""

    RUNNING = "running", "At work"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
