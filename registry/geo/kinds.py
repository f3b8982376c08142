"""The kind of a location, as it follows from how the location was entered."""

from registry.geo.coordinates import Entered
from registry.vocabularies import LocationKind

KIND_OF = {
    Entered.PRINTED: LocationKind.REPORTED.value,
    Entered.ON_MAP: LocationKind.DIGITISED.value,
    Entered.FROM_FILE: LocationKind.MAPPED.value,
}
