"""The uncertainty of a record's location: stated, judged, shown by the print, or not stated."""

from dataclasses import dataclass

from registry.geo.coordinates import read_coordinates
from registry.geo.errors import CoordinatesError
from registry.vocabularies import MEASURED, UncertaintyBasis


@dataclass(frozen=True)
class Uncertainty:
    """The two columns of a located record that state how surely its location is known."""

    location_uncertainty_m: float | None
    uncertainty_basis: str


NOT_STATED = Uncertainty(None, UncertaintyBasis.NOT_STATED.value)
#: The bases that follow from other columns; the others are stated.
DERIVED = (None, "", UncertaintyBasis.NOT_STATED, UncertaintyBasis.PRINTED_PRECISION)


def printed_uncertainty(text: str | None, location_kind: str | None, srid: int | None = None) -> Uncertainty:
    """Return the uncertainty that the printed coordinates of a located record show, in the system that its source states.

    The one rule for forms, imports and the seed; `registry/geo/precision.py` states it. The print of a locality, or of the
    centre of a block, does not show how far from it the record is.
    """
    if not text or location_kind not in MEASURED:
        return NOT_STATED
    try:
        metres = read_coordinates(text, srid).uncertainty_m
    except CoordinatesError:
        return NOT_STATED
    return NOT_STATED if metres is None else Uncertainty(metres, UncertaintyBasis.PRINTED_PRECISION.value)
