"""What became of an error that a reader reported."""

from registry.vocabularies.base import Vocabulary


class ReportState(Vocabulary):
    """Where a report stands; the reader who sent it can see it."""

    WAITING = "waiting", "Waiting for a curator"
    ACCEPTED = "accepted", "Accepted, the record is being corrected"
    DONE = "done", "The record was corrected"
    DECLINED = "declined", "Declined"
    SPAM = "spam", "Not about the record"
