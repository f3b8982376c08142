"""Coordinates of any EPSG number, turned into longitude and latitude of WGS 84."""

import re

from imports.readers.shapes import Projection
from imports.readers.table import InputFile
from registry.geo.systems import NUMBERS, SAME, WGS84, known_system

#: How ESRI's .prj files call what EPSG numbers; patterns take the zone.
_NAMED = {
    "GCS_WGS_1984": 4326,
    "WGS_1984": 4326,
    "WGS84": 4326,
    "GCS_GDA_1994": 4283,
    "GDA94": 4283,
    "GCS_GDA2020": 7844,
    "GDA2020": 7844,
    "GCS_Pulkovo_1942": 4284,
    "Pulkovo_1942": 4284,
    "GCS_Pulkovo_1995": 4200,
    "GCS_North_American_1983": 4269,
    "GCS_North_American_1927": 4267,
    "GCS_ETRS_1989": 4258,
    "WGS_1984_Web_Mercator_Auxiliary_Sphere": 3857,
}
_ZONED = (
    (r"WGS_1984_UTM_Zone_(\d{1,2})N", 32600, 60),
    (r"WGS_1984_UTM_Zone_(\d{1,2})S", 32700, 60),
    (r"GDA_1994_MGA_Zone_(\d{1,2})", 28300, 58),
    (r"GDA2020_MGA_Zone_(\d{1,2})", 7800, 59),
    (r"Pulkovo_1942_GK_Zone_(\d{1,2})", 28400, 32),
)


def number_of_prj(text: str) -> int | None:
    """Find the EPSG number in the text of a .prj file, by its own authority or by name; the text goes nowhere else."""
    authorities = re.findall(r'(?:AUTHORITY|ID)\s*\[\s*"EPSG"\s*,\s*"?(\d{4,6})"?\s*\]\s*\]\s*$', text[:20_000].strip())
    if authorities:
        return int(authorities[-1])
    found = re.match(r'\s*(?:PROJCS|GEOGCS|PROJCRS|GEOGCRS)\s*\[\s*"([^"]{1,100})"', text[:400])
    if not found:
        return None
    name = found[1].replace(" ", "_")
    if name in _NAMED:
        return _NAMED[name]
    for pattern, base, last in _ZONED:
        if (zone := re.fullmatch(pattern, name)) and 1 <= int(zone[1]) <= last:
            return base + int(zone[1])
    return None


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
