"""Kinds and roles of commodities."""

from registry.vocabularies.base import Vocabulary


class CommodityKind(Vocabulary):
    """What a commodity is."""

    ELEMENT = "element", "Element"
    OXIDE = "oxide", "Oxide"
    GROUP = "group", "Group"
    MINERAL = "mineral", "Mineral or rock"
    OTHER = "other", "Other"


class CommodityRole(Vocabulary):
    """What a commodity is to a deposit."""

    MAIN = "main", "Main commodity"
    CO_PRODUCT = "co_product", "Co-product"
    BY_PRODUCT = "by_product", "By-product"
    TRACE = "trace", "Trace"
    POTENTIAL = "potential", "Potential"
    UNKNOWN = "unknown", "Role not stated"


class ReeClass(Vocabulary):
    """The class a scheme gives to a rare-earth element."""

    LIGHT = "light", "Light"
    MIDDLE = "middle", "Middle"
    HEAVY = "heavy", "Heavy"
    NEITHER = "neither", "Neither light nor heavy"
