"""The catalogue of translations is whole, in step with the pages, and compiled."""

import gettext
import io
import re

import pytest

from scripts.messages import LANGUAGES, compiled, messages, path_of, read, waiting

_PLACE = re.compile(r"%\(\w+\)[sd]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_pages_say_is_translated(language: str) -> None:
    catalog = read(language)
    # A message with its plural is also found by its singular.
    held = {one.id[0] if isinstance(one.id, tuple) else one.id for one in catalog if one.id}
    said = {one[0] if isinstance(one, tuple) else one for one in messages()}
    assert not said - held, "run ./run messages, and translate what is new"
    assert not held - said, "run ./run messages: nothing says this any more"
    assert waiting(catalog) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_facts(language: str) -> None:
    for one in read(language):
        if one.id:
            ids = one.id if isinstance(one.id, tuple) else (one.id,)
            texts = one.string if isinstance(one.string, tuple) else (one.string,)
            assert {frozenset(_PLACE.findall(text)) for text in texts} == {frozenset(_PLACE.findall(ids[-1]))}, one.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_text(language: str) -> None:
    committed = gettext.GNUTranslations(path_of(language).with_suffix(".mo").open("rb"))
    fresh = gettext.GNUTranslations(io.BytesIO(compiled(read(language))))
    kept, made = (dict(one._catalog) for one in (committed, fresh))  # type: ignore[attr-defined]
    assert {key: text for key, text in kept.items() if key} == {key: text for key, text in made.items() if key}
