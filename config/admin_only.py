"""Middlewares that run only for /admin/."""

from typing import Any

from django.http import HttpRequest


class AdminOnly:
    """Does nothing for a request that is not the admin's: it passes all such middlewares that follow each other at once."""

    passes_kept = True

    get_response: Any
    _beyond: Any

    def __init__(self, get_response: Any) -> None:
        """Find the first handler beyond the middlewares of the admin."""
        super().__init__(get_response)  # type: ignore[call-arg]
        # Django wraps each middleware in a function that answers its exceptions.
        following = getattr(get_response, "__wrapped__", None)
        self._beyond = following._beyond if isinstance(following, AdminOnly) else get_response

    def __call__(self, request: HttpRequest) -> Any:
        """Run only for /admin/."""
        if request.path_info.startswith("/admin/"):
            return super().__call__(request)  # type: ignore[misc]
        return self._beyond(request)
