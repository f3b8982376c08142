"""Sentences that the database writes in English, in the language of a page."""

from django.utils.translation import gettext

from explorer.language import DEFAULT, language
from pages.names import country_called
from registry.sentences import Sentence, read_sentence, sentences


def in_words(text: str) -> str:
    """Give a sentence in the language of the page; names of countries and regions too."""
    if language() == DEFAULT or (found := read_sentence(text)) is None:
        return text
    return _said(*found)


def with_sentences(text: str) -> str:
    """Put each sentence within a text, as between others and codes, into the language of the page."""
    if language() == DEFAULT:
        return text
    for one in sentences():
        if not one.text.startswith("{") and not one.text.endswith("}"):
            text = one.pattern.sub(lambda found, one=one: _said(one, found.groupdict()), text)  # type: ignore[misc]
    return text


def _said(sentence: Sentence, places: dict[str, str]) -> str:
    named = {"country": country_called, "region": gettext}
    return gettext(sentence.text).format(**{place: named.get(place, str)(text) for place, text in places.items()})
