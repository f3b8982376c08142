"""A page's record as schema.org JSON-LD, for search engines and catalogues."""

import json
from typing import Any

from django.utils.translation import gettext

from explorer.language import language
from pages.cite import PUBLISHER, Citation
from pages.labels import in_sentence
from pages.record import RecordPage

_TYPES = {
    "organization": "Organization",
    "source": "CreativeWork",
    "country": "Country",
    "region": "Place",
    "policy_framework": "Legislation",
}


def json_ld(page: RecordPage, cite: Citation) -> str:
    """Return the JSON-LD of a page, safe to stand in a script element."""
    record = page.record
    located = record.get("longitude") is not None
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(page.resource.kind, "Place" if located else "Thing"),
        "@id": cite.address,
        "name": page.title,
        "description": page.lead,
        "url": cite.address,
        "identifier": [record["uid"], *(f"{scheme}:{value}" for scheme, value in page.external_ids)],
        "subjectOf": {
            "@type": "Dataset",
            "name": gettext("%(title)s – %(kind)s in the rare-earth deposits registry")
            % {"title": page.title, "kind": in_sentence(page.kind_words)},
            "description": page.lead,
            "inLanguage": language(),
            "version": str(record["version"]),
            "dateModified": record["updated_at"],
            "isAccessibleForFree": True,
            "publisher": {"@type": "Organization", "name": PUBLISHER},
            "citation": [note.title for note in page.footnotes],
        },
    }
    if names := [name.text for name in page.names]:
        made["alternateName"] = names
    if located:
        made["geo"] = {"@type": "GeoCoordinates", "longitude": record["longitude"], "latitude": record["latitude"]}
    text = json.dumps(made, ensure_ascii=False)
    # Nothing in a name can end the element that it stands in.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
