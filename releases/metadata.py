"""What describes a release to catalogues: DCAT, schema.org, RO-Crate and DataCite.

Addresses are relative to the release, so that a copy elsewhere describes itself.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from releases.contents import ReleaseFile

PUBLISHER = "Rare-earth deposits registry"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_WORDS = (
    "Rare-earth deposits, prospecting, estimates, licences and policies of the world, each value with its sources,"
    " and both sides where sources disagree. The registry's own work: CC BY 4.0; the rights of each source: rights.csv."
)
_KEYWORDS = ["rare earth elements", "mineral deposits", "mineral resources", "mining licences", "critical raw materials"]
_IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True)
class Described:
    """A release as it is described: name, instant, the name of the one before, files, and the box of its places."""

    name: str
    instant: datetime
    before: str | None
    files: Sequence[ReleaseFile]
    bounds: tuple[float, float, float, float]

    @property
    def title(self) -> str:
        """Return its title."""
        return f"{PUBLISHER}, release {self.name}"

    @property
    def day(self) -> str:
        """Return the day of its instant."""
        return f"{self.instant:%Y-%m-%d}"


def write_metadata(folder: Path, release: Described) -> None:
    """Write all descriptions."""
    for name, describe in (
        ("dcat.jsonld", dcat),
        ("schema.jsonld", schema_org),
        ("ro-crate-metadata.json", ro_crate),
        ("datacite.json", datacite),
    ):
        (folder / name).write_text(json.dumps(describe(release), ensure_ascii=False, indent=2) + "\n")


def dcat(release: Described) -> Mapping[str, Any]:
    """Describe a release as a dataset of DCAT 3, with what its application profile in Europe (DCAT-AP 3) demands."""
    licence = {"@id": LICENCE, "@type": "dct:LicenseDocument"}
    west, south, east, north = release.bounds
    box = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    before = {"dcat:previousVersion": {"@id": f"../{release.before}/"}} if release.before else {}
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "locn": "http://www.w3.org/ns/locn#",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "./",
        "@type": "dcat:Dataset",
        "dct:title": release.title,
        "dct:description": _WORDS,
        "dct:publisher": {"@type": ["foaf:Agent", "foaf:Organization"], "foaf:name": PUBLISHER},
        "dct:license": licence,
        "dct:issued": {"@type": "xsd:dateTime", "@value": release.instant.isoformat()},
        "dcat:version": release.name,
        **before,
        "dcat:keyword": _KEYWORDS,
        "dct:spatial": {
            "@type": "dct:Location",
            "dcat:bbox": {"@type": "http://www.opengis.net/ont/geosparql#wktLiteral", "@value": box},
        },
        "dcat:distribution": [
            {
                "@id": one.path,
                "@type": "dcat:Distribution",
                "dct:title": one.title,
                "dcat:accessURL": {"@id": "./"},
                "dcat:downloadURL": {"@id": one.path},
                "dcat:mediaType": {"@id": _IANA + one.media_type, "@type": "dct:MediaType"},
                "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(one.bytes)},
                "dct:license": licence,
                "spdx:checksum": {
                    "@type": "spdx:Checksum",
                    "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
                    "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": one.sha256},
                },
            }
            for one in release.files
        ],
    }


def schema_org(release: Described) -> Mapping[str, Any]:
    """Describe a release as a dataset of schema.org."""
    west, south, east, north = release.bounds
    return {
        "@context": "https://schema.org",
        "@id": "./",
        "@type": "Dataset",
        "name": release.title,
        "description": _WORDS,
        "version": release.name,
        "datePublished": release.day,
        "license": LICENCE,
        "isAccessibleForFree": True,
        "keywords": _KEYWORDS,
        "creator": {"@type": "Organization", "name": PUBLISHER},
        "publisher": {"@type": "Organization", "name": PUBLISHER},
        "spatialCoverage": {"@type": "Place", "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": one.title,
                "contentUrl": one.path,
                "encodingFormat": one.media_type,
                "contentSize": str(one.bytes),
                "sha256": one.sha256,
            }
            for one in release.files
        ],
    }


def ro_crate(release: Described) -> Mapping[str, Any]:
    """Describe a release as a research object (RO-Crate 1.1): the folder and each of its files."""
    return {
        "@context": "https://w3id.org/ro/crate/1.1/context",
        "@graph": [
            {
                "@id": "ro-crate-metadata.json",
                "@type": "CreativeWork",
                "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                "about": {"@id": "./"},
            },
            {
                "@id": "./",
                "@type": "Dataset",
                "name": release.title,
                "description": _WORDS,
                "datePublished": release.day,
                "version": release.name,
                "license": {"@id": LICENCE},
                "publisher": {"@id": "#publisher"},
                "author": {"@id": "#publisher"},
                "hasPart": [{"@id": one.path} for one in release.files],
            },
            {"@id": "#publisher", "@type": "Organization", "name": PUBLISHER},
            {"@id": LICENCE, "@type": "CreativeWork", "name": "Creative Commons Attribution 4.0 International"},
            *(
                {
                    "@id": one.path,
                    "@type": "File",
                    "name": one.title,
                    "encodingFormat": one.media_type,
                    "contentSize": str(one.bytes),
                    "sha256": one.sha256,
                }
                for one in release.files
            ),
        ],
    }


def datacite(release: Described) -> Mapping[str, Any]:
    """Describe a release by the schema of DataCite, as its registration takes it; the DOI and the address come with that."""
    west, south, east, north = release.bounds
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "creators": [{"name": PUBLISHER, "nameType": "Organizational"}],
        "titles": [{"title": release.title, "lang": "en"}],
        "publisher": {"name": PUBLISHER},
        "publicationYear": f"{release.instant:%Y}",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Registry of mineral deposits"},
        "language": "en",
        "version": release.name,
        "dates": [{"date": release.instant.isoformat(), "dateType": "Issued"}],
        "subjects": [{"subject": word} for word in _KEYWORDS],
        "descriptions": [{"description": _WORDS, "descriptionType": "Abstract", "lang": "en"}],
        "rightsList": [
            {
                "rights": "Creative Commons Attribution 4.0 International",
                "rightsUri": LICENCE,
                "rightsIdentifier": "CC-BY-4.0",
                "rightsIdentifierScheme": "SPDX",
                "schemeUri": "https://spdx.org/licenses/",
            }
        ],
        "formats": sorted({one.media_type for one in release.files}),
        "sizes": [f"{sum(one.bytes for one in release.files)} bytes", f"{len(release.files)} files"],
        "geoLocations": [
            {
                "geoLocationBox": {
                    "westBoundLongitude": west,
                    "eastBoundLongitude": east,
                    "southBoundLatitude": south,
                    "northBoundLatitude": north,
                }
            }
        ],
    }
