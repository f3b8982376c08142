"""What is said of rows of imports, in the language of the page.

A problem is kept in English with its facts written into the sentence, as one statement writes it for thousands of rows, and as
clients of the API and of the command line read it. Each sentence is declared here with places for its facts; a page finds the
facts in what was kept, and says the sentence in its own language.
"""

import re
from functools import cache

from django.utils.translation import get_language, gettext, gettext_noop

from imports.report.row_sentences import ROW_SENTENCES

#: In the order in which they are tried.
SENTENCES = (
    *ROW_SENTENCES,
    gettext_noop("A curator has changed this since the last load, to: %(value)s"),
    gettext_noop("The registry has from elsewhere: %(value)s"),
    gettext_noop("The curator’s value stands; decide which is right."),
    gettext_noop("It is as at the last load."),
    gettext_noop("Both stay: the record as it is, and this row as what its citation states."),
    gettext_noop("The record is withdrawn; it is left as it is."),
    gettext_noop("If it should come back, a reviewer publishes it; the next load then goes on with it."),
    gettext_noop("Row %(row)s has this id already."),
    gettext_noop("Row %(row)s has this number already."),
    gettext_noop("Keep the row that is right."),
    gettext_noop("The registry has no such country."),
    gettext_noop("This id belongs to a record of another kind, or to a citation."),
    gettext_noop("The registry has no record of this %(scheme)s."),
    gettext_noop("A new record needs the id of its publisher, under a scheme of its own."),
    gettext_noop("Another licence of this country has this number: %(slug)s."),
    gettext_noop("The registry may have this already: “%(name)s” (%(slug)s), score %(facts)s."),
    gettext_noop("If it is the same, accept it: the record gets the id of the row, and what it lacks."),
    gettext_noop("This id belongs to “%(name)s” (%(slug)s); the row names “%(other)s”, at another place."),
    gettext_noop(
        "The record has been changed since the export: version %(exported)s was exported, and it has version %(present)s now."
    ),
    gettext_noop("Export it again, and edit that."),
    gettext_noop("The registry has no %(kind)s “%(text)s”."),
    gettext_noop("%(number)s records are called “%(text)s”: %(records)s."),
    gettext_noop("Load it first, or write its slug, uid, external id or name."),
    gettext_noop("Write the slug or uid of the one that is meant."),
    gettext_noop("This means row %(row)s, which cannot be loaded."),
    gettext_noop("Fix that row."),
    gettext_noop("The row states no country."),
    gettext_noop("The row has no id; a later load could not identify it."),
    gettext_noop("An id can have at most 200 characters."),
    gettext_noop("A text must not contain null characters."),
    gettext_noop("“%(value)s” is not a code of “%(field)s”."),
    gettext_noop("This is not a valid number."),
    gettext_noop("A point must have a longitude and a latitude."),
    gettext_noop("This must be yes or no."),
    gettext_noop("The holders' shares make %(number)s per cent."),
)
_PLACE = re.compile(r"%\((\w+)\)s")


def in_language(text: str) -> str:
    """Say a sentence that was kept in English in the language of the page; one that is not declared is looked up as it is."""
    if not text or (get_language() or "en").startswith("en"):
        return text
    for sentence, pattern in _patterns():
        if found := pattern.fullmatch(text):
            facts = found.groupdict()
            return gettext(sentence) % {**facts, "sentence": in_language(facts.get("sentence", ""))}
    return gettext(text)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((sentence, _pattern(sentence)) for sentence in SENTENCES)


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = _PLACE.split(sentence)
    written = [re.escape(part) if position % 2 == 0 else f"(?P<{part}>.*?)" for position, part in enumerate(parts)]
    return re.compile("".join(written), re.S)
