"""What was typed is kept when the sign-in had ended: it is shown again after signing in, and sent when a person says so.

It stands in the page itself, signed, so that nothing is stored for strangers and nobody else can put words into a form.
Every form is checked for its CSRF token before any of this, or for its origin where the token is from before a sign-in.
"""

from django.contrib.admin.sites import AdminSite
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.csrf import csrf_failure

KEPT = "_kept"
_SALT = "registry.kept"
#: Characters that are kept at most, and for how many seconds.
_MOST, _FOR = 1_000_000, 3600
#: Texts of a form that a person would want to see again; the rest is machinery.
_HIDDEN_PREFIXES = ("_", "initial-", "csrfmiddlewaretoken")


def keep(request: HttpRequest) -> str:
    """Return what was sent as a signed text; "" for what cannot or must not be kept: too much, or passwords."""
    if request.method != "POST" or any("password" in name for name in request.POST):
        return ""
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"]
    if not fields or sum(len(name) + len(value) for name, value in fields) > _MOST:
        return ""
    return signing.dumps(
        [request.get_full_path(), fields, request.content_type == "multipart/form-data"], salt=_SALT, compress=True
    )


def kept(text: str) -> tuple[str, list[tuple[str, str]], bool] | None:
    """Read what was kept: the address, the fields, and whether a file was with them; None for what is not ours."""
    try:
        address, fields, had_file = signing.loads(text, salt=_SALT, max_age=_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return address, [(name, value) for name, value in fields], had_file


def sign_in_first(request: HttpRequest, site: AdminSite) -> HttpResponse | None:
    """Show the sign-in with what was sent by somebody who is not signed in any more; None if nothing of it can be kept."""
    text = keep(request)
    if not text:
        return None
    address = request.get_full_path()
    context = {
        **site.each_context(request),
        "title": gettext("Sign in again"),
        "form": site.login_form(request),  # type: ignore[misc]
        "app_path": reverse(f"{site.name}:login"),
        "next": address,
        "username": "",
        "kept": text,
    }
    return TemplateResponse(request, "curation/sign_in.html", context, status=403)


def send_again(request: HttpRequest, site: AdminSite, text: str, why: str, status: int = 200) -> HttpResponse | None:
    """Show what was kept with a button that sends it; None if there is nothing."""
    found = kept(text)
    if found is None:
        return None
    address, fields, had_file = found
    context = {
        **site.each_context(request),
        "title": gettext("Not saved yet"),
        "why": why,
        "address": address,
        "fields": fields,
        "shown": [(name, value) for name, value in fields if value.strip() and not name.startswith(_HIDDEN_PREFIXES)],
        "had_file": had_file,
    }
    response = TemplateResponse(request, "curation/send_again.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def form_is_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Respond to a form whose token is from before the last sign-in (Django's CSRF_FAILURE_VIEW): ask whether it is to be sent.

    Only where the browser says that the form came from a page of this very service.
    """
    from django.contrib.admin import site

    own = f"{request.scheme}://{request.get_host()}"
    user = getattr(request, "user", None)
    if request.headers.get("Origin") == own and user is not None and user.is_staff:
        why = gettext("This form was opened before your last sign-in, so it was not saved.")
        if again := send_again(request, site, keep(request), why, status=403):
            return again
    return csrf_failure(request, reason)
