"""The address of a client: the one that called, or the one that a trusted proxy says it called for."""

import ipaddress
from typing import Any


def client_address(meta: dict[str, Any], proxies: int) -> str:
    """Return the client's address; "" where there is none, as behind a Unix socket.

    Each proxy adds the address that called it at the end of X-Forwarded-For, so with N trusted ones the client stands N
    places before the caller. What stands further to the left was written by the client, and is not believed.
    """
    caller = str(meta.get("REMOTE_ADDR", ""))
    if not proxies:
        return caller
    forwarded = [part.strip() for part in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
    chain = [*forwarded, caller][-(proxies + 1) :]
    return next((plain for address in chain if (plain := _plain(address))), caller)


def _plain(address: str) -> str:
    """Return an address without port and brackets; "" for what is none."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""
