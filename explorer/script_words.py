"""What scripts say: the messages in their files, and the translations that pages in another language give them."""

import re
from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext

from api.http.methods import read_only
from config.environment import ROOT
from explorer.language import language
from registry import vocabularies
from registry.vocabularies.base import Vocabulary

_CALL = re.compile(r'\bn?gettext\(\s*"((?:[^"\\]|\\.)*)"(?:,\s*"((?:[^"\\]|\\.)*)")?')
#: Packages whose scripts are on public pages.
_PACKAGES = ("explorer", "pages")
#: A number of each category of plurals (CLDR); a fraction is counted as few are.
_PLURALS = {"one": 1, "few": 2, "many": 5, "other": 2}


@read_only
def words(request: HttpRequest) -> HttpResponse:
    """`/ru/words.json`: the translations of what scripts say, and of the codes that they write."""
    body = orjson.dumps(_translated(language()))
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "public, max-age=300"})


@cache
def messages() -> tuple[tuple[str, str], ...]:
    """Return the messages of the scripts, each with its plural or ""."""
    files = (path for package in _PACKAGES for path in sorted((ROOT / package / "static").rglob("*.js")))
    return tuple(dict.fromkeys(found for path in files for found in _CALL.findall(path.read_text(encoding="utf-8"))))


@cache
def _translated(code: str) -> dict[str, Any]:
    """Return the words of a language, which is active; those of codes only where they have any."""
    translated = {
        one: {name: ngettext(one, many, number) for name, number in _PLURALS.items()} if many else gettext(one)
        for one, many in messages()
    }
    labels = {
        str(value): str(label)
        for kind in vars(vocabularies).values()
        if isinstance(kind, type) and issubclass(kind, Vocabulary)
        for value, label in kind.choices
    }
    return {
        "messages": translated,
        "codes": {value: gettext(label) for value, label in labels.items() if gettext(label) != label},
    }
