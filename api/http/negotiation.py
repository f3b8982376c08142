"""In which format an answer leaves: by `format=`, else by what Accept takes best."""

from collections.abc import Iterable

from api.errors import NotAcceptable
from api.query.parameters import code_of

JSON, GEOJSON, CSV = "application/json", "application/geo+json", "text/csv"
_NAMES = {"json": JSON, "geojson": GEOJSON, "csv": CSV}


def choose(given: str | None, accept: str, formats: Iterable[str]) -> str:
    """Give the format of an answer: `format=` if given, else the best that Accept takes; raises a Problem."""
    formats = list(formats)
    if given is not None:
        return code_of("format", given, formats)
    if not accept or accept == "*/*":
        return formats[0]
    best, chosen = 0.0, None
    for part in accept[:1000].split(","):
        kind, *options = (piece.strip().lower() for piece in part.split(";"))
        quality = next((_quality(o[2:]) for o in options if o.startswith("q=")), 1.0)
        for name in formats:
            if quality > best and kind in (_NAMES[name], f"{_NAMES[name].split('/')[0]}/*", "*/*"):
                best, chosen = quality, name
                break
    # A browser's address bar asks for text/html first; it gets JSON through its */*.
    if chosen is None:
        raise NotAcceptable("This address gives the formats listed.", "Accept", [_NAMES[name] for name in formats])
    return chosen


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
