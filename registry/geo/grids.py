"""Positions in metres of a grid: UTM, MGRS, and Gauss–Krüger as Soviet and later maps of the region print it.

UTM is read on WGS 84. Gauss–Krüger is read on Pulkovo 1942, or on Pulkovo 1995 where the text or its source says so; its
eastings are printed with the zone in front (13 478 123) or without. MGRS names a square, which stands for its middle.
"""

import re
from decimal import Decimal
from itertools import permutations

from django.utils.translation import gettext

from registry.geo.errors import CoordinatesError
from registry.geo.figures import Figure, check_rest, figures_of, spaced
from registry.geo.precision import Precision, metric_precision
from registry.geo.references import MGRS_TEXT, GridReference, check_datum, read_mgrs
from registry.geo.systems import PULKOVO_1942, PULKOVO_1995, WGS84, System

#: Six-degree zones of Gauss–Krüger: 8 to 15 are those of Central Asia, later ones those of Siberia and Mongolia.
_GK_ZONES = range(4, 33)
#: Zones that an easting alone may state: with fewer, it could be a northing.
_GK_PREFIXES = range(8, 33)
#: First EPSG number of the zones, by datum.
_GK_FIRST = {PULKOVO_1942: 28400, PULKOVO_1995: 20000}
_DATUM_NAMES = {PULKOVO_1942: "Pulkovo 1942", PULKOVO_1995: "Pulkovo 1995"}
_EASTINGS = (100_000, 900_000)
#: Between the parallels 34° and 84°.
_GK_NORTHINGS = (3_700_000, 9_400_000)
_MILLION = 1_000_000
#: Figures below are degrees; what gazetteers write as 1795959E is below the other.
_SMALLEST, _LARGEST_SEXAGESIMAL = 10_000, 1_800_000
_BANDS = "CDEFGHJKLMNPQRSTUVWX"

_ZONE = re.compile(
    r"(?:\b(?P<utm>UTM)(?![a-z])\W{0,3})?(?:\b(?:zone|зона|з)\b\W{0,3}(?P<word>\d{1,2}(?!\d))|(?<=UTM)\W{0,3}(?P<plain>\d{1,2}(?!\d))"
    r"|(?P<begin>^\s*\d{1,2})(?=\s*[C-HJ-NP-X]\b)|\b(?P<end>\d{1,2})(?=\s*[C-HJ-NP-X]\s*$))"
    r"\s*-?\s*(?P<letter>(?:north|south)\b|[C-HJ-NP-X]\b(?!\s*[:=]))?",
    re.I,
)
_GK_WORDS = re.compile(r"Gau(?:ss|ß)[\s\-–]*Kr(?:ü|u|ue)ger|Гаусса?[\s\-–]*Крюгера?|\bGK\b|\bГК\b", re.I)


def read_grid(text: str, datum: int | None, srid: int | None) -> GridReference | None:
    """Read a position in a grid; None for a text in degrees.

    `datum` is what the text names, `srid` what its source states of its coordinates; both may be a grid or a datum.
    Raises CoordinatesError for a text that is of a grid and cannot be right.
    """
    text = spaced(text)
    if found := MGRS_TEXT.fullmatch(text):
        return read_mgrs(found, datum or srid)
    is_gk = bool(_GK_WORDS.search(text))
    text = _GK_WORDS.sub(" ", text)
    zone = _ZONE.search(text)
    rest = f"{text[: zone.start()]} {text[zone.end() :]}" if zone else text
    figures = figures_of(rest)
    if len(figures) != 2 or re.search("[°º′″]", rest) or not all(figure.value >= _SMALLEST for figure in figures):
        return None
    stated = datum or srid
    if zone:
        check_rest(rest)
        number = int(zone["word"] or zone["plain"] or zone["begin"] or zone["end"])
        letter = (zone["letter"] or "").casefold().upper()  # The pattern takes the Kelvin sign for a K.
        is_utm = zone["utm"] or (letter and not is_gk)
        return _utm(number, letter, figures, stated) if is_utm else _gauss_kruger(number, figures, stated)
    if re.search(r"\bUTM", text, re.I):
        raise CoordinatesError(gettext("A UTM position needs its zone: 43N 478123 4732123."))
    if _is_sexagesimal(figures) or (stated not in (None, WGS84, *_GK_FIRST) and not _is_gauss_kruger(stated)):
        return None
    check_rest(rest)
    return _gauss_kruger(None, figures, stated)


