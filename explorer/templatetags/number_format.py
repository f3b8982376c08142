"""Numbers as people write them."""

from django import template

from explorer.language import numerals

register = template.Library()


@register.filter
def thousands(number: int) -> str:
    """Set the thousands of a number apart by commas."""
    return numerals(f"{number:,}")
