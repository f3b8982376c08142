"""The language of a page, and where the same page is in the others."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext

from explorer.language import DEFAULT, NAMES, PREFIXES, in_language, is_translated, language

register = template.Library()


@register.simple_tag
def page_language() -> str:
    """Return the code of the page's language."""
    return language()


@register.simple_tag(takes_context=True)
def other_languages(context: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return (code, name, address) of the same page in each other language, with its query; else of the front page."""
    request = context["request"]
    query = request.META.get("QUERY_STRING", "")
    others = [code for code in PREFIXES if code != language()]
    if not is_translated(request):
        return [(code, NAMES[code], f"{settings.FORCE_SCRIPT_NAME or ''}{PREFIXES[code]}/") for code in others]
    return [(code, NAMES[code], in_language(request, code) + (f"?{query}" if query else "")) for code in others]


@register.simple_tag(takes_context=True)
def alternates(context: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (hreflang, address) of the page in every language; x-default is the one without a prefix."""
    request = context["request"]
    if not is_translated(request):
        return []
    codes = [*((code, code) for code in PREFIXES), ("x-default", DEFAULT)]
    return [(name, request.build_absolute_uri(in_language(request, code))) for name, code in codes]


@register.filter
def translated(text: str) -> str:
    """Translate a text that is declared beside what it names: a description of a kind of record, a question."""
    return gettext(str(text)) if text else ""
