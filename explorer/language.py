"""The language of a page: that of its address, the default one without a prefix, another below its code (`/ru/`)."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.formats import get_format

#: Code of a language as pages state it → the first step of its addresses.
PREFIXES = {code[:2]: "" if code == settings.LANGUAGE_CODE else f"/{code}" for code, _ in settings.LANGUAGES}
#: Names of the languages in themselves: a reader who looks for theirs reads no other.
NAMES = {code[:2]: name for code, name in settings.LANGUAGES}
DEFAULT = settings.LANGUAGE_CODE[:2]


def language() -> str:
    """Return the code of the language in which a page is made."""
    return (translation.get_language() or DEFAULT)[:2]


def in_default() -> AbstractContextManager[None]:
    """Make addresses and words of the default language, for what has one form in all languages: a citation, a picture."""
    return translation.override(settings.LANGUAGE_CODE)


def prefix_of(path: str) -> str:
    """Return the first step of an address that names a language; "" for the default one."""
    first = path[: path.find("/", 1)] if "/" in path[1:] else path
    return first if first in PREFIXES.values() else ""


def in_language(request: HttpRequest, code: str) -> str:
    """Return the address of the same page in a language, without its query."""
    path = request.path_info
    host = request.path.removesuffix(path)
    return f"{host}{PREFIXES[code]}{path.removeprefix(prefix_of(path)) or '/'}"


def is_translated(request: HttpRequest) -> bool:
    """Return whether the page of a request is in every language; the documentation is in English alone."""
    match = request.resolver_match
    return match is None or match.namespace in ("front", "pages", "releases")


def numerals(text: str) -> str:
    """Write a number of English form as the language of the page does: in Russian, 42 980,5."""
    if language() == DEFAULT:
        return text
    marks = {",": get_format("THOUSAND_SEPARATOR"), ".": get_format("DECIMAL_SEPARATOR")}
    return text.translate(str.maketrans(marks))
