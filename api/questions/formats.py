"""An answer as JSON and as CSV."""

from typing import Any

import orjson

from api.query.csv_table import csv_table
from api.questions.answer import Answer
from api.questions.query import Query
from api.questions.question import Question


def document(query: Query, found: Answer, following: str | None) -> dict[str, Any]:
    """Return the whole answer: what was asked, what was found and counted, how it follows and from which sources."""
    question = query.question
    return {
        "question": question.name,
        "title": question.title,
        "parameters": dict(query.given),
        "next": following,
        "counts": counts(question, found.counts, query.verdicts),
        "undecided": sum(found.counts[verdict.name] for verdict in question.verdicts if not verdict.decided),
        "results": found.rows,
        "formula": {
            "text": question.formula,
            "source": question.formula_source,
            "inputs": list(question.inputs),
            "units": {column.name: column.unit for column in question.shown if column.unit},
        },
        "sources": found.sources,
    }


def counts(question: Question, counted: dict[str, int], listed: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the number of rows of each verdict, with what it means."""
    return [
        {
            "verdict": verdict.name,
            "count": counted[verdict.name],
            "means": verdict.means,
            "decided": verdict.decided,
            "listed": verdict.name in listed,
        }
        for verdict in question.verdicts
    ]


def written(query: Query, found: Answer, following: str | None) -> bytes:
    """Return the answer as JSON."""
    return orjson.dumps(document(query, found, following))


def table(query: Query, found: Answer) -> bytes:
    """Return the rows as CSV (UTF-8): records by slug, lists joined by semicolons."""
    return csv_table(["verdict", *(column.name for column in query.question.shown)], found.rows)


def counted_header(query: Query, found: Answer) -> str:
    """Return the counts for the header of a CSV, which has no other place for them."""
    return ", ".join(f"{verdict.name}={found.counts[verdict.name]}" for verdict in query.question.verdicts)
