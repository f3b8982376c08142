"""What is said of a policy framework."""

from registry.vocabularies.base import Vocabulary


class FrameworkKind(Vocabulary):
    """What a framework is."""

    LAW = "law", "Law"
    REGULATION = "regulation", "Regulation"
    STRATEGY = "strategy", "Strategy"
    PROGRAMME = "programme", "Programme"
    CRITICAL_LIST = "critical_list", "List of critical minerals"
    EXPORT_CONTROL = "export_control", "Export control"
    TAX = "tax", "Tax"
    AGREEMENT = "agreement", "Agreement"
    MOU = "mou", "Memorandum of understanding"
    DIALOGUE = "dialogue", "Dialogue"
    PLATFORM = "platform", "Platform"
    STANDARD = "standard", "Standard"
    OTHER = "other", "Other"


class Jurisdiction(Vocabulary):
    """How far a framework reaches."""

    NATIONAL = "national", "National"
    REGIONAL = "regional", "Regional"
    INTERNATIONAL = "international", "International"


class FrameworkStatus(Vocabulary):
    """Where a framework stands, as a source states it."""

    DRAFT = "draft", "Being drafted"
    PROPOSED = "proposed", "Proposed"
    ANNOUNCED = "announced", "Announced"
    SIGNED = "signed", "Signed"
    ADOPTED = "adopted", "Adopted"
    IN_FORCE = "in_force", "In force"
    AMENDED = "amended", "Amended"
    SUSPENDED = "suspended", "Suspended"
    REPEALED = "repealed", "Repealed"
    ENDED = "ended", "Ended"
    SUPERSEDED = "superseded", "Superseded"


class FrameworkRole(Vocabulary):
    """What a country or an organization is to a framework."""

    PARTY = "party", "Party"
    PROPOSER = "proposer", "Proposed it"
    ANNOUNCER = "announcer", "Announced it"
    MEMBER = "member", "Member"


#: The statuses of a framework that is over.
OVER = frozenset((FrameworkStatus.REPEALED, FrameworkStatus.ENDED, FrameworkStatus.SUPERSEDED))
#: Kinds of frameworks that are signed rather than adopted.
SIGNED = frozenset((FrameworkKind.AGREEMENT, FrameworkKind.MOU))
