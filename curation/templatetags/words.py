"""Codes and counted records as words, in the language of the page."""

from typing import Any

from django import template

from imports.report.sentences import in_language
from registry import words

register = template.Library()


@register.filter
def said(code: Any) -> str:
    """Translate a code that is shown as it is (what was done with a row), or what is said of a row."""
    return in_language(str(code)) if code else ""


@register.filter
def called(name: str) -> str:
    """Translate the name of a kind of record."""
    return words.called(name)


@register.filter
def counted(options: Any, number: int) -> str:
    """Write how many records of a model there are."""
    return words.counted(options, number)