def _is_sexagesimal(figures: list[Figure]) -> bool:
    """Return whether figures are those of gazetteers: 424012N 0761030E."""
    return all(figure.axis in ("E", "N") and figure.value < _LARGEST_SEXAGESIMAL for figure in figures)


def _is_gauss_kruger(srid: int | None) -> bool:
    return srid is not None and any(srid - first in _GK_ZONES for first in _GK_FIRST.values())


def read_in_system(text: str, system: System) -> tuple[float, float, Precision]:
    """Read an easting and a northing of a projected system: by letters, by what its area allows, else the easting first."""
    rest = spaced(text)
    figures = figures_of(rest)
    if len(figures) != 2:
        raise CoordinatesError(
            gettext("EPSG:%(srid)s is %(name)s: write an easting and a northing in metres.")
            % {"srid": system.srid, "name": system.name}
        )
    check_rest(rest)
    first, second = figures
    axes = {"E": False, "N": True, "X": system.x_is_north, "Y": not system.x_is_north}
    is_second = axes.get(first.axis, not axes[second.axis] if second.axis else False)
    orders = [pair for pair in ((first, second), (second, first)) if system.holds(*(float(one.value) for one in pair))]
    # X and Y are used both ways: what lies in the area of the system comes first.
    if len(orders) == 1 and first.axis not in ("E", "N"):
        is_second = orders == [(second, first)]
    easting, northing = (second, first) if is_second else (first, second)
    return float(easting.value), float(northing.value), metric_precision(easting.value, northing.value)


def _utm(zone: int, letter: str, figures: list[Figure], stated: int | None) -> GridReference:
    if not 1 <= zone <= 60:
        raise CoordinatesError(gettext("UTM has the zones 1 to 60; %(zone)s is none.") % {"zone": zone})
    if not letter:
        raise CoordinatesError(
            gettext("Write the hemisphere or the band with the zone: %(zone)sN for the north.") % {"zone": zone}
        )
    easting, northing = _in_order(figures, _EASTINGS, (0, 10_000_000), f"{zone}{letter[0]}", default_first="E")
    latitudes = None
    south = letter == "SOUTH"
    if letter == "S":
        # Either the southern hemisphere or the band from 32° to 40° N; the northing tells them apart, or nobody can.
        if 3_500_000 <= northing.value <= 4_450_000:
            raise CoordinatesError(
                gettext(
                    "“%(zone)sS” may mean the southern hemisphere, or the band S from 32° to 40° N. "
                    "Write “UTM zone %(zone)s north” or “UTM zone %(zone)s south”."
                )
                % {"zone": zone}
            )
        south = True
    elif letter not in ("N", "NORTH", "SOUTH"):
        south = letter < "N"
        first = -80 + 8 * _BANDS.index(letter)
        latitudes = (first, 84 if letter == "X" else first + 8)
    hemisphere = "S" if south else "N"
    srid = (32700 if south else 32600) + zone
    check_datum(f"UTM zone {zone}{hemisphere}", stated, WGS84, srid)
    return GridReference(
        srid,
        float(easting.value),
        float(northing.value),
        gettext("UTM zone %(zone)s, WGS 84") % {"zone": f"{zone}{hemisphere}"},
        metric_precision(*(figure.value for figure in (easting, northing))),
        latitudes,
    )


