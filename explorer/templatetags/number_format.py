"""Numbers as people write them."""

from django import template

register = template.Library()


@register.filter
def thousands(number: int) -> str:
    """Set the thousands of a number apart by commas."""
    return f"{number:,}"
