"""In which language names are shown: by the parameter `lang`, else by what Accept-Language prefers."""

import re

from api.errors import BadParameter
from api.http.preferences import preferences

#: The language of the names that records have by default.
DEFAULT = "en"
PARAMETER = "lang"
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def read_language(given: str | None, accepted: str) -> str:
    """Return the tag of the language, "" for the default one; raises BadParameter for a parameter that is no tag."""
    if given is not None:
        if not _TAG.fullmatch(given):
            raise BadParameter(f"“{given[:40]}” is not a language tag; write e.g. ru or kk-Cyrl.", PARAMETER)
        return _own(given)
    best, chosen = 0.0, DEFAULT
    for tag, quality in preferences(accepted):
        if quality > best and _TAG.fullmatch(tag):
            best, chosen = quality, tag
    return _own(chosen)


def _own(tag: str) -> str:
    return "" if tag.partition("-")[0].lower() == DEFAULT else tag.lower()
