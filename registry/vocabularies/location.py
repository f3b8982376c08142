"""How a place is known."""

from registry.vocabularies.base import Vocabulary


class LocationKind(Vocabulary):
    """How the coordinates of a record came about, or why there are none."""

    SURVEYED = "surveyed", "Surveyed in the field"
    MAPPED = "mapped", "Taken from a map in its own coordinates"
    DIGITISED = "digitised", "Digitised from a figure or map"
    GEOREFERENCED_PLACE = "georeferenced_place", "Place of a named locality near it"
    BLOCK_CENTROID = "block_centroid", "Centre of a licence block"
    REPORTED = "reported", "Printed by a source, method unstated"
    ADMIN_ONLY = "admin_only", "Only an administrative area is stated"
    WITHHELD = "withheld", "Known and withheld"
    UNKNOWN = "unknown", "Unknown"


#: The kinds that need a geometry; the others forbid one.
PLACED = tuple(
    kind.value
    for kind in (
        LocationKind.SURVEYED,
        LocationKind.MAPPED,
        LocationKind.DIGITISED,
        LocationKind.GEOREFERENCED_PLACE,
        LocationKind.BLOCK_CENTROID,
        LocationKind.REPORTED,
    )
)

#: The kinds whose coordinates are those of the record itself, not of a locality or block that stands for it.
MEASURED = tuple(kind for kind in PLACED if kind not in (LocationKind.GEOREFERENCED_PLACE, LocationKind.BLOCK_CENTROID))


class UncertaintyBasis(Vocabulary):
    """Where an uncertainty comes from."""

    STATED = "stated", "Stated by the source"
    PRINTED_PRECISION = "printed_precision", "From the precision of the printed coordinates"
    CURATOR = "curator", "Judged by a curator"
    NOT_STATED = "not_stated", "Neither stated nor shown by the print"


class DisputeRole(Vocabulary):
    """What a party has to do with a disputed area."""

    CLAIMS = "claims", "Claims it"
    ADMINISTERS = "administers", "Administers it, or a part of it"


class Worldview(Vocabulary):
    """Whose view of the borders a query takes."""

    DE_FACTO = "de-facto", "Areas belong to who administers them"
    UN = "un", "Disputed areas belong to no country"


class RegionScheme(Vocabulary):
    """Who defines a region."""

    M49 = "m49", "UN M49"
    CUSTOM = "custom", "Defined by this registry"
