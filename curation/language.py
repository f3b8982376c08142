"""The language of the admin: that of the account, if one was chosen, else that of the browser."""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from config.script_words import Translated, messages_in, translated
from config.sessions import LANGUAGE
from registry.models import Curator

#: Packages whose scripts are on pages of the admin.
PACKAGES = ("curation",)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the chosen language for the session and the account, and lead back to the page."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "")
    if code in dict(settings.LANGUAGES):
        request.session[LANGUAGE] = code
        if request.user.is_authenticated:
            Curator.objects.update_or_create(account=request.user, defaults={"language": code})
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if is_ours else reverse("admin:index"))


def remember_language(request: HttpRequest, user: Any, **options: object) -> None:
    """Take the language of the account at sign-in, unless another was chosen on the page of the sign-in."""
    if chosen := request.session.get(LANGUAGE):
        Curator.objects.update_or_create(account=user, defaults={"language": chosen})
    elif found := Curator.objects.filter(account=user.pk).values_list("language", flat=True).first():
        request.session[LANGUAGE] = found


user_logged_in.connect(remember_language, dispatch_uid="registry.language")


def language_context() -> dict[str, Any]:
    """Return for each page the other languages, and the words of its scripts."""
    present = translation.get_language() or settings.LANGUAGE_CODE
    others = [(code, name) for code, name in settings.LANGUAGES if code != present]
    return {"other_languages": others, "script_words": _script_words(present)}


@cache
def _script_words(language: str) -> Translated:
    """Return what scripts say in a language, which is active; nothing in English, which they have themselves."""
    return {} if language == settings.LANGUAGE_CODE else translated(messages_in(*PACKAGES))
