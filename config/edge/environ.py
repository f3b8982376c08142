"""From an ASGI scope to a WSGI environment (PEP 3333), as Granian's own WSGI server makes it."""

import sys
from typing import IO, Any
from urllib.parse import unquote_to_bytes

Environ = dict[str, Any]

_BASE: Environ = {
    "GATEWAY_INTERFACE": "CGI/1.1",
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
_OWN_NAME = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


def environ_of(scope: dict[str, Any], body: IO[bytes], length: int | None = None) -> Environ:
    """Describe a request; `length` is that of a body that was read, whatever the client said or did not say of it."""
    server, client = scope["server"], scope["client"]
    path = scope.get("raw_path") or scope["path"].encode()
    environ = {
        **_BASE,
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": client[0],
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "CONTENT_LENGTH": "",
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
    }
    for name, value in scope["headers"]:
        _add(environ, name.decode("latin-1"), value.decode("latin-1"))
    if length is not None:
        environ["CONTENT_LENGTH"] = str(length)
    return environ


def _add(environ: Environ, name: str, value: str) -> None:
    # A name with an underscore would pass for the one with a hyphen, which a proxy may have set.
    if "_" in name:
        return
    key = _OWN_NAME.get(name) or f"HTTP_{name.replace('-', '_').upper()}"
    if environ.get(key):
        value = f"{environ[key]}{'; ' if name == 'cookie' else ','}{value}"
    environ[key] = value
