"""The kinds of parameters that questions have."""

from typing import Any

from django.db import models

from api.errors import BadParameter
from api.filters import lookups
from api.filters.parameters import code_of, day, number, several, today, whole_number, word
from api.questions.question import ON, QuestionParameter
from registry.vocabularies import Vocabulary


def on_day(help: str = "Day of the world.", required: bool = False) -> QuestionParameter:  # noqa: A002
    """Take a day, today if none is given."""
    return QuestionParameter(
        ON,
        help,
        {"type": "string", "format": "date"},
        day,
        None if required else today,
        "" if required else "today",
        required=required,
        example="2012-06-30",
    )


def record_of(
    name: str,
    model: type[models.Model],
    help: str,  # noqa: A002
    *,
    required: bool = False,
    example: str = "",
    takes_several: bool = False,
) -> QuestionParameter:
    """Take records by their slugs; the value is their id, or a list of ids."""

    def read(parameter: str, given: str) -> Any:
        if not takes_several:
            return lookups.id_of(model, parameter, given)
        return sorted({lookups.id_of(model, parameter, one) for one in several(parameter, given)})

    schema: dict[str, Any] = {"type": "string"}
    if takes_several:
        schema = {"type": "array", "items": schema}
    return QuestionParameter(name, help, schema, read, required=required, example=example, takes_several=takes_several)


def area(name: str = "country", help: str = "Country or region by its code.") -> QuestionParameter:  # noqa: A002
    """Take countries or regions; the value is the ids of the countries."""

    def read(parameter: str, given: str) -> list[int]:
        return sorted({c for one in several(parameter, given) for c in lookups.countries_of_area(parameter, one)})

    return QuestionParameter(name, help, {"type": "array", "items": {"type": "string"}}, read, example="KG", takes_several=True)


def code(
    name: str,
    vocabulary: type[Vocabulary] | tuple[str, ...],
    help: str,  # noqa: A002
    default: str | None = None,
    example: str = "",
    takes_several: bool = False,
) -> QuestionParameter:
    """Take a code of a vocabulary, or several."""
    codes = vocabulary if isinstance(vocabulary, tuple) else tuple(map(str, vocabulary.values))

    def read(parameter: str, given: str) -> Any:
        if not takes_several:
            return code_of(parameter, given, codes)
        return [code_of(parameter, one, codes) for one in several(parameter, given)]

    schema: dict[str, Any] = {"type": "string", "enum": list(codes)}
    if takes_several:
        schema = {"type": "array", "items": schema}
    first = None if default is None else lambda: default.split(",") if takes_several else default
    return QuestionParameter(
        name, help, schema, read, first, default or "", example=example, takes_several=takes_several, coded=vocabulary
    )


def quantity(
    name: str,
    help: str,  # noqa: A002
    least: float,
    most: float,
    default: float | None = None,
    *,
    whole: bool = False,
    required: bool = False,
    example: str = "",
) -> QuestionParameter:
    """Take a number within bounds."""

    def read(parameter: str, given: str) -> float:
        value = whole_number(parameter, given) if whole else number(parameter, given)
        if not least <= value <= most:
            raise BadParameter(f"The value must be between {least:,} and {most:,}.", parameter)
        return value

    schema = {"type": "integer" if whole else "number", "minimum": least, "maximum": most}
    first = None if default is None else lambda: default
    words = "" if default is None else f"{default:g}"
    return QuestionParameter(name, help, schema, read, first, words, required=required, example=example)


def text(
    name: str,
    help: str,  # noqa: A002
    *,
    required: bool = False,
    example: str = "",
) -> QuestionParameter:
    """Take a text of bounded length."""
    return QuestionParameter(name, help, {"type": "string", "maxLength": 200}, word, required=required, example=example)
