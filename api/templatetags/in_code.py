"""Descriptions name parameters and fields `like this`; pages show these as code, and break them where a word ends."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def in_code(text: str) -> SafeString:
    """Return a description as HTML, with what stands between backticks as code."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S308 - escaped before


@register.filter
def breakable(name: str) -> SafeString:
    """Return the name of a field as HTML that a narrow page breaks after an underscore, not within a word."""
    return mark_safe(escape(name).replace("_", "_<wbr>"))  # noqa: S308 - escaped before
