"""Pages of questions: all of them, and the answer to each with its counts, formula and sources, without JavaScript."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from api.http.views import ReadView
from api.questions import formats
from api.questions.answer import answer
from api.questions.query import read_query
from api.questions.question import Question
from api.questions.saved import saved_requests
from api.questions.views import QuestionView
from explorer.examples import page_address
from pages.addresses import page_of, resource_of_kind
from pages.answers import cell, names_in, option_words, words_of
from pages.labels import code_words, label_of
from pages.views import _Page

#: How many rows a page shows.
_ROWS = 50


@dataclass(frozen=True)
class FormField:
    """A parameter of the form: what is given, or an example."""

    name: str
    label: str
    help: str
    value: str
    example: str
    options: tuple[tuple[str, str], ...]
    is_required: bool


class QuestionsPageView(_Page, ReadView):
    """Every question, with the page of its answer."""

    def offered(self) -> tuple[str, ...]:
        """Offer the page alone; programs ask the API."""
        return ("html",)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """List them."""
        self.given(request)
        listed = [(one, page_address(one)) for one in saved_requests()]
        return self.rendered(request, "pages/questions.html", {"questions": listed, "api": reverse("questions:list")})


class QuestionPageView(_Page, QuestionView):
    """The page of an answer, at the address that programs may use too."""

    formats: ClassVar[tuple[str, ...]] = ("html", "json", "csv")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Make the page, or give what the API gives."""
        given = {name: value for name, value in self.given(request).items() if value != ""}
        if self.chosen_format(request, given) != "html":
            return super().get(request, **kwargs)
        given.pop("format", None)
        # A page without what the question needs shows its example.
        question = self.question
        wanted = {one.name for one in question.parameters if one.required} | set(question.one_of)
        if wanted and not wanted & given.keys():
            given = {**question.example, **given}
        query = read_query(question, {"limit": str(_ROWS), **given})
        found = answer(query)
        kept = {name: value for name, value in given.items() if name not in ("cursor", "limit")}
        here, api = request.path, reverse(f"questions:{question.name}")
        context = {
            "question": question,
            "entries": _entries(question, given),
            "hidden": {n: v for n, v in kept.items() if n not in {one.name for one in question.parameters}},
            "counts": [
                {**one, "href": f"{here}?{urlencode({**kept, 'verdict': one['verdict']})}"}
                for one in formats.counts(question, found.counts, query.verdicts)
            ],
            "columns": [(label_of(column.name), column.help) for column in question.shown],
            "units": {label_of(column.name): column.unit for column in question.shown if column.unit},
            "rows": _rows(question, query.given, found.rows),
            "next": f"{here}?{urlencode({**kept, 'cursor': found.cursor})}" if found.cursor else "",
            "sources": [(one, page_of(resource_of_kind("source"), one["slug"])) for one in found.sources],
            "json": f"{api}?{urlencode(kept)}",
            "csv": f"{api}?{urlencode({**kept, 'format': 'csv'})}",
        }
        return self.rendered(request, "pages/question.html", context)


def _rows(question: Question, given: Mapping[str, str], rows: list[dict[str, Any]]) -> list[Any]:
    """Put the rows into words: the cells of each, and its verdict with what that means."""
    columns = [(column, words_of(column, question.narrowed, given)) for column in question.shown]
    verdicts = {one.name: (code_words(one.name), one.means) for one in question.verdicts}
    known = names_in(question.shown, rows)
    return [([cell(column, row, words, known) for column, words in columns], *verdicts[row["verdict"]]) for row in rows]


def _entries(question: Question, given: dict[str, str]) -> list[FormField]:
    return [
        FormField(
            one.name,
            label_of(one.name),
            one.help,
            given.get(one.name, ""),
            one.example or one.default_words,
            tuple((code, option_words(one, code)) for code in one.schema.get("enum", ())),
            one.required,
        )
        for one in question.parameters
    ]
