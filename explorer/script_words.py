"""What scripts say: the messages in their files, and the translations that pages in another language give them."""

from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from api.http.methods import read_only
from config.script_words import messages_in, translated
from explorer.language import language
from registry import vocabularies
from registry.vocabularies.base import Vocabulary

#: Packages whose scripts are on public pages.
_PACKAGES = ("explorer", "pages")


@read_only
def words(request: HttpRequest) -> HttpResponse:
    """`/ru/words.json`: the translations of what scripts say, and of the codes that they write."""
    body = orjson.dumps(_translated(language()))
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "public, max-age=300"})


def messages() -> tuple[tuple[str, str], ...]:
    """Return the messages of the scripts, each with its plural or ""."""
    return messages_in(*_PACKAGES)


@cache
def _translated(code: str) -> dict[str, Any]:
    """Return the words of a language, which is active; those of codes only where they have any."""
    labels = {
        member.value: (member._label_, str(member.label))
        for kind in vars(vocabularies).values()
        if isinstance(kind, type) and issubclass(kind, Vocabulary)
        for member in kind
    }
    return {
        "messages": translated(messages()),
        "codes": {value: said for value, (label, said) in labels.items() if said != label},
    }