def _gauss_kruger(zone: int | None, figures: list[Figure], stated: int | None) -> GridReference | None:
    """Read a position of Gauss–Krüger; without a zone in the text, the easting must begin with it."""
    datum, system_zone = _gk_system(stated)
    zones = [int(figure.value // _MILLION) for figure in figures]
    if zone is None and system_zone is None:
        likely = [
            pair for pair in permutations(figures)
            if int(pair[0].value // _MILLION) in _GK_PREFIXES and _has_room(pair, prefixed=True) and _agrees(pair)
        ]  # fmt: skip
        if not likely:
            shown = " and ".join(map(str, figures))
            raise CoordinatesError(
                gettext(
                    "%(shown)s seem to be metres of a grid. Write its zone: 43N 478123 4732123 for "
                    "UTM, or zone 13 for Gauss–Krüger, whose eastings are from 13 100 000 to 13 900 "
                    "000, or from 100 000 to 900 000 without the zone."
                )
                % {"shown": shown}
            )
        if len(likely) > 1:
            raise CoordinatesError(
                gettext("%(figures)s and %(figures2)s could each be the easting: write X (north) and Y (east).")
                % {"figures": figures[0], "figures2": figures[1]}
            )
        zone = int(likely[0][0].value // _MILLION)
        is_unnamed = stated is None
    else:
        zone, is_unnamed = zone or system_zone or 0, False
        if zone not in _GK_ZONES:
            raise CoordinatesError(
                gettext("Gauss–Krüger is read in the zones %(first)s to %(last)s; %(zone)s is none of them.")
                % {"first": _GK_ZONES[0], "last": _GK_ZONES[-1], "zone": zone}
            )
        if system_zone not in (None, zone):
            raise CoordinatesError(
                gettext("The text says zone %(zone)s, and EPSG:%(stated)s is zone %(system_zone)s; correct one of them.")
                % {"zone": zone, "stated": stated, "system_zone": system_zone}
            )
    prefixed = zone in zones and any(_is_easting(figure.value - zone * _MILLION) for figure in figures)
    offset = zone * _MILLION if prefixed else 0
    eastings = (_EASTINGS[0] + zone * _MILLION, _EASTINGS[1] + zone * _MILLION) if prefixed else _EASTINGS
    without = "" if prefixed else gettext(" (or between %(limits)s with the zone)") % {"limits": _apart(eastings, zone)}
    easting, northing = _in_order(figures, eastings, _GK_NORTHINGS, str(zone), default_first="N", remark=without)
    return GridReference(
        _GK_FIRST[datum] + zone,
        float(easting.value - offset + zone * _MILLION),
        float(northing.value),
        gettext("Gauss–Krüger zone %(zone)s, %(datum)s") % {"zone": zone, "datum": _DATUM_NAMES[datum]},
        metric_precision(easting.value, northing.value),
        is_unnamed=is_unnamed,
    )


def _gk_system(stated: int | None) -> tuple[int, int | None]:
    """Return the datum of a Gauss–Krüger position, and its zone, as the text or its source states them."""
    if stated is None:
        return PULKOVO_1942, None
    for datum, first in _GK_FIRST.items():
        if stated == datum:
            return datum, None
        if stated - first in _GK_ZONES:
            return datum, stated - first
    raise CoordinatesError(
        gettext(
            "Gauss–Krüger is read on Pulkovo 1942 or Pulkovo 1995, and EPSG:%(stated)s is "
            "stated for these coordinates; correct one."
        )
        % {"stated": stated}
    )


def _is_easting(value: Decimal) -> bool:
    return _EASTINGS[0] <= value <= _EASTINGS[1]


def _has_room(pair: tuple[Figure, ...], *, prefixed: bool) -> bool:
    east, north = pair
    inner = east.value % _MILLION if prefixed else east.value
    return _is_easting(inner) and _GK_NORTHINGS[0] <= north.value <= _GK_NORTHINGS[1]


def _agrees(pair: tuple[Figure, ...]) -> bool:
    """Return whether the labels allow the first to be the easting; X and Y are used both ways."""
    return pair[0].axis != "N" and pair[1].axis != "E"


def _in_order(
    figures: list[Figure],
    eastings: tuple[int, int],
    northings: tuple[int, int],
    zone: str,
    *,
    default_first: str,
    remark: str = "",
) -> tuple[Figure, Figure]:
    """Tell easting from northing: by labels, by what is possible, else by the order that is usual."""
    pairs = [
        (east, north)
        for east, north in permutations(figures)
        if eastings[0] <= east.value <= eastings[1] and northings[0] <= north.value <= northings[1] and _agrees((east, north))
    ]
    if not pairs:
        read = " and ".join(map(str, figures))
        raise CoordinatesError(
            gettext(
                "Zone %(zone)s needs an easting between %(eastings)s%(remark)s and a northing "
                "between %(northings)s; read were %(read)s."
            )
            % {"zone": zone, "eastings": _apart(eastings), "remark": remark, "northings": _apart(northings), "read": read}
        )
    if len(pairs) == 2:
        first, second = figures
        is_first = first.axis == "E" or second.axis == "N" or (not first.axis and default_first == "E")
        if {first.axis, second.axis} == {"X", "Y"}:
            is_first = (first.axis == "X") == (default_first == "E")
        return (first, second) if is_first else (second, first)
    return pairs[0]


def _apart(limits: tuple[int, int], zone: int = 0) -> str:
    return gettext(" and ").join(f"{limit + zone * _MILLION:,}".replace(",", " ") for limit in limits)
