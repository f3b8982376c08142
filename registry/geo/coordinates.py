"""Coordinates as people write them: degrees in any script and order, metres of a grid, links of web maps."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext

from registry.geo.errors import CoordinatesError
from registry.geo.grids import read_grid, read_in_system
from registry.geo.links import Link, read_link
from registry.geo.notation import Number, Tokens, read_tokens
from registry.geo.precision import Angle, Precision, precision_of
from registry.geo.references import GridReference
from registry.geo.systems import SAME, WGS84, System, known_system, system_of, take_datum
from registry.geo.written import distance, plain, sexagesimal

__all__ = ["Coordinates", "CoordinatesError", "Entered", "distance", "plain", "read_coordinates", "sexagesimal"]

_UNITS = ("degree", "minute", "second")
#: What most files have, and what needs no further reading: 42.67, 76.17
_DECIMALS = re.compile(r"([+-]?[0-9]{1,3}\.[0-9]{1,15}), ([+-]?[0-9]{1,3}\.[0-9]{1,15})")
_LONGEST = 2_000
_LONGEST_FIGURES = 300


class Entered(StrEnum):
    """How a location was entered, from which its kind follows."""

    PRINTED = "printed"
    ON_MAP = "on_map"
    FROM_FILE = "from_file"


@dataclass(frozen=True)
class Coordinates:
    """A place on the Earth in degrees of WGS 84, and how its text was understood."""

    latitude: float
    longitude: float
    #: To which step they are printed; None if their digits come from arithmetic.
    precision: Precision | None
    longitude_first: bool = False
    #: EPSG number of the system that they are printed in, if the text or its source says another than WGS 84.
    srid: int | None = None
    #: What else than degrees the text is, as words.
    source: str = ""
    #: How far the change of the datum moved them; None if it is WGS 84.
    moved_m: float | None = None
    entered: Entered = Entered.PRINTED
    #: In metres, where the text states it.
    stated_uncertainty_m: float | None = None

    @property
    def uncertainty_m(self) -> float | None:
        """Half of the last step printed, in metres, or the uncertainty that the text states; with three significant digits."""
        metres = self.precision.half_step_m if self.precision else self.stated_uncertainty_m
        return float(f"{metres:.3g}") if metres else None

    @property
    def in_words(self) -> str:
        """Describe how the text was understood, for the person who typed it."""
        step_m = 2 * self.precision.half_step_m if self.precision else 1.0
        place = f"{sexagesimal(self.latitude, 'N', 'S', step_m)}, {sexagesimal(self.longitude, 'E', 'W', step_m)}"
        order = gettext(", longitude first") if self.longitude_first else ""
        source = gettext(", from %(source)s") % {"source": self.source} if self.source else ""
        moved = (
            gettext(", moved %(distance)s to WGS 84") % {"distance": distance(self.moved_m)}
            if self.moved_m and self.moved_m >= 0.01
            else ""
        )
        return f"{place}{order}{source}{moved}{self._sureness}"

    @property
    def _sureness(self) -> str:
        if self.precision:
            return gettext(", printed to %(name)s ≈ ±%(distance)s") % {
                "name": self.precision.name,
                "distance": distance(self.precision.half_step_m),
            }
        if self.stated_uncertainty_m:
            return f", ±{distance(self.stated_uncertainty_m)}"
        if self.entered is Entered.ON_MAP:
            return gettext(": its uncertainty is not stated")
        return gettext(", with more decimals than anybody prints: the uncertainty is not stated")


def read_coordinates(text: str, srid: int | None = None, *, longitude_first: bool = False) -> Coordinates:
    """Read one place from a text.

    Latitude comes first unless letters, names of the axes, `longitude_first` or a value beyond 90 say otherwise. `srid` is
    the system in which the source states its coordinates; what the text itself names comes first. Raises CoordinatesError
    with a sentence for the person who typed it.
    """
    if (decimals := _DECIMALS.fullmatch(text)) and (srid is None or srid in SAME):
        return _between(_decimal(decimals[1]), _decimal(decimals[2]), longitude_first=longitude_first)
    if len(text) > _LONGEST:
        raise CoordinatesError(gettext("The text is too long for one pair of coordinates."))
    if link := read_link(text):
        return _linked(link)
    if len(text) > _LONGEST_FIGURES:
        raise CoordinatesError(gettext("The text is too long for one pair of coordinates."))
    text, named = take_datum(text)
    if grid := read_grid(text, named, srid):
        return _on_grid(grid)
    stated = named or srid
    system = None if stated is None or stated in SAME else system_of(stated)
    if system and system.is_projected:
        return _projected(text, system)
    found = _degrees(text, longitude_first=longitude_first)
    if system is None:
        return found
    longitude, latitude, moved = system.place(found.longitude, found.latitude)
    return Coordinates(
        latitude, longitude, found.precision, found.longitude_first, system.srid, system.name, moved, found.entered
    )


def _linked(link: Link) -> Coordinates:
    _check_range(link.latitude, link.longitude)
    return Coordinates(
        link.latitude, link.longitude, None, source=link.name, entered=Entered.ON_MAP, stated_uncertainty_m=link.uncertainty_m
    )


def _on_grid(grid: GridReference) -> Coordinates:
    longitude, latitude, moved = system_of(grid.srid).place(grid.easting, grid.northing)
    if grid.latitudes and not grid.latitudes[0] - 0.2 <= latitude <= grid.latitudes[1] + 0.2:
        low, high = (f"{abs(limit)}° {'S' if limit < 0 else 'N'}" for limit in grid.latitudes)
        raise CoordinatesError(
            gettext(
                "The letter of the zone means the band from %(low)s to %(high)s, and this "
                "northing is at %(latitude)s; correct one, or write N for the northern "
                "hemisphere."
            )
            % {"low": low, "high": high, "latitude": sexagesimal(latitude, "N", "S", 30)}
        )
    moves = known_system(grid.srid)
    return Coordinates(
        latitude, longitude, grid.precision, False, grid.srid, grid.name, moved if moves and moves.datum != WGS84 else None
    )


def _projected(text: str, system: System) -> Coordinates:
    easting, northing, precision = read_in_system(text, system)
    longitude, latitude, moved = system.place(easting, northing)
    return Coordinates(latitude, longitude, precision, False, system.srid, system.name, moved if moved >= 0.01 else None)


def _degrees(text: str, *, longitude_first: bool) -> Coordinates:
    tokens = read_tokens(text)
    if tokens.unread:
        raise CoordinatesError(
            gettext("“%(unread)s” is not part of a coordinate. Enter for example 42.67, 76.17.")
            % {"unread": tokens.unread[:30]}
        )
    first, second = (_angle(numbers, letters) for numbers, letters in _halves(tokens))
    return _between(first, second, longitude_first=longitude_first)


def _decimal(text: str) -> Angle:
    return Angle(float(text), None, 0, len(text.partition(".")[2]))


def _between(first: Angle, second: Angle, *, longitude_first: bool) -> Coordinates:
    """Find which of two angles is the latitude."""
    if first.axis and first.axis == second.axis:
        raise CoordinatesError(
            gettext("Both values are a latitude; one latitude and one longitude are needed.")
            if first.axis == "latitude"
            else gettext("Both values are a longitude; one latitude and one longitude are needed.")
        )
    swapped = first.axis == "longitude" or second.axis == "latitude" or _only_reads_swapped(first, second)
    swapped = swapped or (longitude_first and first.axis is None and second.axis is None)
    latitude, longitude = (second, first) if swapped else (first, second)
    _check_range(latitude.degrees, longitude.degrees)
    return Coordinates(latitude.degrees, longitude.degrees, precision_of(first, second), longitude_first=swapped)


def _check_range(latitude: float, longitude: float) -> None:
    if abs(latitude) > 90:
        raise CoordinatesError(
            gettext("A latitude must be between −90 and 90; %(degrees)s is not.") % {"degrees": plain(latitude)}
        )
    if abs(longitude) > 180:
        raise CoordinatesError(
            gettext("A longitude must be between −180 and 180; %(degrees)s is not.") % {"degrees": plain(longitude)}
        )


def _only_reads_swapped(first: Angle, second: Angle) -> bool:
    """Return whether two values without axes make sense only with the longitude first."""
    unmarked = first.axis is None and second.axis is None
    return unmarked and 90 < abs(first.degrees) <= 180 and abs(second.degrees) <= 90


def _halves(tokens: Tokens) -> tuple[tuple[list[Number], set[str]], tuple[list[Number], set[str]]]:
    """Split the numbers and letters into the two angles."""
    numbers = tokens.numbers
    if not 2 <= len(numbers) <= 6:
        raise CoordinatesError(gettext("Write one latitude and one longitude, for example 42.67, 76.17 or 42°40′ N 76°10′ E."))
    cut = _cut(tokens)
    if cut is None or not 0 < cut < len(numbers):
        raise CoordinatesError(gettext("It is not clear where the first value ends; put a semicolon between the two."))
    letters: tuple[set[str], set[str]] = (set(), set())
    for kind in ("NSEW", ("latitude", "longitude")):
        marks = [mark for mark in tokens.marks if mark.letter in kind]
        # A letter belongs to the number it follows, or to the next one where the text begins with a letter.
        ahead = bool(marks) and marks[0].before == 0
        for mark in marks:
            letters[(mark.before if ahead else mark.before - 1) >= cut].add(mark.letter)
    directed = [bool(found & set("NSEW")) for found in letters]
    if tokens.s_means_seconds and directed[0] != directed[1]:
        raise CoordinatesError(gettext("It is not clear whether S stands for seconds or for south; write ″ for seconds."))
    return (numbers[:cut], letters[0]), (numbers[cut:], letters[1])


def _cut(tokens: Tokens) -> int | None:
    """Find how many numbers belong to the first angle: by letters, degree signs, a separator, signs, or in the middle."""
    numbers = tokens.numbers
    inner = {mark.before for mark in tokens.marks if 0 < mark.before < len(numbers)}
    if len(inner) == 1:
        return inner.pop()
    degrees = [position for position, number in enumerate(numbers) if number.unit == 0]
    if len(degrees) == 2 and degrees[0] == 0:
        return degrees[1]
    separators = {before for before in tokens.separators if 0 < before < len(numbers)}
    if separators:
        return separators.pop() if len(separators) == 1 else None
    signed = [position for position, number in enumerate(numbers) if position and number.signed]
    if len(signed) == 1:
        return signed[0]
    return len(numbers) // 2 if len(numbers) % 2 == 0 else None


def _angle(numbers: list[Number], letters: set[str]) -> Angle:
    """Add up degrees, minutes and seconds."""
    axes = {"latitude" if letter in "NS" else "longitude" if letter in "EW" else letter for letter in letters}
    directions = letters & set("NSEW")
    if len(axes) > 1 or len(directions) > 1:
        raise CoordinatesError(gettext("One value has two directions."))
    if directions and len(numbers) == 1:
        numbers = _spread(numbers[0], axes)
    _check_parts(numbers)
    if directions and numbers[0].signed:
        raise CoordinatesError(gettext("Use either a sign or a letter, not both."))
    size = sum((number.value / 60**position for position, number in enumerate(numbers)), Decimal(0))
    negative = numbers[0].negative or bool(directions & {"S", "W"})
    last = numbers[-1]
    return Angle(float(-size if negative else size), axes.pop() if axes else None, len(numbers) - 1, last.decimals)


def _check_parts(numbers: list[Number]) -> None:
    if len(numbers) > 3:
        raise CoordinatesError(gettext("An angle has degrees, minutes and seconds at most."))
    for position, number in enumerate(numbers):
        if number.unit not in (None, position):
            raise CoordinatesError(gettext("Write degrees, then minutes, then seconds."))
        if position and number.signed:
            raise CoordinatesError(gettext("Only the degrees may carry a sign."))
        if position and number.value >= 60:
            raise CoordinatesError(
                (
                    gettext("Minutes must be at least 0 and less than 60; %(value)s is not.")
                    if position == 1
                    else gettext("Seconds must be at least 0 and less than 60; %(value)s is not.")
                )
                % {"value": number.value}
            )
        if number.decimals and position < len(numbers) - 1:
            raise CoordinatesError(gettext("Only the last part of an angle may have decimals."))


def _spread(number: Number, axes: set[str]) -> list[Number]:
    """Read 424012N and 0761030E, as gazetteers print them, as degrees, minutes and seconds."""
    degrees = number.digits - (2 if axes == {"latitude"} else 3)
    if number.unit is not None or number.signed or degrees not in (2, 4):
        return [number]
    parts = []
    for position in range(degrees // 2, -1, -1):
        value = number.value // 100**position % 100 if position < degrees // 2 else number.value // 100**position
        if not position:
            value += number.value % 1
        decimals = 0 if position else number.decimals
        parts.append(Number(value, 2, decimals, signed=False, negative=False))
    return parts
