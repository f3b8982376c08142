"""Numbers as people read them."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def grouped(number: Any) -> str:
    """Write a whole number with a comma between thousands; nothing is 0."""
    return f"{int(number or 0):,}"


@register.filter
def less(number: int, rows: Any) -> int:
    """Return a number less the length of a list."""
    return int(number) - len(rows)
