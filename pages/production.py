"""Production through time as sources state it: a dot for each statement, by its year, never joined or averaged."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from api.query.list_query import read_query
from api.resources.resource import resource_named
from pages.addresses import page_of, resource_of_kind
from pages.beside import Beside
from pages.values import number

WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 26
#: A chart of fewer dots says less than the list of statements.
_FEWEST = 2
_FORECAST = "forecast"
_PRODUCTION = "production"
_STATED = {"topic": "production", "limit": "200"}


@dataclass(frozen=True)
class Dot:
    """A statement of a quantity for a year."""

    x: float
    y: float
    year: str
    text: str
    source: str
    href: str
    is_forecast: bool


@dataclass(frozen=True)
class Production:
    """The chart, its axes, and the same as rows."""

    dots: tuple[Dot, ...]
    years: tuple[tuple[float, str], ...]
    levels: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT


def ask_production(kind: str, slug: str, beside: Beside) -> None:
    """Ask for what is stated of the production of a country."""
    if kind == "country":
        beside.ask_list(_PRODUCTION, read_query(resource_named("findings"), _STATED | {kind: slug}))


def production(beside: Beside) -> Production | None:
    """Draw what findings state in tonnes for a year; None if there are too few."""
    findings = beside.listed(_PRODUCTION)
    stated = [one for one in findings if one["unit"] == "t" and one["value"] is not None and one["as_of"]]
    stated.sort(key=lambda one: (one["as_of"], one["value"]))
    if len(stated) < _FEWEST:
        return None
    years = [int(one["as_of"][:4]) for one in stated]
    first, last, most = min(years), max(years), max(one["value"] for one in stated) or 1
    span = max(1, last - first)

    def place(year: int, value: float) -> tuple[float, float]:
        x = _LEFT + 14 + (year - first) / span * (WIDTH - _LEFT - _RIGHT - 28)
        return round(x, 1), round(HEIGHT - _BOTTOM - value / most * (HEIGHT - _TOP - _BOTTOM - 8), 1)

    dots = tuple(_dot(one, place(int(one["as_of"][:4]), one["value"])) for one in stated)
    step = max(1, span // 6)
    return Production(
        dots,
        tuple((place(year, 0)[0], str(year)) for year in range(first, last + 1, step)),
        tuple((place(first, level)[1], number(level)) for level in _levels(most)),
    )


def _dot(one: dict[str, Any], at: tuple[float, float]) -> Dot:
    tonnes = gettext("%(number)s t") % {"number": number(one["value"])}
    return Dot(
        x=at[0],
        y=at[1],
        year=one["as_of"],
        text=f"{tonnes}, {one['measure'] or gettext('production')}",
        source=(one.get("source") or {}).get("title") or "",
        href=page_of(resource_of_kind("finding"), one["slug"]),
        is_forecast=one["modality"] == _FORECAST,
    )


def _levels(most: float) -> list[float]:
    """Return three round values between nothing and the greatest."""
    power = 10 ** (len(str(int(most))) - 1)
    step = next(share * power for share in (0.2, 0.25, 0.5, 1, 2, 2.5, 5) if most / (share * power) <= 4)
    return [step * number for number in range(int(most // step) + 1)]
