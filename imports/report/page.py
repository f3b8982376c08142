"""The report as a page of HTML that needs nothing beside itself."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone

from imports.plan.steps import Work
from imports.report.outline import Dot, dots, world_path
from imports.report.pairs import pairs_of
from imports.report.rules import title, weight
from imports.report.verdict import verdict
from registry.models import ImportRun
from registry.vocabularies import ImportState

#: How many rows of each rule, and of new and changed records, a report shows.
_SHOWN, _RECORDS = 12, 12
#: Rules about words that a mapping can translate, and how many words are counted.
_WORDS = frozenset(
    ("commodity-unknown", "unknown-commodity", "code-unknown", "country-unknown", "area-unit-unknown", "unit-unknown")
)
_MOST_WORDS = 30
#: Kinds of points on the map, in the order of painting.
_KINDS = ("sound", "match", "doubtful", "refused")


@dataclass(frozen=True)
class BrokenRule:
    """A rule that rows broke, with the first of them."""

    rule: str
    title: str
    is_error: bool
    number: int
    rows: tuple[tuple[Any, ...], ...]
    #: Words that are not known, each with the number of rows that have it: what a mapping can translate.
    words: tuple[tuple[str, int], ...] = ()


def report_page(work: Work) -> str:
    """Render the report of a run that has been planned, and perhaps written, in this transaction."""
    run, marks = work.run, dots(work)
    return render_to_string(
        "imports/report.html",
        {
            "run": run,
            "loaded": run.state == ImportState.LOADED,
            "now": timezone.now(),
            "who": run.loaded_by or run.user,
            "source": run.source.title if run.source else run.source_card.get("title", ""),
            "source_is_new": run.source is None,
            "counts": run.counts,
            "nothing": not run.counts.get("new") and not run.counts.get("changed"),
            "verdict": verdict(run.counts),
            "found": broken_rules(work),
            "examples": _examples(work),
            "dots": sorted(marks, key=_painting),
            "places": {kind: sum(dot.kind == kind for dot in marks) for kind in _KINDS},
            "world": world_path() if marks else "",
            "pairs": pairs_of(work, _SHOWN),
        },
    )


def _painting(dot: Dot) -> int:
    return _KINDS.index(dot.kind)


def broken_rules(work: Work) -> list[BrokenRule]:
    """List the rules that rows broke, what weighs most first, each with its first rows."""
    rules = work.ask("""
        SELECT rule, is_error, count(*) FROM registry_importproblem WHERE run_id = {run} GROUP BY 1, 2
    """)
    found = []
    for rule, is_error, number in sorted(rules, key=lambda r: weight(*r)):
        rows = work.ask(
            """
            SELECT p.line, COALESCE(r.mapped->>'name', r.mapped->>'number', r.value), p."column", left(p.value, 160), p.message,
                p.fix
            FROM registry_importproblem p JOIN registry_importrow r ON r.id = p.row_id
            WHERE p.run_id = {run} AND p.rule = {rule} AND p.is_error = {is_error} ORDER BY p.line, p.id LIMIT {most}
            """,
            rule=rule,
            is_error=is_error,
            most=_SHOWN,
        )
        found.append(BrokenRule(rule, title(rule), is_error, number, tuple(rows), unknown_words(work.run, rule)))
    return found


def unknown_words(run: ImportRun, rule: str) -> tuple[tuple[str, int], ...]:
    """Count the words that a rule calls unknown, the most frequent first."""
    if rule not in _WORDS:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT word, count(*) FROM registry_importproblem p CROSS JOIN LATERAL regexp_split_to_table(p.value, ', ') word
            WHERE p.run_id = %s AND p.rule = %s AND word <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s
            """,
            [run.pk, rule, _MOST_WORDS],
        )
        return tuple(cursor.fetchall())


def _examples(work: Work) -> list[tuple[str, int, list[tuple[Any, ...]]]]:
    """Return the first new and the first changed records, by line, name and id."""
    examples = []
    for outcome, words in (("new", "New records"), ("changed", "Changed records"), ("left", "Left alone")):
        if number := work.run.counts.get(outcome, 0):
            rows = work.ask(
                """
                SELECT e.line, COALESCE(r.mapped->>'name', r.mapped->>'number', r.mapped->>'text', r.value), r.value
                FROM import_effect e JOIN registry_importrow r ON r.id = e.row_id WHERE e.outcome = {outcome}
                ORDER BY e.line LIMIT {most}
                """,
                outcome=outcome,
                most=_RECORDS,
            )
            examples.append((words, number, rows))
    return examples
