"""A position in a grid, and the squares of MGRS."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext

from registry.geo.errors import CoordinatesError
from registry.geo.precision import Precision
from registry.geo.systems import WGS84

#: A reference of MGRS, as the whole of a text.
MGRS_TEXT = re.compile(r"\s*(?:MGRS\W{0,3})?(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z][A-HJ-NP-V])\s*((?:\d+\s*){0,2})\s*", re.I)


@dataclass(frozen=True)
class GridReference:
    """An easting and a northing, in metres of an EPSG system."""

    srid: int
    easting: float
    northing: float
    name: str
    precision: Precision
    #: Latitudes that the letter of a zone allows.
    latitudes: tuple[int, int] | None = None
    #: Whether the system is a guess from the figures alone, and not written.
    is_unnamed: bool = False


def read_mgrs(found: re.Match[str], stated: int | None) -> GridReference:
    """Read the square that a reference names, whose middle stands for it; raises CoordinatesError."""
    from mgrs import MGRS
    from mgrs.core import MGRSError

    zone, band, square, digits = int(found[1]), found[2].upper(), found[3].upper(), found[4].split()
    written = "".join(digits)
    if len(written) > 10 or len(written) % 2 or (len(digits) == 2 and len(digits[0]) != len(digits[1])):
        raise CoordinatesError(
            gettext(
                "An MGRS reference has as many digits for the easting as for the northing, five "
                "at most of each; “%(found)s” has not. Write for example 43T DH 78123 32123."
            )
            % {"found": found[4].strip()}
        )
    check_datum("MGRS", stated, WGS84)
    reference = f"{zone:02d}{band}{square}{written}"
    try:
        _, hemisphere, easting, northing = MGRS().MGRSToUTM(reference)
    except MGRSError:
        raise CoordinatesError(
            gettext(
                "There is no square %(square)s in zone %(zone)s%(band)s of MGRS: check the "
                "letters, in which I and O are never used."
            )
            % {"square": square, "zone": zone, "band": band}
        ) from None
    side = 10.0 ** (5 - len(written) // 2)
    name = "1 m" if side == 1 else f"{side:,.0f} m" if side < 1000 else f"{side / 1000:.0f} km"
    return GridReference(
        (32600 if hemisphere == "N" else 32700) + zone,
        easting + side / 2,
        northing + side / 2,
        gettext("the middle of the MGRS square %(square)s")
        % {"square": f"{zone}{band} {square} {' '.join(_halves(written))}".strip()},
        Precision(side, lambda: gettext("a square of %(name)s") % {"name": name}),
    )


def _halves(written: str) -> tuple[str, str]:
    return written[: len(written) // 2], written[len(written) // 2 :]


def check_datum(what: str, stated: int | None, *allowed: int) -> None:
    """Refuse figures that are read on WGS 84 where another system is stated for them."""
    if stated is not None and stated not in allowed:
        raise CoordinatesError(
            gettext(
                "%(what)s is read on WGS 84, and EPSG:%(stated)s is stated for these "
                "coordinates. Remove that number, or write the figures alone in the system that "
                "it names."
            )
            % {"what": what, "stated": stated}
        )
