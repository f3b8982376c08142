"""The addresses that web maps give to a place: OpenStreetMap, Google Maps, Yandex Maps, 2GIS, and geo: URIs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext

from registry.geo.errors import CoordinatesError

_NUMBER = r"[-+]?\d{1,3}(?:\.\d{1,20})?"
_PAIR = re.compile(rf"\s*({_NUMBER})\s*[,~/;]\s*({_NUMBER})")
_GEO = re.compile(rf"geo:({_NUMBER}),({_NUMBER})(?:,-?[\d.]{{1,20}})?((?:;[^;?]*)*)(?:\?(.*))?", re.I)


@dataclass(frozen=True)
class Link:
    """The place of a link, in degrees of WGS 84."""

    latitude: float
    longitude: float
    name: str
    #: In metres, where the link states it.
    uncertainty_m: float | None = None


def read_link(text: str) -> Link | None:
    """Read the link of a web map or a geo: URI; None for any other text. Nothing is fetched."""
    text = text.strip()
    if text[:4].lower() == "geo:":
        return _geo(text)
    if not re.match(r"(https?://|www\.)\S+$|(?:[\w-]+\.)*(?:openstreetmap|google|yandex|2gis)\.[a-z.]+/\S+$", text, re.I):
        return None
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        raise CoordinatesError(gettext("This address cannot be read; copy it again from the browser.")) from None
    service = next((one for one in _SERVICES if re.search(one[0], host)), None)
    if service is None:
        raise CoordinatesError(
            gettext("“%(host)s” is no map that is known here; use OpenStreetMap, Google Maps, Yandex Maps, 2GIS or a geo: URI.")
            % {"host": host[:60]}
        )
    _, name, places = service
    whole = unquote(f"{parts.path}?{parts.query}#{parts.fragment}")
    found = places(whole, {**parse_qs(parts.fragment.lstrip("?")), **parse_qs(parts.query)})
    if found is None:
        raise CoordinatesError(
            gettext("This link of %(name)s shows no coordinates. Open it, and copy the full address of the map.")
            % {"name": name}
        )
    return Link(*found, name=gettext("a link of %(name)s") % {"name": name})


def _geo(text: str) -> Link:
    """Read RFC 5870; Android's geo:0,0?q=42.67,76.17(name) too."""
    found = _GEO.fullmatch(text)
    if found is None:
        raise CoordinatesError(gettext("This geo: URI cannot be read; write geo:42.67,76.17 (latitude first)."))
    parameters = dict(part.partition("=")[::2] for part in found[3].lower().split(";") if part)
    if parameters.get("crs", "wgs84") != "wgs84":
        raise CoordinatesError(
            gettext("A geo: URI is read in WGS 84, not in “%(parameters)s”.") % {"parameters": parameters["crs"][:20]}
        )
    latitude, longitude = float(found[1]), float(found[2])
    searched = _PAIR.match(unquote(found[4] or "").removeprefix("q="))
    if latitude == longitude == 0 and searched:
        latitude, longitude = float(searched[1]), float(searched[2])
    stated = re.fullmatch(r"\d{1,9}(\.\d{1,9})?", parameters.get("u", ""))
    return Link(latitude, longitude, gettext("a geo: URI"), float(stated[0]) or None if stated else None)


_Place = tuple[float, float] | None
_Query = dict[str, list[str]]


def _first(query: _Query, *names: str, longitude_first: bool = False) -> _Place:
    for name in names:
        for value in query.get(name, []):
            if found := _PAIR.match(re.sub(r"^loc:", "", value)):
                pair = float(found[1]), float(found[2])
                return pair[::-1] if longitude_first else pair
    return None


def _openstreetmap(whole: str, query: _Query) -> _Place:
    """Prefer the marker to the middle of the map."""
    marker = _first({"at": [f"{query.get('mlat', [''])[0]},{query.get('mlon', [''])[0]}"]}, "at")
    middle = re.search(rf"[#&?]map=[\d.]+/({_NUMBER})/({_NUMBER})", whole)
    return marker or ((float(middle[1]), float(middle[2])) if middle else None)


def _google(whole: str, query: _Query) -> _Place:
    """Prefer the pin, which stands in the data of a place, to the middle of the map."""
    pins = re.findall(rf"!3d({_NUMBER})!4d({_NUMBER})", whole)
    if pins:
        return float(pins[-1][0]), float(pins[-1][1])
    if found := _first(query, "query", "q", "daddr", "destination", "ll", "center", "viewpoint"):
        return found
    middle = re.search(rf"/(?:place|search)/({_NUMBER}),[+\s]*({_NUMBER})|@({_NUMBER}),({_NUMBER})", whole)
    if middle is None:
        return None
    return float(middle[1] or middle[3]), float(middle[2] or middle[4])


def _yandex(whole: str, query: _Query) -> _Place:
    """Take the longitude first, except in the text of a search."""
    return (
        _first(query, "whatshere[point]", "pt", longitude_first=True)
        or _first(query, "text")
        or _first(query, "ll", longitude_first=True)
    )


def _2gis(whole: str, query: _Query) -> _Place:
    found = re.search(rf"/geo/(?:\d+/)?({_NUMBER}),({_NUMBER})", whole)
    return (float(found[2]), float(found[1])) if found else _first(query, "m", longitude_first=True)


_SERVICES: tuple[tuple[str, str, Callable[[str, _Query], _Place]], ...] = (
    (r"(^|\.)(openstreetmap\.org|osm\.org)$", "OpenStreetMap", _openstreetmap),
    (r"(^|\.)(google\.(com|[a-z]{2})(\.[a-z]{2})?|goo\.gl)$", "Google Maps", _google),
    (r"(^|\.)yandex\.[a-z]{2,3}(\.[a-z]{2})?$", "Yandex Maps", _yandex),
    (r"(^|\.)2gis\.[a-z]{2,3}$", "2GIS", _2gis),
)
