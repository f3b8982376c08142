"""Listens to an attempt with a password or a code: each wrong one counts, and is logged."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

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
            ngettext(
                "Too many wrong passwords. Wait %(minutes)s minute, then try again.",
                "Too many wrong passwords. Wait %(minutes)s minutes, then try again.",
                minutes,
            )
            % {"minutes": minutes},
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


def client_address(request: Any) -> str:
    """Return the address that the service believes the client to have."""
    return str(getattr(request, "client_address", "") or request.META.get("REMOTE_ADDR", ""))
