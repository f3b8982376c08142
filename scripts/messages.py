"""The catalogue of translations: what pages and the admin say in English, and locale/*/LC_MESSAGES/django.po in step.

`./run messages` adds new messages to each catalogue, removes those that are gone, and compiles it. Translators then fill in
what is empty; where a message changed a little, the old translation stays with the mark `fuzzy` until somebody reads it.
"""

import ast
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation.template import templatize

from config.environment import ROOT
from scripts import admin_words

LOCALE = ROOT / "locale"
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
#: Packages whose templates and code are shown to readers and curators.
_PACKAGES = ("explorer", "pages", "releases", "curation", "registry", "imports")
_KEYWORDS = {"gettext": None, "gettext_lazy": None, "gettext_noop": None, "_": None, "ngettext": (1, 2)}
#: Codes that pages name and no vocabulary holds: doubts about a location, and what citations call columns of a place.
_CODES = ("outside_stated_country", "area_differs")
_ENTRIES = ("location", "geometry", "outline", "area")
_WIDTH = 100
_DAY = datetime(2026, 1, 1, tzinfo=UTC)
Message = str | tuple[str, ...]


def messages() -> set[Message]:
    """Return all that the pages say; a message with its plural is a pair."""
    with translation.override(None):
        return {one for one in (*_written(), *_declared(), *admin_words.declared()) if one}


def path_of(language: str) -> Path:
    """Return the catalogue of a language."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Read the catalogue of a language, as it is committed."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """Return the compiled form of a catalogue, without what nobody has read again."""
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def refresh(language: str) -> list[Message]:
    """Bring the catalogue of a language into step; returns the messages that wait for a translation."""
    template, catalog = Catalog(), read(language)
    for one in messages():
        template.add(one, flags=())
    catalog.update(template, no_fuzzy_matching=False, update_header_comment=False)
    catalog.obsolete.clear()
    # Nobody's clock and tool belong in a file that is compared.
    catalog.fuzzy, catalog.project, catalog.version = False, "registry", "1"
    catalog.creation_date = catalog.revision_date = _DAY
    catalog.msgid_bugs_address, catalog.last_translator, catalog.language_team = "-", "-", "-"
    catalog.header_comment = "# Translations of the public pages and the admin. See CONTRIBUTING.md."
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=_WIDTH, no_location=True, sort_output=True)
    path.with_suffix(".mo").write_bytes(compiled(read(language)))
    return waiting(catalog)


def waiting(catalog: Catalog) -> list[Message]:
    """Return the messages of a catalogue without a translation that somebody has read."""
    return [one.id for one in catalog if one.id and (one.fuzzy or not all(_texts(one.string)))]


def _texts(given: Any) -> tuple[str | None, ...]:
    return (given,) if isinstance(given, str | None) else tuple(given)


def _written() -> Iterator[Message]:
    """Yield what stands in the code and the templates."""
    for package in _PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from _called(ast.parse(path.read_text()))
        for path in sorted((ROOT / package).rglob("*.html")):
            lines = templatize(path.read_text(), origin=str(path)).splitlines()
            # What is not translated has become a row of letters, whose indentation means nothing.
            code = "\n".join(line.lstrip() for line in lines)
            for _, message, _, _ in extract("python", io.BytesIO(code.encode()), keywords=_KEYWORDS):
                yield tuple(message) if isinstance(message, list | tuple) else message


def _called(tree: ast.AST) -> Iterator[Message]:
    """Yield the messages of the calls in a module; Babel's own reader does not look into f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _KEYWORDS:
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            if texts:
                yield texts[0] if len(texts) == 1 else (texts[0], texts[1])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("called", "called_lazy"):
            # What registry.words looks up with a capital.
            yield from (
                capfirst(one.value) for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
            )


def _of_questions() -> Iterator[Message]:
    """Yield what the pages of derived questions say of them."""
    from api.questions.question import all_questions
    from pages.labels import code_words, label_of

    for one in all_questions():
        yield from (one.description, one.formula, one.formula_source)
        yield from (text for verdict in one.verdicts for text in (verdict.means, code_words(verdict.name)))
        yield from (text for parameter in one.parameters for text in (label_of(parameter.name), parameter.help))
        yield from (text for column in one.shown for text in (label_of(column.name), column.help, column.unit) if text)
        yield from (text for column in one.shown for text in _coded(column))


def _coded(column: Any) -> Iterator[Message]:
    """Yield the words of the codes of a column."""
    from pages.labels import code_words

    if isinstance(column.coded, tuple):
        yield from map(code_words, column.coded)
    elif isinstance(column.coded, type):
        yield from map(str, column.coded.labels)


def _declared() -> Iterator[Message]:
    """Yield what is declared beside what it names: kinds of record, fields, codes, errors, questions."""
    from api.errors import Problem
    from api.questions.saved import saved_requests
    from api.resources.resource import all_resources
    from explorer import script_words
    from explorer.examples import EXAMPLES
    from explorer.numbers import STATUS_GROUPS, kind_words
    from pages.facts import fields_of
    from pages.labels import code_words, kind_of, kinds_of, label_of
    from registry.kinds import CITED
    from registry.sentences import sentences
    from registry.vocabularies import Confidence, ReportState
    from registry.vocabularies.estimates import CodeFamily

    yield from (pair if pair[1] else pair[0] for pair in script_words.messages())
    for resource in all_resources():
        yield from (resource.description, kind_of(resource.model), kinds_of(resource.model), kind_words(resource.model))
        yield from _of_fields(fields_of(resource), resource.model)
    yield from (*map(label_of, _ENTRIES), *map(code_words, (*CITED, *_CODES)))
    yield from map(str, (*Confidence.labels, *ReportState.labels, *CodeFamily.labels))
    yield from (problem.title for problem in _kinds_of(Problem))
    yield from (words for words, _ in STATUS_GROUPS.values())
    yield from (one.title for one in saved_requests())
    yield from (one.text for one in sentences())
    yield from _of_questions()
    yield from (text for example in EXAMPLES for text in (example.title, example.notice))
    yield from _reference("commodities")
    yield from _reference("regions")


def _of_fields(fields: Iterable[tuple[str, Any]], model: Any, depth: int = 0) -> Iterator[str]:
    """Yield the labels, meanings and codes of fields, and of the rows of lists."""
    from pages.labels import label_of
    from pages.values import choices_of, linked_model

    for name, field in fields:
        yield label_of(name)
        if not depth:
            yield str(field.help_text or "")
        yield from (str(words) for words in dict(choices_of(field, model) or ()).values())
        rows = getattr(getattr(field, "child", field), "fields", None)
        if rows and depth < 3:
            yield from _of_fields(rows.items(), linked_model(field, model), depth + 1)


def _kinds_of(kind: type[Any]) -> Iterator[type[Any]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _kinds_of(one)


def _reference(name: str) -> Iterator[str]:
    rows = yaml.safe_load((ROOT / "fixtures" / "reference" / f"{name}.yaml").read_text())[name]
    yield from (row["name"] for row in rows)


if __name__ == "__main__":
    import django

    django.setup()
    for language in LANGUAGES:
        for message in refresh(language):
            print(f"{language}: no translation: {message}")
