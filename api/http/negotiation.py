"""In which format an answer leaves: by a parameter (`format=`, `f=`), else by what Accept takes best."""

from collections.abc import Sequence

from api.errors import NotAcceptable
from api.filters.parameters import code_of
from api.http.preferences import preferences

JSON, GEOJSON, CSV, HTML = "application/json", "application/geo+json", "text/csv", "text/html"
ATOM, LINKS = "application/atom+xml", "application/link-format"
SCHEMA, OPENAPI = "application/schema+json", "application/vnd.oai.openapi+json"
_NAMES = {
    "json": JSON,
    "geojson": GEOJSON,
    "csv": CSV,
    "html": HTML,
    "atom": ATOM,
    "link": LINKS,
    "schema": SCHEMA,
    "openapi": OPENAPI,
}


def choose(given: str | None, accept: str, formats: Sequence[str], parameter: str = "format") -> str:
    """Return the format of an answer: by the parameter if given, else the best that Accept takes; raises a Problem."""
    if given is not None:
        return code_of(parameter, given, formats)
    if not accept or accept == "*/*":
        return formats[0]
    best, chosen = 0.0, None
    for kind, quality in preferences(accept):
        for name in formats:
            if quality > best and kind in (_NAMES[name], f"{_NAMES[name].split('/')[0]}/*", "*/*"):
                best, chosen = quality, name
                break
    # A browser's address bar asks for text/html first; where there is no page it gets JSON through its */*.
    if chosen is None:
        raise NotAcceptable(
            "The format is not available at this address; the available formats are listed.",
            "Accept",
            [_NAMES[name] for name in formats],
        )
    return chosen
