"""The uncertainty that the print of a pair of coordinates shows.

The rule: the printed value stands for everything that rounds to it, so the uncertainty is half a unit of the last digit, along
the meridian, of the coarser of the two figures. What counts as the last digit:

1. Decimals that are whole arc-minutes (from four decimals on) or whole arc-seconds (from six on) in both figures are degrees
   and minutes that somebody has converted: the minutes or seconds count.
2. Seconds that are 00 in both figures are minutes.
3. Minutes that are multiples of ten, or else of five, in both figures are rounded to ten or five minutes.
4. More than six decimals come from arithmetic, and show nothing.
5. Metres of a grid that are whole kilometres, hundreds or tens in both figures are rounded to them. A square of MGRS says its
   own size.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext, gettext_noop, ngettext

#: Metres of one degree of latitude, on a sphere of the Earth's mean radius.
METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180
_MINUTE, _SECOND = 60, 3600
#: Fewest decimals in which whole minutes or seconds are no coincidence, and most that anybody prints.
_DECIMALS_OF_MINUTES, _DECIMALS_OF_SECONDS, _MOST_DECIMALS = 4, 6, 6
#: Roundings of minutes, the widest first.
_ROUNDINGS = ((10, gettext_noop("ten minutes")), (5, gettext_noop("five minutes")))
_METRIC_ROUNDINGS = (
    (1000, gettext_noop("the kilometre")),
    (100, gettext_noop("a hundred metres")),
    (10, gettext_noop("ten metres")),
)


@dataclass(frozen=True)
class Angle:
    """One latitude or longitude as printed."""

    degrees: float
    #: The axis, if the text says so: "latitude" or "longitude".
    axis: str | None
    #: The unit of the last part printed: 0 degree, 1 minute, 2 second.
    unit: int
    #: Decimals of the last part printed.
    decimals: int

    @property
    def step(self) -> float:
        """Degrees of one unit of the last digit printed."""
        return float(60**-self.unit * 10**-self.decimals)


@dataclass(frozen=True)
class Precision:
    """To which step a pair of coordinates is printed."""

    #: In metres; along the meridian, if it is printed in degrees.
    step_m: float
    #: Gives the step as text: most readers of a file's coordinates never ask for it.
    naming: Callable[[], str]

    @property
    def name(self) -> str:
        """The step as text, e.g. "the minute"."""
        return self.naming()

    @property
    def half_step_m(self) -> float:
        """Half a step, in metres."""
        return self.step_m / 2


def metric_precision(*pair: Decimal) -> Precision:
    """Return the step that an easting and a northing are printed to."""
    decimals = min(max(0, -int(value.as_tuple().exponent)) for value in pair)
    if decimals:
        return Precision(10.0**-decimals, partial(_decimals_of_metres, decimals))
    for rounding, name in _METRIC_ROUNDINGS:
        if all(value % rounding == 0 for value in pair):
            return Precision(float(rounding), partial(gettext, name))
    return Precision(1.0, partial(gettext, gettext_noop("the metre")))


def _decimals_of_metres(number: int) -> str:
    return ngettext("%(number)s decimal of a metre", "%(number)s decimals of a metre", number) % {"number": number}


def precision_of(*pair: Angle) -> Precision | None:
    """Return the step that a pair is printed to; None if its digits come from arithmetic."""
    if _is_whole(_MINUTE, _DECIMALS_OF_MINUTES, pair):
        return _minutes(pair)
    if _is_whole(_SECOND, _DECIMALS_OF_SECONDS, pair):
        return _degrees(1 / _SECOND, partial(gettext, gettext_noop("the second")))
    coarser = max(pair, key=lambda angle: angle.step)
    if not coarser.unit and coarser.decimals > _MOST_DECIMALS:
        return None
    return _degrees(coarser.step, partial(_unit, coarser.unit, coarser.decimals))


def _unit(unit: int, decimals: int) -> str:
    if not decimals:
        return (gettext("the degree"), gettext("the minute"), gettext("the second"))[unit]
    named = (
        ngettext("%(number)s decimal of a degree", "%(number)s decimals of a degree", decimals),
        ngettext("%(number)s decimal of a minute", "%(number)s decimals of a minute", decimals),
        ngettext("%(number)s decimal of a second", "%(number)s decimals of a second", decimals),
    )
    return named[unit] % {"number": decimals}


def _is_whole(parts: int, decimals: int, pair: tuple[Angle, ...]) -> bool:
    """Return whether both angles are whole parts of a degree, to their last digit, and printed finely enough to tell."""
    finer = min(angle.step for angle in pair)
    enough = any((angle.unit and angle.step <= 1 / parts) or angle.decimals >= decimals for angle in pair)
    return enough and all(_remainder(angle.degrees, parts) <= finer / 2 + 1e-10 for angle in pair)


def _remainder(degrees: float, parts: int) -> float:
    """Return how far, in degrees, an angle is from a whole number of parts of a degree."""
    return abs(degrees - round(degrees * parts) / parts)


def _minutes(pair: tuple[Angle, ...]) -> Precision:
    whole = [round(abs(angle.degrees) * _MINUTE) for angle in pair]
    for rounding, name in _ROUNDINGS:
        if all(minutes % rounding == 0 for minutes in whole):
            return _degrees(rounding / _MINUTE, partial(gettext, name))
    return _degrees(1 / _MINUTE, partial(gettext, gettext_noop("the minute")))


def _degrees(step: float, naming: Callable[[], str]) -> Precision:
    return Precision(step * METRES_PER_DEGREE, naming)
