"""The two numbers of a position in metres, with the label that stands before or behind each."""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from registry.geo.errors import CoordinatesError

_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u2009']")
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,2}|\d{1,2} \d{3}|\d{3}) (\d{3}) ?(\d{3})?(?![\d])")
_FIGURE = re.compile(r"(\d+(?:[.,]\d+)?)")
_EAST = re.compile(r"\b(m?E|easting|восток|в)\b|[→]", re.I)
_NORTH = re.compile(r"\b(m?N|northing|север|с)\b", re.I)
#: No position in metres has more before the point.
_MOST_DIGITS = 12
_LABEL = re.compile(r"\b([XYХУ])\b\s*[:=]?", re.I)


def spaced(text: str) -> str:
    """Write every kind of space, and the mark between thousands, as a plain space."""
    return _SPACES.sub(" ", text)


@dataclass(frozen=True)
class Figure:
    """One number of a position in metres; `axis` is E, N, X or Y where the text says it."""

    value: Decimal
    decimals: int
    axis: str

    def __str__(self) -> str:
        """Write it with its thousands apart."""
        return f"{self.value:,}".replace(",", " ")


def figures_of(text: str) -> list[Figure]:
    """List the numbers of a text, with the label before or behind each; raises CoordinatesError for endless ones."""
    text = spaced(text)
    while (joined := _GROUPED.sub(lambda found: "".join(filter(None, found.groups())), text)) != text:
        text = joined
    pieces = _FIGURE.split(text)
    ahead = bool(re.search(r"\w", pieces[0]))
    figures = []
    for position in range(1, len(pieces), 2):
        beside = pieces[position - 1] if ahead else pieces[position + 1]
        whole, _point, fraction = pieces[position].replace(",", ".").partition(".")
        if len(whole) > _MOST_DIGITS:
            raise CoordinatesError(gettext("%(whole)s… is too large for a coordinate.") % {"whole": whole[:_MOST_DIGITS]})
        figures.append(Figure(Decimal(f"{whole}.{fraction}"), len(fraction), _axis(beside)))
    return figures


def _axis(text: str) -> str:
    if found := _LABEL.search(text):
        return "X" if found[1].upper() in "XХ" else "Y"
    if _EAST.search(text):
        return "E"
    return "N" if _NORTH.search(text) else ""


def check_rest(text: str) -> None:
    """Refuse words that nobody has read."""
    rest = _FIGURE.sub(" ", text)
    for pattern in (_LABEL, _EAST, _NORTH, re.compile(r"\b(?:m|м|and|и|coordinates?|координаты?)\b\.?", re.I)):
        rest = pattern.sub(" ", rest)
    if unread := re.search(r"[^\s.,;:=/|()\[\]_-]+", rest):
        raise CoordinatesError(
            gettext("“%(unread)s” is not part of a position in metres. Enter for example 43N 478123 4732123.")
            % {"unread": unread[0][:30]}
        )
