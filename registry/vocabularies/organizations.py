"""Kinds of organizations."""

from registry.vocabularies.base import Vocabulary


class OrganizationKind(Vocabulary):
    """What an organization is."""

    COMPANY = "company", "Company"
    STATE_COMPANY = "state_company", "State company"
    GEOLOGICAL_SURVEY = "geological_survey", "Geological survey"
    REGULATOR = "regulator", "Regulator"
    MINISTRY = "ministry", "Ministry"
    THINK_TANK = "think_tank", "Think tank"
    IGO = "igo", "Intergovernmental organization"
    UNIVERSITY = "university", "University"
    MEDIA = "media", "Media"
    UNKNOWN = "unknown", "Unknown"
