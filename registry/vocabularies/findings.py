"""What a finding is about and how it is said."""

from registry.vocabularies.base import Vocabulary


class Topic(Vocabulary):
    """What a finding is about."""

    GEOLOGY = "geology", "Geology"
    RESERVES = "reserves", "Reserves and resources"
    PRODUCTION = "production", "Production"
    REFINING = "refining", "Refining"
    PROSPECTING = "prospecting", "Prospecting"
    POLICY = "policy", "Policy"
    INFRASTRUCTURE = "infrastructure", "Infrastructure"
    GEOPOLITICS = "geopolitics", "Geopolitics"
    ECONOMY = "economy", "Economy"
    TECHNOLOGY = "technology", "Technology"


class Modality(Vocabulary):
    """How a finding is put by its speaker."""

    ASSERTED = "asserted", "Asserted in the source's own voice"
    REPORTED = "reported", "Reported from the named speaker"
    OPINION = "opinion", "Opinion"
    FORECAST = "forecast", "Forecast"
    RECOMMENDATION = "recommendation", "Recommendation"


class FindingLinkKind(Vocabulary):
    """How one finding stands to another."""

    CONTRADICTS = "contradicts", "Contradicts"
    UPDATES = "updates", "Updates"
