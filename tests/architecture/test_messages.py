"""The catalogue of translations is whole, in step with the pages, and compiled; and no text of the admin goes by it."""

import ast
import gettext
import io
import re
from pathlib import Path

import pytest

from config.environment import ROOT
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


#: The parts of a template that are not text: comments, tags with their attributes, and Django's own tags and places.
_MARKUP = re.compile(
    r"\{% (blocktranslate|comment)\b.*?\{% end\1 %\}"
    r'|<(?:\{%.*?%\}|\{\{.*?\}\}|"(?:\{%.*?%\}|\{\{.*?\}\}|[^"])*"|[^<>"])*?>'
    r"|\{%.*?%\}|\{\{.*?\}\}|&\w+;",
    re.S,
)
_READ_OUT = re.compile(r'\b(?:aria-label|placeholder|title|alt)="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"')
#: Names of formats and classes, which are the same in all languages.
_SAME = {"csv", "json", "colM", "dashboard"}


@pytest.mark.parametrize("path", sorted((ROOT / "curation/templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_text_of_the_admin_stands_bare_in_a_template(path: Path) -> None:
    source = re.sub(r"\{% block (?:bodyclass|coltype) %\}.*?\{% endblock %\}", "", path.read_text())
    texts = [_MARKUP.sub(" ", source), *(_MARKUP.sub(" ", text) for text in _READ_OUT.findall(source))]
    assert [word for text in texts for word in re.findall(r"[A-Za-z]{3,}", text) if word not in _SAME] == []


#: What curators read: calls whose text is shown, and the names that pages, fields and columns go by.
_TOLD = {"message_user", "ValidationError", "CurationError", "MergeError", "CoordinatesError", "ImportRefused", "Http404"}
_NAMED = {"description", "label", "help_text", "verbose_name", "verbose_name_plural", "empty_label"}


@pytest.mark.parametrize("package", ["curation", "registry/geo", "registry/merging", "registry/matching"])
def test_what_curators_are_told_goes_through_gettext(package: str) -> None:
    bare = []
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                told = list(node.args) if name in _TOLD else []
                told += [one.value for one in node.keywords if one.arg in _NAMED]
            elif isinstance(node, ast.Assign) and all(isinstance(one, ast.Name) and one.id in _NAMED for one in node.targets):
                told = [node.value]
            else:
                continue
            bare += [f"{path.name}:{one.lineno}" for one in told if _is_text(one)]
    assert bare == []


def _is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and re.search(r"[A-Za-z]{3}", str(part.value)) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search(r"[A-Za-z]{3}", node.value))
