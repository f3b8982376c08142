"""The address of a client: the one that called, or the one that a trusted proxy says it called for."""

import ipaddress
from typing import Any

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: What a proxy adds; without trusted ones, a request that has any of it comes from anybody.
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_VIA")


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


def may_watch(meta: dict[str, Any], networks: list[Network], proxies: int) -> bool:
    """Tell whether a client may see how the service does: one of some networks that asks itself or through trusted proxies."""
    if not proxies and any(name in meta for name in _FORWARDED):
        return False
    address = _plain(client_address(meta, proxies))
    return bool(address) and any(ipaddress.ip_address(address) in network for network in networks)


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
