"""Signing in at a provider of OpenID Connect, whose accounts are those of the registry: none is made by it."""

import logging
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from curation.signing.second import AT_PROVIDER

log = logging.getLogger("registry.signin")
_NEXT = "registry_oidc_next"
_SECONDS = 10


def is_on() -> bool:
    """Return whether a provider is configured."""
    return bool(settings.OIDC)


@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the provider."""
    client = _client()
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    request.session[_NEXT] = wanted if safe else ""
    try:
        return client.authorize_redirect(request, request.build_absolute_uri(reverse("admin:oidc_back")))  # type: ignore[no-any-return]
    except _failures() as error:
        return _refused(request, "the provider did not answer", error)


@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """Come back from the provider: check what it says, and sign the account in that it names."""
    try:
        token = _client().authorize_access_token(request)
    except _failures() as error:
        return _refused(request, "the answer of the provider is not valid", error)
    said: dict[str, Any] = token.get("userinfo") or {}
    account = _account(said)
    if account is None:
        return _refused(request, "no account of the registry is named", None)
    after = request.session.pop(_NEXT, "")
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session[AT_PROVIDER] = True
    log.info("sign-in succeeded", extra={"account": account.get_username(), "by": "openid connect"})
    return HttpResponseRedirect(after or reverse("admin:index"))


def _account(said: dict[str, Any]) -> Any:
    """Return the account that a claim names; None for none, for several, and for an address that is not verified."""
    claim = settings.OIDC["claim"]
    value = said.get(claim)
    if not isinstance(value, str) or not value.strip():
        return None
    accounts = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
    if claim == "email":
        if said.get("email_verified") is not True:
            return None
        # The database folds letters of other alphabets into Latin ones: ı is another address than i.
        found = [one for one in accounts.filter(email__iexact=value) if one.email.lower() == value.lower()]
    else:
        found = list(accounts.filter(**{get_user_model().USERNAME_FIELD: value}))
    return found[0] if len(found) == 1 else None


def _refused(request: HttpRequest, why: str, error: Exception | None) -> HttpResponse:
    log.warning("sign-in failed", extra={"by": "openid connect", "why": why, "error": type(error).__name__ if error else ""})
    messages.error(request, _("You could not be signed in there. Try again, or ask an administrator of accounts."))
    return HttpResponseRedirect(reverse("admin:login"))


@cache
def _registered(**given: str) -> Any:
    from authlib.integrations.django_client import OAuth

    oauth = OAuth()
    oauth.register(
        "registry",
        client_id=given["client"],
        client_secret=given["secret"],
        server_metadata_url=f"{given['issuer']}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": _SECONDS},
    )
    return oauth.registry


def _client() -> Any:
    if not is_on():
        raise Http404
    return _registered(**{name: settings.OIDC[name] for name in ("client", "secret", "issuer")})


def _failures() -> tuple[type[Exception], ...]:
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests.exceptions import RequestException

    return (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, RuntimeError)
