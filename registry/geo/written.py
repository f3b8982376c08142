"""Angles and distances as text."""

import re
from decimal import Decimal

from django.utils.translation import gettext


def sexagesimal(degrees: float, positive: str, negative: str, precision_m: float = 1.0) -> str:
    """Write an angle as degrees, minutes and seconds, with decimals where the precision (in metres) asks for them."""
    decimals = 0 if precision_m >= 10 else 1 if precision_m >= 1 else 3
    units = round(abs(degrees) * 3600 * 10**decimals)
    seconds, rest = units // 10**decimals, units % 10**decimals
    fraction = f".{rest:0{decimals}d}" if decimals else ""
    letter = negative if degrees < 0 else positive
    return f"{seconds // 3600}°{seconds // 60 % 60:02d}′{seconds % 60:02d}{fraction}″ {letter}"


def plain(degrees: float) -> str:
    """Write a number of degrees with as many digits as it takes to read it back, and without an exponent."""
    return re.sub(r"\.0$", "", format(Decimal(repr(degrees)), "f"))


def distance(metres: float) -> str:
    """Write a distance with two significant digits."""
    if metres >= 995:
        kilometres = metres / 1000
        return gettext("%(number)s km") % {"number": f"{kilometres:.{0 if kilometres >= 9.95 else 1}f}"}
    if metres >= 0.995:
        return gettext("%(number)s m") % {"number": f"{metres:.{0 if metres >= 9.95 else 1}f}"}
    return gettext("%(number)s cm") % {"number": f"{metres * 100:.0f}"} if metres >= 0.01 else gettext("1 cm or less")
