"""The addresses of questions: all of them, and the answer to each."""

from collections.abc import Collection
from typing import Any, ClassVar
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse

from api.errors import BadParameter
from api.http.negotiation import ATOM, CSV, JSON
from api.http.views import ReadView
from api.questions import atom, description, formats
from api.questions.answer import answer
from api.questions.query import lists, read_query
from api.questions.question import Question, all_questions
from api.questions.saved import saved_requests


class QuestionView(ReadView):
    """The answer to one question, a page at a time."""

    question: Question = None  # type: ignore[assignment]
    formats: ClassVar[tuple[str, ...]] = ("json", "csv")

    @property
    def operation(self) -> dict[str, Any]:
        """Describe it."""
        return description.operation(self.question)

    def offered(self) -> tuple[str, ...]:
        """Offer a feed of rows that have a time."""
        return description.formats_of(self.question, super().offered())

    def lists(self, **kwargs: Any) -> Collection[str]:
        """Name the parameters that hold several values."""
        return lists(self.question)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Read the parameters, answer, write it."""
        given = self.given(request)
        chosen = self.chosen_format(request, given)
        query = read_query(self.question, given)
        found = answer(query)
        following = None
        if found.cursor:
            following = request.build_absolute_uri(f"{request.path}?{urlencode({**given, 'cursor': found.cursor})}")
        if chosen == "atom":
            address = request.build_absolute_uri()
            response = HttpResponse(atom.feed(query, found, address, following), content_type=f"{ATOM}; charset=utf-8")
        elif chosen == "csv":
            response = HttpResponse(formats.table(query, found), content_type=f"{CSV}; charset=utf-8; header=present")
        else:
            response = HttpResponse(formats.written(query, found, following), content_type=JSON)
        response.headers["Registry-Counts"] = formats.counted_header(query, found)
        if following:
            response.headers["Link"] = f'<{following}>; rel="next"'
        return response


class QuestionsView(ReadView):
    """Every question with the request that answers it."""

    operation: ClassVar[dict[str, Any]] = {
        "operationId": "questions",
        "summary": "Questions and the requests that answer them",
        "description": "Each question with a request that answers it. A question with `inputSchema` is derived: it has an"
        " address of its own, a formula, and parameters described as JSON Schema, as the Model Context Protocol describes"
        " tools. The others are lists with filters.",
        "tags": ["questions"],
        "parameters": [],
        "responses": {
            "200": {
                "description": "The questions.",
                "content": {
                    JSON: {
                        "schema": {
                            "type": "object",
                            "required": ["questions"],
                            "properties": {
                                "questions": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "required": ["name", "title", "description", "address"],
                                        "properties": {
                                            "name": {"type": "string"},
                                            "title": {"type": "string"},
                                            "description": {"type": "string"},
                                            "address": {"type": "string", "format": "uri"},
                                            "formula": {"type": "string"},
                                            "inputSchema": {"type": "object", "additionalProperties": True},
                                        },
                                    },
                                }
                            },
                        }
                    }
                },
            }
        },
        "problems": ("400", "406", "503"),
    }

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """List them."""
        if given := self.given(request):
            raise BadParameter("This address has no parameters.", next(iter(given))[:80])
        base = request.build_absolute_uri(request.path)
        saved = [
            {
                "name": one.name,
                "title": one.title,
                "description": one.notice,
                "address": request.build_absolute_uri(one.address),
            }
            for one in saved_requests()
            if not one.is_derived
        ]
        derived = [
            {
                "name": one.name,
                "title": one.title,
                "description": one.description,
                "address": f"{base.removesuffix('/')}/{one.name}/?{urlencode(one.example)}",
                "formula": one.formula,
                "inputSchema": description.input_schema(one),
            }
            for one in all_questions()
        ]
        return HttpResponse(orjson.dumps({"questions": [*derived, *saved]}), content_type=JSON)
