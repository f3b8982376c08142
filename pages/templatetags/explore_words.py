"""What the explore page writes many times: the values of facets."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from explorer.language import numerals
from pages.explore.facets import FacetChoice, FacetGroup

register = template.Library()

_BAR = (
    '<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width="{}" height="1"/></svg>'
    '<span class="words"><bdi>{}</bdi></span> <span class="number">{}</span>'
)
_CHOSEN = (
    '<li class="chosen"><a href="{}" rel="nofollow" data-key="{}={}" aria-current="true">{}'
    '<span class="unseen">, {}</span></a></li>'
)


@register.filter
def choice(one: FacetChoice, facet: FacetGroup) -> SafeString:
    """Write a value of a facet with its count, as a link that chooses it or takes it away.

    It is no template: one that is included for each value takes ten times as long.
    """
    inside = format_html(_BAR, f"{one.share:.1f}", one.words, numerals(f"{one.count:,}"))
    if one.is_chosen:
        return format_html(_CHOSEN, one.href, facet.name, one.code, inside, gettext("chosen; follow to remove"))
    if not one.href:
        return format_html("<li><span>{}</span></li>", inside)
    return format_html('<li><a href="{}" rel="nofollow" data-key="{}={}">{}</a></li>', one.href, facet.name, one.code, inside)
