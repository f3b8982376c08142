"""The second factor: codes of an authenticator application, and recovery codes for the day when it is lost."""

from typing import Any

from django.conf import settings
from django.contrib.admin.sites import AdminSite
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from curation.signing.listener import client_address, listened_to
from curation.signing.sessions import end_sessions_of

#: In the session of somebody who has signed in at the provider of OpenID Connect, which asks for its own second factor.
AT_PROVIDER = "registry_at_provider"
_CODES, _LENGTH, _LETTERS = 10, 10, "abcdefghjkmnpqrstuvwxyz23456789"
_NAME = "authenticator"


def is_on() -> bool:
    """Return whether accounts may have a second factor."""
    return bool(settings.SECOND_FACTOR != "off")


def has_one(user: Any) -> bool:
    """Return whether an account has a second factor."""
    return bool(TOTPDevice.objects.filter(user=user.pk, confirmed=True).exists())


def check_code(user: Any, code: str) -> None:
    """Check the code of somebody whose account has a second factor; raises ValidationError."""
    if is_on() and has_one(user) and not match_token(user, code.replace(" ", "").replace("\x00", "").lower()):
        raise ValidationError(_("Enter the present code of your authenticator application, or a recovery code."), code="code")


def must_set_up(request: HttpRequest) -> bool:
    """Return whether somebody has to set a second factor up before anything else."""
    user = request.user
    if settings.SECOND_FACTOR != "required" or not user.is_authenticated or AT_PROVIDER in request.session:
        return False
    return not has_one(user)


def second_factor_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Set the second factor of oneself up, or remove it; both with the password."""
    if not is_on():
        raise Http404
    user: Any = request.user
    problem, codes = "", []
    if request.method == "POST":
        try:
            with listened_to(user.get_username(), client_address(request), "change of the second factor"):
                codes = _change(request, user)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            if not codes:
                return HttpResponseRedirect(reverse("admin:second_factor"))
    has = has_one(user)
    device = None if has else _prepared(user)
    context = {
        **site.each_context(request),
        "title": _("Second factor"),
        "has_one": has,
        "codes": codes,
        "left": StaticDevice.objects.filter(user=user.pk).values_list("token_set", flat=True).count() if has else 0,
        "problem": problem,
        "secret": _grouped(device) if device else "",
        "picture": _picture(device) if device else "",
        "is_required": settings.SECOND_FACTOR == "required",
    }
    response = TemplateResponse(request, "curation/second_factor.html", context)
    response["Cache-Control"] = "no-store"
    return response


def remove_of(account: Any) -> bool:
    """Remove the second factor of an account; returns whether it had one."""
    gone, _all = TOTPDevice.objects.filter(user=account.pk).delete()
    StaticDevice.objects.filter(user=account.pk).delete()
    return bool(gone)


@transaction.atomic
def _change(request: HttpRequest, user: Any) -> list[str]:
    """Set up or remove; returns the recovery codes of one that was set up. Raises ValidationError."""
    code = request.POST.get("code", "").replace(" ", "")
    if not user.check_password(request.POST.get("password", "")):
        raise ValidationError(_("The password is wrong."))
    get_user_model()._default_manager.select_for_update().get(pk=user.pk)
    if "_remove" in request.POST:
        check_code(user, code)
        remove_of(user)
        return []
    if has_one(user):
        raise ValidationError(_("This account has a second factor already; remove it first."))
    device = _prepared(user)
    if not device.verify_token(code):
        raise ValidationError(_("The code is not the present one. Check the clock of the device."))
    device.confirmed = True
    device.save()
    StaticDevice.objects.filter(user=user).delete()
    kept = StaticDevice.objects.create(user=user, name="recovery")
    codes = [get_random_string(_LENGTH, _LETTERS) for _number in range(_CODES)]
    for one in codes:
        kept.token_set.create(token=one)
    # Who is signed in elsewhere was not asked for it.
    end_sessions_of(user, but=request.session.session_key)
    return codes


def _prepared(user: Any) -> TOTPDevice:
    """Return the device that is not confirmed yet, the same until it is."""
    found = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return found or TOTPDevice.objects.create(user=user, confirmed=False, name=_NAME)


def _grouped(device: TOTPDevice) -> str:
    from base64 import b32encode

    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[begin : begin + 4] for begin in range(0, len(secret), 4))


def _picture(device: TOTPDevice) -> str:
    import segno

    made = segno.make(device.config_url, error="m")
    return mark_safe(made.svg_inline(scale=5, border=3, dark="#000", light="#fff"))  # noqa: S308 - the library's own drawing
