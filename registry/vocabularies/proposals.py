"""Proposals to change a record: where one stands, where it came from, and what was decided."""

from registry.vocabularies.base import Vocabulary


class ProposalState(Vocabulary):
    """Where a proposal stands."""

    OPEN = "open", "Waiting for review"
    RETURNED = "returned", "Returned to its author"
    PUBLISHED = "published", "Published"
    DECLINED = "declined", "Declined"
    TAKEN_BACK = "taken_back", "Taken back by its author"


class ProposalOrigin(Vocabulary):
    """What led to a proposal."""

    EDITOR = "editor", "A curator's change"
    REPORT = "report", "A reader's report"
    IMPORT = "import", "A difference found by an import"
    REVERT = "revert", "A return to an earlier version"


class ProposalAct(Vocabulary):
    """What somebody did with a proposal."""

    PROPOSED = "proposed", "Proposed"
    CHANGED = "changed", "Changed the proposal"
    RETURNED = "returned", "Returned"
    PUBLISHED = "published", "Published"
    PUBLISHED_PART = "published_part", "Published a part"
    DECLINED = "declined", "Declined"
    TAKEN_BACK = "taken_back", "Taken back"


class BulkOutcome(Vocabulary):
    """What became of one record of a step with many."""

    DONE = "done", "Done"
    PROPOSED = "proposed", "Proposed for review"
    SAME = "same", "Was so already"
    REFUSED = "refused", "Refused"
