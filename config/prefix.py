"""Serving below a path of a shared host: requests may have its prefix or not, links always do (FORCE_SCRIPT_NAME)."""

from collections.abc import Callable
from typing import Any


def below(prefix: str, path: str) -> str:
    """Return a path without the prefix, which a proxy may have taken away already."""
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        return path[len(prefix) :] or "/"
    return path


def wsgi_below(prefix: str, application: Callable[..., Any]) -> Callable[..., Any]:
    """Take the prefix from the paths that a WSGI application gets."""
    if not prefix:
        return application

    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        return application({**environ, "PATH_INFO": below(prefix, environ.get("PATH_INFO", ""))}, start_response)

    return serve


def asgi_below(prefix: str, application: Callable[..., Any]) -> Callable[..., Any]:
    """Take the prefix from the paths that an ASGI application gets."""
    if not prefix:
        return application

    async def serve(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if "path" in scope:
            raw = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
            scope = {**scope, "path": below(prefix, scope["path"]), "raw_path": below(prefix, raw).encode("latin-1")}
        await application(scope, receive, send)

    return serve
