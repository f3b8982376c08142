"""The forms that ask for a password: each wrong one counts, and is logged."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils import timezone

from curation.signing.throttle import TooManyAttempts, attempt

log = logging.getLogger("registry.signin")
THROTTLED = "throttled"


@contextmanager
def listened_to(name: str, address: str, what: str) -> Iterator[None]:
    """Count and log an attempt with a password; raises ValidationError where too many were wrong."""
    # A name that is no account's may be a password that was typed into the wrong box.
    known = get_user_model()._default_manager.filter(**{get_user_model().USERNAME_FIELD: name}).exists()
    account = {"account": name if known else "(unknown)"}
    try:
        counted = attempt(name, address)
    except TooManyAttempts as error:
        log.warning("%s turned away", what, extra={**account, "retry_after": error.seconds})
        minutes = -(-error.seconds // 60)
        raise ValidationError(
            f"Too many wrong passwords. Wait {minutes} minute{'s' if minutes != 1 else ''}, then try again.",
            code=THROTTLED,
            params={"seconds": error.seconds},
        ) from None
    try:
        yield
    except ValidationError:
        log.warning("%s failed", what, extra=account)
        raise
    counted.succeeded()
    log.info("%s succeeded", what, extra=account)


class SignInForm(AdminAuthenticationForm):
    """Name and password."""

    def clean(self) -> dict[str, Any]:
        """Check the password, unless too many were wrong."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name is None or not password:
            return super().clean()  # type: ignore[no-any-return]
        with listened_to(name, client_address(self.request), "sign-in"):
            cleaned: dict[str, Any] = super().clean()
        Session.objects.filter(expire_date__lt=timezone.now()).delete()
        return cleaned

    def wait(self) -> int | None:
        """Return the seconds to wait, if too many passwords were wrong."""
        errors = self.non_field_errors().as_data()
        return next((error.params["seconds"] for error in errors if error.code == THROTTLED and error.params), None)


class OwnPasswordForm(AdminPasswordChangeForm):
    """A new password for oneself; the old one is asked for, and cannot be guessed at leisure with a found session."""

    def clean_old_password(self) -> str:
        """Check the old password, unless too many were wrong."""
        with listened_to(self.user.get_username(), "own password", "change of the password"):
            old: str = super().clean_old_password()
        return old


def client_address(request: Any) -> str:
    """Return the address that the service believes the client to have."""
    return str(getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", ""))
