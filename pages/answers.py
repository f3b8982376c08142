"""The cells of an answer to a question, in words: codes as their vocabularies name them, records as links to their pages."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from api.questions.question import AnswerColumn, QuestionParameter
from api.resources.resource import Resource, resource_named
from pages.addresses import page_of, resource_of_kind
from pages.carried import entry_words
from pages.explore.facets import code_words as facet_words
from pages.explore.facets import facet_label
from pages.labels import code_words, translated
from pages.names import own_name, titles
from pages.provinces import PROVINCE, province
from pages.sentences import in_words, with_sentences
from pages.values import Value, number, scheme_name, significant

#: Codes that stand in one text: “news, report”, “active; the date is not stated”.
_CODE = re.compile(r"[^,;\s][^,;]*")
#: Between two entries; the name of a row may have a comma too.
_BETWEEN = re.compile(r", (?=[a-z][a-z0-9_]*(?::|,|$))")
#: Units of what is measured on the map, which has not so many digits as the computer.
_MEASURED = ("km", "m")
#: What a text of slugs names: see `AnswerColumn.coded`.
_SLUGS = ("slug", "chain", "through")
Words = Callable[[str], str]
#: Names of records by kind and slug.
Named = Mapping[tuple[str, str], str]


def words_of(column: AnswerColumn, narrowed: str, given: Mapping[str, str]) -> Words:
    """Return what puts the text of a column into words; `given` are the parameters, `narrowed` the resource of its fields."""
    match column.coded:
        case "" | "slug" | "chain" | "through":
            return str
        case "sentence":
            return in_words
        case "kind":
            return code_words
        case "entries":
            return lambda text: ", ".join(map(entry_words, _BETWEEN.split(text)))
        case "scheme":
            return scheme_name
        case str() as parameter:
            return _facet(resource_named(narrowed), given.get(parameter, ""))
        case tuple() as codes:
            return _each({code: code_words(code) for code in codes})
        case vocabulary:
            return _each({code: translated(str(label)) for code, label in vocabulary.choices})


def option_words(parameter: QuestionParameter, code: str) -> str:
    """Put a code that a parameter takes into words."""
    if parameter.coded is None:
        return code
    if isinstance(parameter.coded, tuple):
        return facet_label(code)
    return translated(str(dict(parameter.coded.choices).get(code, code)))


def slugs_in(column: AnswerColumn, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the records, by kind and slug, that a text of slugs names."""
    given = row[column.name]
    if not given:
        return []
    match column.coded:
        case "slug":
            return [(row.get("kind") or row["verdict"], given)]
        case "chain":
            return [("organization", slug) for slug in given.split(" > ")]
        case "through":
            return [("region" if row["basis"] == "region" else "organization", given)]
    return []


def names_in(columns: Iterable[AnswerColumn], rows: Iterable[Mapping[str, Any]]) -> Named:
    """Look up what the records are called that rows name by their slugs: a query for each kind."""
    wanted: dict[str, set[str]] = {}
    for column in columns:
        for row in rows:
            for kind, slug in slugs_in(column, row):
                wanted.setdefault(kind, set()).add(slug)
    return {(kind, slug): name for kind, slugs in wanted.items() for slug, name in titles(kind, slugs).items()}


def cell(column: AnswerColumn, row: Mapping[str, Any], words: Words, known: Named) -> list[Value]:
    """Put a value of a row into words; records, of which `known` has the names, lead to their pages."""
    given = row[column.name]
    if given in (None, []):
        return []
    if column.type in ("record", "records"):
        rows = [given] if column.type == "record" else given
        resource = resource_of_kind(column.kind)
        return [
            Value(_shortened(own_name(column.kind, one["slug"], one["name"] or one["slug"])), page_of(resource, one["slug"]))
            for one in rows
        ]
    if column.coded in _SLUGS:
        return [
            Value(_shortened(known.get((kind, slug), slug)), page_of(resource_of_kind(kind), slug))
            for kind, slug in slugs_in(column, row)
        ]
    if isinstance(given, bool):
        return [Value(gettext("yes") if given else gettext("no"))]
    if column.unit in _MEASURED:
        return [Value(significant(given, 4))]
    if column.type in ("number", "integer") and not column.name.endswith("year"):
        return [Value(number(given))]
    if column.type == "time":
        return [Value(str(given)[:16].replace("T", " "))]
    return [Value(province(given) if column.name == PROVINCE else words(str(given)))]


def _each(known: Mapping[str, str]) -> Words:
    """Put each code of a text into words, and each sentence; the rest stays as it is."""
    return lambda text: _CODE.sub(lambda found: known.get(found[0].strip(), found[0]), with_sentences(text))


def _facet(resource: Resource, name: str) -> Words:
    return lambda code: facet_words(resource, name, code) if code else code


def _shortened(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
