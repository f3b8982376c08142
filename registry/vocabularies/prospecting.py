"""What is said of a prospecting object."""

from registry.vocabularies.base import Vocabulary

_ACTIVITY = "http://resource.geosciml.org/classifier/cgi/exploration-activity-type/"


class ProspectingStage(Vocabulary):
    """How far prospecting has come, after the CGI exploration activity types."""

    PLANNED = "planned", "Planned"
    REGIONAL_RECONNAISSANCE = (
        "regional_reconnaissance",
        _ACTIVITY + "regional-reconnaissance",
        "Regional reconnaissance",
    )
    SURFACE_EXPLORATION = "surface_exploration", _ACTIVITY + "detailed-surface-exploration", "Surface exploration"
    SUBSURFACE_EXPLORATION = "subsurface_exploration", _ACTIVITY + "subsurface-exploration", "Subsurface exploration"
    RESOURCE_ASSESSMENT = "resource_assessment", _ACTIVITY + "resource-assessment", "Resource assessment"
    DEPOSIT_EVALUATION = "deposit_evaluation", _ACTIVITY + "ore-deposit-evaluation", "Deposit evaluation"
    COMPLETED = "completed", "Completed"
    UNKNOWN = "unknown", "Unknown"


class Funding(Vocabulary):
    """Source of funding."""

    STATE = "state", "State"
    PRIVATE = "private", "Private"
    MIXED = "mixed", "Mixed"
    UNKNOWN = "unknown", "Unknown"
