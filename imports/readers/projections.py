"""Coordinates of any EPSG number, turned into longitude and latitude of WGS 84."""

import re
from functools import lru_cache

from imports.readers.shapes import Projection
from imports.readers.table import InputFile
from registry.geo.systems import NUMBERS, SAME, WGS84, known_system

#: What names of systems consist of: nothing that could be a definition.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9 _/().'-]{1,99}")


def name_in_prj(text: str) -> str:
    """Return what a .prj file calls its system; empty if it does not say."""
    found = re.match(r'\s*(?:PROJCS|GEOGCS|PROJCRS|GEOGCRS|GEODCRS)\s*\[\s*"([^"]{1,100})"', text[:400])
    return found[1] if found else ""


def number_of_prj(text: str) -> int | None:
    """Find the EPSG number in the text of a .prj file, by its own authority or by name; the text goes nowhere else."""
    authorities = re.findall(r'(?:AUTHORITY|ID)\s*\[\s*"EPSG"\s*,\s*"?(\d{4,6})"?\s*\]\s*\]\s*$', text[:20_000].strip())
    if authorities:
        return int(authorities[-1])
    return number_of_name(name_in_prj(text))


@lru_cache(256)
def number_of_name(name: str) -> int | None:
    """Find the EPSG number of a system by what EPSG or ESRI calls it; None if the name is only like one."""
    if name in _ALSO or not _NAME.fullmatch(name):
        return _ALSO.get(name)
    import pyproj

    try:
        number = pyproj.CRS.from_user_input(name).to_epsg()
        if number is None:
            return None
        found = pyproj.CRS.from_epsg(number)
        names = {found.name, name_in_prj(found.to_wkt("WKT1_ESRI"))}
    except pyproj.exceptions.CRSError:
        return None
    return number if _folded(name) in map(_folded, names) else None


#: Names in use that neither list has.
_ALSO = {"WGS_1984": 4326, "GCS_GDA2020": 7844}


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+|^GCS_", "", name.casefold())


def number_of_urn(text: str) -> int | None:
    """Find the EPSG number in the name that older GeoJSON gives to its coordinates."""
    if re.fullmatch(r"urn:ogc:def:crs:OGC:[\d.]*:CRS84h?|https?://www\.opengis\.net/def/crs/OGC/[\d.]+/CRS84h?", text.strip()):
        return WGS84
    found = re.fullmatch(r"(?:urn:ogc:def:crs:)?EPSG:[\d.]*:?(\d{4,6})", text.strip(), re.I)
    return int(found[1]) if found else None


def projection_from(input_file: InputFile, srid: int | None) -> Projection | None:
    """Return the way from coordinates of an EPSG number to WGS 84; None where they are that already. Raises FileRefused."""
    if srid is None or srid in SAME:
        return None
    if isinstance(srid, bool) or not isinstance(srid, int) or srid not in NUMBERS:
        raise input_file.refuse(
            "unknown-srid", f"{str(srid)[:20]} is not an EPSG number.", "Enter only the number, for example 4284."
        )
    system = known_system(srid)
    if system is None:
        raise input_file.refuse(
            "unknown-srid",
            f"EPSG:{srid} is not a system of longitudes and latitudes, or of eastings and northings, that is known here.",
            "Convert the file to WGS 84 (EPSG:4326) first.",
        )
    return system.to_wgs84
