"""The fixes that a check offers on the page of an import, and which of them somebody has accepted."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import QueryDict

from imports.plan.accepted import FIXES, RULES, WORDS, together
from imports.plan.offers import codes_of
from imports.report.rules import title
from imports.targets import TABLES
from registry.models import ImportProblem, ImportRun
from registry.vocabularies import ImportState

#: Rows of a rule, and words, that are listed.
_ROWS, _WORDS = 100, 50
#: Rules of which one row speaks for the whole file.
_WHOLE = ("datum-shifted",)


@dataclass(frozen=True)
class OfferedFix:
    """The rows that one click would fix."""

    rule: str
    title: str
    number: int
    rows: tuple[ImportProblem, ...]
    is_whole: bool


@dataclass(frozen=True)
class OfferedWord:
    """A word that is not known, in how many rows, and what it can mean."""

    key: str
    word: str
    number: int
    codes: dict[str, str]

    @property
    def name(self) -> str:
        """Name the field of the form."""
        return f"word.{self.key}.{self.word}"


def offered_fixes(run: ImportRun) -> list[OfferedFix]:
    """List the fixes of a checked import by rule."""
    if run.state != ImportState.CHECKED:
        return []
    found = []
    for rule in RULES:
        problems = run.found.filter(rule=rule, offer__isnull=False).select_related("row")
        if number := problems.count():
            found.append(OfferedFix(rule, title(rule), number, tuple(problems[:_ROWS]), rule in _WHOLE))
    return found


def offered_words(run: ImportRun) -> list[OfferedWord]:
    """List the unknown words of a checked import, the most frequent first."""
    if run.state != ImportState.CHECKED or run.target not in TABLES:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT COALESCE(offer->>'key', offer->>'list'), word, count(*)
            FROM registry_importproblem CROSS JOIN LATERAL jsonb_array_elements_text(offer->'words') word
            WHERE run_id = %s AND offer ? 'words' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %s
            """,
            [run.pk, _WORDS],
        )
        rows = cursor.fetchall()
    codes = {key: codes_of(TABLES[run.target], key) for key in {key for key, _, _ in rows}}
    return [OfferedWord(key, word, number, codes[key]) for key, word, number in rows if codes[key]]


def accepted_options(run: ImportRun, sent: QueryDict) -> dict[str, Any]:
    """Return what was ticked and chosen, as options of the run."""
    fixes: dict[str, Any] = {}
    ticked = [key for key in sent.getlist("fix") if key.isascii() and key.isdecimal() and len(key) < 19]
    for problem in run.found.filter(pk__in=ticked, rule__in=RULES, offer__isnull=False).select_related("row"):
        if problem.rule in _WHOLE:
            fixes[problem.rule] = True
        else:
            fixes.setdefault(problem.rule, []).append(problem.row.value)  # type: ignore[attr-defined]
    fixes |= {rule: True for rule in sent.getlist("fix_all") if rule in RULES}
    words: dict[str, dict[str, str]] = {}
    for word in offered_words(run):
        if (code := sent.get(word.name, "")) in word.codes:
            words.setdefault(word.key, {})[word.word] = code
    return together({FIXES: fixes, WORDS: words})
