"""How many wrong passwords are listened to: counted in the database, so that all workers count together.

An attempt counts as failed before its password is looked at, so that a hundred at once are not all below the limit. One that
is turned away does not count: the limits slow down, they do not lock out permanently.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from registry.models import SignIn

WINDOW = timedelta(minutes=15)
#: Wrong passwords within the window: at one account from one address, at any accounts from one address, …
AT_ACCOUNT_FROM_ADDRESS, FROM_ADDRESS = 5, 30
#: … and at one account from anywhere; then only addresses from which it was signed in to lately are listened to, so that
#: nobody else can keep its owner out.
AT_ACCOUNT = 30
KNOWN_FOR = timedelta(days=30)


class TooManyAttempts(Exception):
    """Too many wrong passwords; tells after how many seconds the next one is listened to."""

    def __init__(self, seconds: int) -> None:
        """Keep the seconds."""
        super().__init__(f"too many attempts, {seconds} s to wait")
        self.seconds = seconds


@dataclass(frozen=True)
class Attempt:
    """One attempt that is listened to."""

    row: SignIn

    def succeeded(self) -> None:
        """Record that the password was right, and forget the slips before it."""
        row = self.row
        SignIn.objects.filter(account=row.account, address=row.address, succeeded=False).exclude(pk=row.pk).delete()
        known = SignIn.objects.filter(account=row.account, address=row.address, succeeded=True)
        if known.update(at=timezone.now()):
            row.delete()
        else:
            SignIn.objects.filter(pk=row.pk).update(succeeded=True)


def attempt(name: str, address: str) -> Attempt:
    """Count an attempt at an account from an address; raises TooManyAttempts."""
    now = timezone.now()
    SignIn.objects.filter(succeeded=False, at__lt=now - WINDOW).delete()
    SignIn.objects.filter(succeeded=True, at__lt=now - KNOWN_FOR).delete()
    row = SignIn.objects.create(account=_digest("account", name.casefold()), address=_digest("address", network(address)))
    mine, here = Q(account=row.account), Q(address=row.address)
    limits = {"pair": (mine & here, AT_ACCOUNT_FROM_ADDRESS), "here": (here, FROM_ADDRESS), "mine": (mine, AT_ACCOUNT)}
    failed: dict[str, Any] = SignIn.objects.filter(mine | here, succeeded=False).aggregate(
        **{name: Count("pk", filter=which) for name, (which, _) in limits.items()},
        **{f"{name}_since": Min("at", filter=which) for name, (which, _) in limits.items()},
    )
    over = [failed[f"{name}_since"] for name, (_, most) in limits.items() if failed[name] > most]
    if over and not _only_others(failed, row):
        row.delete()
        raise TooManyAttempts(max(1, round((max(over) + WINDOW - now).total_seconds())))
    return Attempt(row)


def _only_others(failed: dict[str, Any], row: SignIn) -> bool:
    """Return whether the failures are those of others, and the account was signed in to from this address lately."""
    if failed["pair"] > AT_ACCOUNT_FROM_ADDRESS or failed["here"] > FROM_ADDRESS:
        return False
    return SignIn.objects.filter(account=row.account, address=row.address, succeeded=True).exists()


def network(address: str) -> str:
    """Return what one client can choose its addresses from: the address itself, or the /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _digest(kind: str, text: str) -> str:
    return salted_hmac(f"registry.signin.{kind}", text, algorithm="sha256").hexdigest()[:32]
