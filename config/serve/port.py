"""The address to listen on, kept free of others from the first moment."""

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address

from config.embedded.messages import Refusal


@contextmanager
def reserved(host: str, port: int) -> Iterator[None]:
    """Hold the address for this service, so that a second one is reported at once that it is taken.

    Granian opens its port with SO_REUSEPORT: two services would share it silently, each with half of the requests. The
    socket held here listens to nothing; it allows Granian beside it, and nobody who asks for the port alone.

    Raises Refusal when the address is taken, forbidden or not of this machine.
    """
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        holder = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Refusal(f"“{host}” is not an address of this machine ({error}); choose another --host") from None
    with holder:
        try:
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            holder.bind(address)
        except OSError as error:
            raise Refusal(_reason(error, host, port)) from None
        if sys.platform.startswith("linux"):
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        else:
            holder.close()
        yield


def reachable(host: str) -> str:
    """Return an address under which a service that listens on `host` is reached from this machine."""
    with suppress(ValueError):
        address = ip_address(host)
        if address.is_unspecified:
            return "127.0.0.1" if address.version == 4 else "::1"
    return host


def _reason(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"port {port} on {host} is used by another program; choose another: ./run serve --port {port + 1}"
        case errno.EACCES:
            return f"port {port} is for root only; choose one from 1024 up: ./run serve --port 8000"
        case errno.EADDRNOTAVAIL:
            return f"“{host}” is not an address of this machine; choose another --host, or 0.0.0.0 for all"
    return f"cannot listen on port {port} of {host}: {error}"


def answers_at(host: str, port: int) -> bool:
    """Return whether somebody takes connections at an address."""
    try:
        with socket.create_connection((host, port), 1):
            return True
    except OSError:
        return False
