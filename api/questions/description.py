"""What OpenAPI, JSON Schema and programs that choose tools (MCP) read of questions."""

from typing import Any

from api.http.negotiation import ATOM, CSV, JSON
from api.questions.atom import TIME
from api.questions.query import MAX_LIMIT, resource_of
from api.questions.question import AnswerColumn, Question
from api.rest.parameter_schema import parameter

Schema = dict[str, Any]

_LINK: Schema = {
    "type": "object",
    "required": ["slug", "name"],
    "properties": {"slug": {"type": "string"}, "name": {"type": "string", "nullable": True}},
}
_TYPES: dict[str, Schema] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
    "record": _LINK,
    "records": {"type": "array", "items": _LINK},
}
SOURCE: Schema = {
    "type": "object",
    "properties": {
        "slug": {"type": "string"},
        "title": {"type": "string", "nullable": True},
        "publisher": {"type": "string", "nullable": True},
        "rights": {"type": "string", "nullable": True},
    },
}


def formats_of(question: Question, others: tuple[str, ...] = ("json", "csv")) -> tuple[str, ...]:
    """Name the formats of an answer: rows that have a time are a feed as well."""
    return (*others, "atom") if TIME in question.column_types else others


def says(question: Question) -> str:
    """Describe a question with its formula."""
    return f"{question.description} Formula: {question.formula} ({question.formula_source})"


def own_parameters(question: Question) -> list[tuple[str, Schema, str]]:
    """Return name, schema and description of the parameters of a question, those of every question last."""
    own = [
        (one.name, dict(one.schema), one.help + (f" Default: {one.default_words}." if one.default_words else ""))
        for one in question.parameters
    ]
    verdicts = [verdict.name for verdict in question.verdicts]
    listed = ", ".join(f"`{verdict.name}`" for verdict in question.verdicts if verdict.listed)
    return [
        *own,
        (
            "verdict",
            {"type": "array", "items": {"type": "string", "enum": verdicts}},
            f"Verdicts whose rows are listed. Default: {listed}. All verdicts are counted.",
        ),
        ("limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 100}, "Rows on a page."),
        ("cursor", {"type": "string"}, "Where the page begins, from `next`."),
    ]


def input_schema(question: Question) -> Schema:
    """Return the JSON Schema of the parameters, as the Model Context Protocol has it of a tool."""
    properties = {name: {**schema, "description": words} for name, schema, words in own_parameters(question)}
    described: Schema = {"type": "object", "properties": properties}
    if required := [one.name for one in question.parameters if one.required]:
        described["required"] = required
    if question.one_of:
        described["anyOf"] = [{"required": [name]} for name in question.one_of]
    if question.narrowed:
        # The filters of the list narrow it as well; they are described with the list.
        described["additionalProperties"] = {"type": "string"}
        described["description"] = f"Any filter of the list {question.narrowed} narrows the question."
    return described


def operation(question: Question) -> Schema:
    """Describe the operation of a question."""
    examples = dict(question.example)
    own = [parameter(name, schema, words, example=examples.get(name)) for name, schema, words in own_parameters(question)]
    for described in own:
        if any(one.required and one.name == described["name"] for one in question.parameters):
            described |= {"required": True, "example": examples.get(described["name"])}
        elif described["name"] == next((name for name in question.one_of if name in examples), None):
            # One of several has to be given: what is filled in must be enough.
            described["example"] = examples[described["name"]]
    own.append(
        parameter("format", {"type": "string", "enum": list(formats_of(question))}, "Format of the answer. Overrides `Accept`.")
    )
    resource = resource_of(question)
    return {
        "operationId": "question" + "".join(part.title() for part in question.name.split("-")),
        "summary": question.title,
        "description": says(question),
        "tags": ["questions"],
        "parameters": own,
        **({"narrowed": resource} if resource else {}),
        "responses": {
            "200": {
                "description": "The answer.",
                "content": {JSON: {"schema": _answer(question)}},
                "x-other-formats": {
                    CSV: {"schema": {"type": "string"}},
                    **({ATOM: {"schema": {"type": "string"}}} if "atom" in formats_of(question) else {}),
                },
            }
        },
        "problems": ("400", "406", "503"),
    }


def _column(column: AnswerColumn) -> Schema:
    schema = {**_TYPES[column.type], "description": column.help + (f" Unit: {column.unit}." if column.unit else "")}
    if column.codes:
        schema["enum"] = [*column.codes, None]
    return schema if column.type == "records" else {**schema, "nullable": True}


def _answer(question: Question) -> Schema:
    row = {
        "verdict": {"type": "string", "enum": [verdict.name for verdict in question.verdicts]},
        **{column.name: _column(column) for column in question.shown},
    }
    count = {
        "verdict": {"type": "string"},
        "count": {"type": "integer"},
        "means": {"type": "string", "description": "What the verdict means."},
        "decided": {"type": "boolean", "description": "False if the registry does not know enough to tell."},
        "listed": {"type": "boolean", "description": "Whether `results` has rows of this verdict."},
    }
    formula = {
        "text": {"type": "string"},
        "source": {"type": "string"},
        "inputs": {"type": "array", "items": {"type": "string"}, "description": "Fields that it rests on, as `kind.field`."},
        "units": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    members = {
        "question": {"type": "string"},
        "title": {"type": "string"},
        "parameters": {"type": "object", "additionalProperties": True, "description": "The parameters, defaults included."},
        "next": {"type": "string", "nullable": True, "format": "uri", "description": "The next page."},
        "counts": {
            "type": "array",
            "items": {"type": "object", "required": list(count), "properties": count},
            "description": "The number of rows of each verdict, those not listed as well.",
        },
        "undecided": {"type": "integer", "description": "How many rows could not be decided."},
        "results": {"type": "array", "items": {"type": "object", "required": list(row), "properties": row}},
        "formula": {"type": "object", "required": list(formula), "properties": formula},
        "sources": {"type": "array", "items": SOURCE, "description": "Sources of the inputs of these rows; at most 200."},
    }
    return {"type": "object", "required": list(members), "properties": members}
